/*
id: signs/unlogged_deployment
title: In production, in nobody's log
criterion: CC8.1
subject: change
severity: critical
policy: [settle, unexplained_for]
checks: A collector saw content running in production that no deployment on record put there.
does_not_check: Places where no collector looks.
re_perform: Look the observed digest or revision up in the deployments of that system and environment.
*/
WITH decided AS (
  SELECT w.change_id, w.implementation, w.deployed_at, u.blind_from, u.scope, x.settles_at,
    SUBSTR(COALESCE(w.artifact, w.deployed_revision, w.implementation), 1, 19) AS content,
    w.change_events || ',' || w.deployment_events || COALESCE(',' || u.events, '') AS evidence,
    CASE
      WHEN w.deployed = 0 THEN 'not_deployed'
      WHEN w.kind = 'observed' AND u.blind_from IS NOT NULL THEN 'unseen'
      WHEN w.kind = 'observed' AND x.settles_at IS NOT NULL THEN 'settling'
      WHEN w.kind = 'observed' THEN 'unlogged'
      WHEN w.landing = 1 THEN 'landed'
      WHEN w.ground = 'act' THEN 'by_hand'
      ELSE 'logged'
    END AS state
  FROM work AS w
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
told AS (
  SELECT d.change_id, d.implementation, d.evidence,
    CASE
      WHEN d.state = 'not_deployed' THEN 'not_applicable'
      WHEN d.state IN ('unseen', 'settling', 'landed') THEN 'not_verifiable'
      WHEN d.state = 'unlogged' THEN 'raised'
      ELSE 'clear'
    END AS verdict,
    CASE d.state
      WHEN 'not_deployed' THEN 'Not deployed to production.'
      WHEN 'unseen' THEN 'No deployment of it was seen, but '
        || d.scope || ' could not be seen from ' || utc(d.blind_from)
        || '. Why: one in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(d.settles_at) || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN 'unlogged' THEN d.content || ' was seen running' || COALESCE(' at ' || utc(d.deployed_at), '')
        || ', and no deployment on record put it there.'
        || ' Why: production changed past every log. Cure: find out who did it and close that path.'
      WHEN 'landed' THEN 'No deployment of it is on record; a commit on the production branch counts as deployed.'
        || ' Why: nobody''s log of deployments was read. Cure: connect the system that deploys.'
      WHEN 'by_hand' THEN 'It is on record who did it by hand'
        || COALESCE(' at ' || utc(d.deployed_at), '') || '; see point 9.'
      ELSE 'A deployment on record put it there' || COALESCE(' at ' || utc(d.deployed_at), '') || '.'
    END AS reason
  FROM decided AS d
),
worst AS (
  SELECT t.change_id, t.verdict, l.which || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (PARTITION BY t.change_id ORDER BY u.urgency, t.implementation) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  JOIN work_label AS l ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, 'direct' AS basis, w.reason, w.evidence
FROM worst AS w
WHERE w.place = 1
UNION ALL
-- A single piece of work is the worst of its change.
SELECT t.change_id, t.verdict, 'direct', t.reason, t.evidence
FROM told AS t
JOIN work_alone AS a ON a.change_id = t.change_id
