/*
id: signs/untracked_change
title: Gaps in its record
criterion: CC8.1
subject: change
severity: high
policy: [settle, unexplained_for]
checks: >
  Something is in production that no pull request, request or emergency on record held when it
  went live: pushed past them, done by hand, of an unknown source, or merely seen running. What was
  pushed past them to the branch is told before a deployment takes it along.
does_not_check: Whether a record that is there is right.
re_perform: See point 5; this sign points to the same record.
*/
WITH told AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN s.state IN ('closed', 'waiting') THEN 'not_applicable'
      WHEN s.state IN ('tracked', 'emergency') THEN 'clear'
      WHEN s.state IN ('git', 'unseen', 'settling', 'hole') THEN 'not_verifiable'
      ELSE 'raised'
    END AS verdict,
    CASE
      WHEN s.state IN ('closed', 'waiting') THEN 'Not deployed to production.'
      WHEN s.state = 'tracked' THEN 'Its record reaches from the proposal to production.'
      WHEN s.state = 'emergency' THEN 'A declared emergency is its record.'
      WHEN s.state = 'git' THEN
        'Git alone tells of it. Why: requests and reviews cannot be seen. Cure: connect the forge that holds its pull requests.'
      WHEN s.state = 'unseen' THEN 'No record was seen, but ' || s.scope || ' could not be seen from '
        || utc(s.blind_from)
        || '. Why: a record from that time would not have reached us. Cure: read that interval afterwards.'
      WHEN s.state = 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(s.settles_at) || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN s.state = 'hole' THEN 'The walk back from the deployment of ' || SUBSTR(s.hole_revision, 1, 7)
        || ' met it, and nobody told what came before.'
        || ' Why: whether it is in production cannot be told. Cure: import the repository''s history.'
      WHEN s.state = 'linked_late' THEN 'It was linked to a request only at ' || utc(s.linked_at)
        || ', after it was deployed at ' || utc(w.deployed_at)
        || '. Why: no record held it when it went live. Cure: link the next one before.'
      WHEN s.state = 'asked_late' THEN 'The request that holds it was made only after it was deployed at '
        || utc(w.deployed_at) || '. Why: no record held it when it went live. Cure: ask before.'
      WHEN s.state = 'by_hand' THEN 'Production was altered by hand'
        || CASE WHEN COALESCE(w.triggered_by, w.deployed_by) IS NULL THEN ''
          ELSE ' by {' || COALESCE(w.triggered_by, w.deployed_by) || '}' END
        || COALESCE(' at ' || utc(w.deployed_at), '')
        || '. Why: no request that we know names it. Cure: name the request when something must be done by hand.'
      WHEN s.state = 'pushed' THEN 'A commit was pushed straight to the branch'
        || CASE WHEN w.pusher IS NULL THEN '' ELSE ' by {' || w.pusher || '}' END
        || COALESCE(' at ' || utc(w.merged_at), '')
        || '; it is not deployed yet. Why: the next deployment takes it along, and no pull request and no request holds it.'
        || ' Cure: take it out, or link it to a request with a reason before it is deployed.'
      WHEN s.state = 'direct' THEN 'A commit was pushed straight to the branch'
        || CASE WHEN w.pusher IS NULL THEN '' ELSE ' by {' || w.pusher || '}' END
        || COALESCE(' at ' || utc(w.merged_at), '')
        || '. Why: no pull request and no request holds it. Cure: link it to a request with a reason.'
      WHEN s.state = 'unknown_source' THEN 'Nobody stated from which revision this was built.'
        || ' Why: what it contains belongs to no record. Cure: report what builds make of which revision.'
      ELSE 'Seen running, and no record put it there.'
        || ' Why: production holds what belongs to no record. Cure: link, adopt or take it out.'
    END AS reason,
    w.change_events || ',' || w.deployment_events || ',' || s.events AS evidence
  FROM work AS w
  JOIN tracking_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation
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
