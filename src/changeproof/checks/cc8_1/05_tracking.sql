/*
id: cc8_1/05_tracking
title: On record from request to production
criterion: CC8.1
subject: change
severity: high
policy: [settle]
checks: >
  What went to production belongs to a record that says who asked for or proposed it, how it was
  reviewed, when it was merged and when it was deployed. Where a forge covers the repository, a
  commit without a pull request was pushed past every record, whatever its message says, unless
  somebody linked it to a request at the desk. Until the policy's settling time has passed after
  it happened, an unexplained push, deployment or observation is pending: its record may be on its way.
does_not_check: >
  Whether everything that runs was seen: that is a question of the sources' scope. Whether a
  request was closed after its deployment.
re_perform: >
  Look the landed commit up at the forge: find the pull request that merged it. Without one,
  list the parents and the push that brought it.
*/
WITH told AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN s.state = 'closed' THEN 'not_applicable'
      WHEN s.state IN ('waiting', 'settling') THEN 'pending'
      WHEN s.state IN ('tracked', 'emergency') THEN 'met'
      WHEN s.state IN ('git', 'unseen') THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE WHEN s.state = 'emergency' AND s.declared_after = 1 THEN 'late_declared' ELSE 'direct' END
      AS basis,
    CASE s.state
      WHEN 'closed' THEN 'Closed on ' || utc(w.closed_at)
        || ' without being deployed to production; it stays on record.'
      WHEN 'waiting' THEN 'On record'
        || COALESCE(' since ' || utc(w.opened_at), '')
        || '; it waits for its first production deployment.'
      WHEN 'tracked' THEN
        CASE
          WHEN w.ground = 'direct' THEN 'Pushed straight to the branch and linked to a request at the desk'
          ELSE 'Proposed' || CASE WHEN w.author IS NULL THEN '' ELSE ' by {' || w.author || '}' END
            || COALESCE(' at ' || utc(w.opened_at), '')
            || COALESCE(', merged at ' || utc(w.merged_at), '')
        END || COALESCE(', deployed at ' || utc(w.deployed_at), '') || '.'
      WHEN 'emergency' THEN 'An emergency'
        || CASE WHEN s.declared_by IS NULL THEN '' ELSE ', declared by {' || s.declared_by || '}' END
        || COALESCE(' at ' || utc(s.declared_at), '') || ', is its record'
        || COALESCE('; deployed at ' || utc(w.deployed_at), '') || '.'
      WHEN 'git' THEN 'Git alone tells of '
        || SUBSTR(COALESCE(w.landed, w.deployed_revision, w.implementation), 1, 7)
        || CASE
          WHEN w.origin = 'claimed' THEN '; its message claims a review, which is no record'
          ELSE ''
        END
        || '. Why: who asked for it and how it came in cannot be seen.'
        || ' Cure: connect the forge that holds its pull requests.'
      WHEN 'unseen' THEN 'No record of '
        || SUBSTR(COALESCE(w.landed, w.deployed_revision, w.implementation), 1, 7)
        || ' was seen, but ' || s.scope || ' could not be seen from ' || utc(s.blind_from)
        || CASE
          WHEN s.blind_until < 9000000000000000000 THEN ' to ' || utc(s.blind_until)
          ELSE ' on'
        END
        || '. Why: a pull request in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'settling' THEN SUBSTR(COALESCE(w.landed, w.deployed_revision, w.artifact, w.implementation), 1, 19)
        || ' is unexplained so far; it waits until ' || utc(s.settles_at)
        || ' for a record that holds it.'
      WHEN 'direct' THEN SUBSTR(COALESCE(w.landed, w.implementation), 1, 7)
        || ' was pushed straight to the branch'
        || CASE WHEN w.pusher IS NULL THEN '' ELSE ' by {' || w.pusher || '}' END
        || COALESCE(' at ' || utc(w.merged_at), '')
        || '; no pull request and no request on file holds it, whatever its message says.'
        || ' Why: nothing shows who wanted it and who looked at it.'
        || ' Cure: link it to a request with a reason; the deviation stays on record.'
      WHEN 'unknown_source' THEN 'Deployed' || COALESCE(' at ' || utc(w.deployed_at), '')
        || CASE WHEN w.artifact IS NULL THEN '' ELSE ' as ' || SUBSTR(w.artifact, 1, 19) END
        || ', and nobody stated from which revision.'
        || ' Why: what it contains belongs to no record.'
        || ' Cure: report what the build made of which revision; the deviation stays on record.'
      ELSE 'Seen running' || COALESCE(' at ' || utc(w.deployed_at), '')
        || ', and no deployment on record put it there.'
        || ' Why: production holds what belongs to no record.'
        || ' Cure: find out who did it, and link, adopt or take it out; the deviation stays on record.'
    END AS reason,
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || s.events AS evidence
  FROM work AS w
  JOIN tracking_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation
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
