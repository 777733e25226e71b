/*
id: cc8_1/09_deployment
title: Deployed by somebody entitled, on a path that its author cannot complete alone
criterion: CC8.1
subject: change
severity: high
policy: [production_environments, settle]
checks: >
  Who deployed it is known and held the role of deployer where roles are given; somebody besides
  its authors took part, by approving in time or by deploying; it came over the pipeline, not
  around it; and no freeze was in force. The pipeline deploys what others approved, and the author
  may start it.
does_not_check: >
  Whether the pipeline could have been gone around. Whether a rollback took out more than it
  should. Which node got it when: in production means from the first node on.
re_perform: >
  Take the first production deployment that contains it; look up who triggered it, whether they
  held the role on that day, whether anybody but its authors approved, and the calendar.
*/
WITH decided AS (
  SELECT w.change_id, w.implementation, w.ground, w.kind, w.closed_at, w.deployed_at, w.merged_at,
    w.pusher, w.system, w.dated_at, d.account, d.kind AS account_kind, d.frozen_until, s.counted, s.approvers,
    SUBSTR(REPLACE(COALESCE(w.deployed_revision, w.artifact, w.landed, w.implementation), 'sha256:', ''), 1, 7) AS content,
    CASE WHEN e.fault = '' THEN e.declared_after END AS emergency, e.authorized_by,
    u.blind_from, u.blind_until, u.scope, x.settles_at,
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || s.events
      || COALESCE(',' || d.freeze_event, '') || COALESCE(',' || e.event, '')
      || COALESCE(',' || u.events, '') AS evidence,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN w.ground = 'git' THEN 'git'
      WHEN w.ground = 'unlogged' AND w.kind = 'observed' THEN 'unlogged'
      WHEN w.ground = 'unlogged' THEN 'unknown_source'
      WHEN w.ground = 'direct' AND s.counted = 0 AND COALESCE(e.fault, '-') <> '' THEN 'direct'
      WHEN w.landing = 1 THEN 'landing'
      WHEN d.account IS NULL AND SUBSTR(w.deployment, 1, 9) = 'git:repo/' THEN 'tag'
      WHEN d.account IS NULL THEN 'unattributed'
      WHEN d.is_entitled = 0 THEN 'not_entitled'
      WHEN d.frozen_until IS NOT NULL AND COALESCE(e.fault, '-') <> '' THEN 'frozen'
      WHEN s.counted > 0 OR d.is_another_human = 1 THEN 'with_others'
      WHEN e.fault = '' THEN 'emergency'
      ELSE 'alone'
    END AS state
  FROM work AS w
  JOIN approval_state AS s ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN deployer AS d ON d.change_id = w.change_id AND d.implementation = w.implementation
  LEFT JOIN emergency_state AS e ON e.change_id = w.change_id
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
seen AS (
  SELECT d.change_id, d.implementation, d.ground, d.closed_at, d.deployed_at, d.merged_at,
    d.pusher, d.system, d.dated_at, d.account, d.account_kind, d.frozen_until, d.counted, d.approvers,
    d.content, d.emergency, d.authorized_by, d.blind_from, d.blind_until, d.scope, d.settles_at, d.evidence,
    CASE
      WHEN d.blind_from IS NOT NULL AND d.state IN ('direct', 'unattributed', 'alone', 'unlogged')
        THEN 'unseen'
      WHEN d.settles_at IS NOT NULL AND d.state IN ('direct', 'unlogged', 'unknown_source')
        THEN 'settling'
      ELSE d.state
    END AS state
  FROM decided AS d
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state = 'closed' THEN 'not_applicable'
      WHEN d.state = 'waiting' THEN 'pending'
      WHEN d.state IN ('with_others', 'emergency') THEN 'met'
      WHEN d.state IN ('git', 'landing', 'tag', 'unseen', 'settling') THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE WHEN d.state = 'emergency' AND d.emergency = 1 THEN 'late_declared' ELSE 'direct' END
      AS basis,
    CASE d.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'waiting' THEN 'It waits for its first production deployment.'
      WHEN 'with_others' THEN d.content || ' was deployed by {' || d.account || '}'
        || COALESCE(' at ' || utc(d.deployed_at), '')
        || CASE
          WHEN d.counted > 0 THEN ', after approval by ' || d.approvers || '.'
          ELSE ', who wrote none of it.'
        END
      WHEN 'emergency' THEN d.content || ' was deployed by {' || d.account || '}'
        || COALESCE(' at ' || utc(d.deployed_at), '') || ' under an emergency that {'
        || d.authorized_by || '} authorized.'
      WHEN 'git' THEN 'Git alone tells of ' || d.content
        || '; a commit on the production branch or a release tag counts as its deployment'
        || COALESCE(', at ' || utc(d.deployed_at), '')
        || COALESCE('; it is dated ' || utc(d.dated_at) || ', after it was received, so the receipt counts', '')
        || '. Why: who deployed it, and over which path, cannot be seen.'
        || ' Cure: connect the system that deploys.'
      WHEN 'landing' THEN 'No deployment of ' || d.content
        || ' is on record; its commit on the production branch counts as deployed at its committer time'
        || COALESCE(', ' || utc(d.deployed_at), '')
        || COALESCE('; it is dated ' || utc(d.dated_at) || ', after it was received, so the receipt counts', '')
        || '. Why: who deployed it, and over which path, cannot be seen.'
        || ' Cure: connect the system that deploys.'
      WHEN 'tag' THEN 'No deployment of ' || d.content
        || ' is on record; a release tag that names nobody counts as its deployment'
        || COALESCE(', at ' || utc(d.deployed_at), '')
        || '. Why: who deployed it, and over which path, cannot be seen.'
        || ' Cure: connect the system that deploys.'
      WHEN 'unseen' THEN 'What was seen of this deployment is not enough, and ' || d.scope
        || ' could not be seen from ' || utc(d.blind_from)
        || CASE
          WHEN d.blind_until < 9000000000000000000 THEN ' to ' || utc(d.blind_until)
          ELSE ' on'
        END
        || '. Why: an approval or deployment in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(d.settles_at) || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN 'unlogged' THEN d.content || ' was seen running'
        || COALESCE(' at ' || utc(d.deployed_at), '') || ', and no deployment on record put it there.'
        || ' Why: it went around the pipeline.'
        || ' Cure: find out who did it and close that path; the deviation stays on record.'
      WHEN 'unknown_source' THEN d.content || ' was deployed'
        || COALESCE(' at ' || utc(d.deployed_at), '')
        || CASE WHEN d.account IS NULL THEN '' ELSE ' by {' || d.account || '}' END
        || ', and nobody stated from which revision it was built.'
        || ' Why: whether it is the approved artifact cannot be shown by anybody.'
        || ' Cure: deploy only what a recorded build made; the deviation stays on record.'
      WHEN 'direct' THEN d.content || ' went in by a push straight to the branch'
        || CASE WHEN d.pusher IS NULL THEN '' ELSE ' by {' || d.pusher || '}' END
        || COALESCE(' at ' || utc(d.merged_at), '')
        || ', and nobody else approved it. Why: its author completed the path alone.'
        || ' Cure: protect the branch, so that every commit comes by a reviewed pull request; the deviation stays on record.'
      WHEN 'unattributed' THEN d.content || ' was deployed'
        || COALESCE(' at ' || utc(d.deployed_at), '') || ', and nobody is named as its deployer.'
        || ' Why: whether somebody entitled did it cannot be shown.'
        || ' Cure: have the pipeline report who triggered it; the deviation stays on record.'
      WHEN 'not_entitled' THEN d.content || ' was deployed by {' || d.account || '}'
        || COALESCE(' at ' || utc(d.deployed_at), '')
        || ', who did not hold the role of deployer for ' || d.system || ' on that day.'
        || ' Why: only named people may change production.'
        || ' Cure: grant the role beforehand or take the access away; the deviation stays on record.'
      WHEN 'frozen' THEN d.content || ' was deployed by {' || d.account || '} at '
        || utc(d.deployed_at) || ', inside a freeze that lasts until ' || utc(d.frozen_until)
        || '. Why: the company''s own calendar forbade it, and no emergency that policy allows was declared.'
        || ' Cure: deploy outside the freeze, or declare an emergency before; the deviation stays on record.'
      ELSE d.content || ' was deployed by {' || d.account || '}'
        || COALESCE(' at ' || utc(d.deployed_at), '')
        || CASE
          WHEN d.account_kind IS NOT NULL THEN ', which is no human, and nobody besides its authors approved it.'
          ELSE ', who also wrote or pushed part of it, and nobody else approved it.'
        END
        || ' Why: its author completed the path alone.'
        || ' Cure: have somebody who wrote none of it approve before deployment; the deviation stays on record.'
    END AS reason,
    d.evidence
  FROM seen AS d
),
worst AS (
  SELECT t.change_id, t.verdict, t.basis, l.which || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY u.urgency, CASE WHEN t.basis = 'direct' THEN 1 ELSE 0 END, t.implementation
    ) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  JOIN work_label AS l ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, w.basis, w.reason, w.evidence
FROM worst AS w
WHERE w.place = 1
