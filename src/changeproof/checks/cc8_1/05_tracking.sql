/*
id: cc8_1/05_tracking
title: On record from request to production
criterion: CC8.1
subject: change
severity: high
policy: [settle, skew_limit, unexplained_for]
checks: >
  What went to production belongs to a record that says who asked for or proposed it, how it was
  reviewed, when it was merged and when it was deployed; the record was there before the change.
  Named sub-tests: a record that holds it, made before; who asked or proposed; how it came in; when
  it reached production. Where a forge covers the repository, a commit without a pull request was
  pushed past every record, whatever its message says, unless somebody had linked it to a request
  at the desk; a force push tells what it took away. What is done by hand belongs to the
  request that it names. Acquired software is on record by its acquisition. Where a walk back from
  a deployment meets a commit of which nobody told what came before, it is not verifiable. Until the
  policy's settling time has passed after it happened, an unexplained push, deployment, act or
  observation is pending: its record may be on its way. Times that contradict each other by more
  than policy allows are told, and put nothing in another order.
does_not_check: >
  Whether everything that runs was seen: that is a question of the sources' scope. Whether a
  request was closed after its deployment. Whether what a message says of a revert or a pick is so:
  neither takes anything from the other's record, nor does what holds the same patch.
re_perform: >
  Look the landed commit up at the forge: find the pull request that merged it. Without one,
  list the parents and the push that brought it. Compare the times of request, link and deployment.
*/
WITH noted AS (
  SELECT w.change_id, w.implementation,
    CASE WHEN o.reverts IS NULL THEN '' ELSE ' Its message says that it reverts '
      || SUBSTR(o.reverts, 1, 7) || '.' END
      || CASE WHEN o.picked IS NULL THEN '' ELSE ' Its message says that it was picked from '
        || SUBSTR(o.picked, 1, 7) || '; it takes nothing from that one''s record.' END
      || CASE WHEN y.revision IS NULL THEN '' ELSE ' What landed is ' || SUBSTR(w.landed, 1, 7)
        || ', by its patch the same as ' || SUBSTR(w.head, 1, 7)
        || ', which was proposed; no merge is on record.' END
      || CASE WHEN h.undone IS NULL THEN '' ELSE ' Its patch undoes that of ' || h.undone
        || COALESCE(', reviewed in ' || h.undone_in, '') || '; no message says so.' END
      || CASE WHEN h.same IS NULL THEN '' ELSE ' It holds the same patch as ' || h.same
        || COALESCE(', reviewed in ' || h.same_in, '') || '; no message says so.' END
      || CASE WHEN f.other IS NULL THEN '' ELSE ' A force push'
        || CASE WHEN f.pusher IS NULL THEN '' ELSE ' by {' || f.pusher || '}' END
        || COALESCE(' at ' || utc(f.pushed_at), '') || ' brought it in place of '
        || SUBSTR(f.other, 1, 7) || '.' END
      || CASE WHEN g.other IS NULL THEN '' ELSE ' A force push'
        || CASE WHEN g.pusher IS NULL THEN '' ELSE ' by {' || g.pusher || '}' END
        || COALESCE(' at ' || utc(g.pushed_at), '') || ' took it off the branch.' END
      || CASE WHEN x.deployed_at IS NULL THEN '' ELSE ' It was taken out of production at '
        || utc(x.deployed_at) || '.' END
      || COALESCE(z.sentence, '') AS note,
    COALESCE(',' || f.event, '') || COALESCE(',' || g.event, '') || COALESCE(',' || x.events, '')
      || COALESCE(z.events, '') || COALESCE(',' || h.event, '') AS events
  FROM work AS w
  LEFT JOIN told_origin AS o ON o.change_id = w.change_id AND o.implementation = w.implementation
  LEFT JOIN same_patch AS h ON h.change_id = w.change_id AND h.implementation = w.implementation
  LEFT JOIN revision_implementation AS y ON y.revision = w.landed AND y.trust = 'same patch'
  LEFT JOIN forced_push AS f
    ON f.change_id = w.change_id AND f.implementation = w.implementation AND f.direction = 1
  LEFT JOIN forced_push AS g
    ON g.change_id = w.change_id AND g.implementation = w.implementation AND g.direction = -1
  LEFT JOIN taken_out AS x ON x.change_id = w.change_id AND x.implementation = w.implementation
  LEFT JOIN clock_skew AS z ON z.change_id = w.change_id AND z.implementation = w.implementation
),
told AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN s.state = 'closed' THEN 'not_applicable'
      WHEN s.state IN ('waiting', 'pushed', 'settling') THEN 'pending'
      WHEN s.state IN ('tracked', 'emergency') THEN 'met'
      WHEN s.state IN ('git', 'unseen', 'hole') THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE WHEN s.state = 'emergency' AND s.declared_after = 1 THEN 'late_declared' ELSE 'direct' END
      AS basis,
    CASE CASE WHEN s.state = 'pushed' THEN 'waiting' ELSE s.state END
      WHEN 'closed' THEN 'Closed on ' || utc(w.closed_at)
        || ' without being deployed to production; it stays on record.' || k.note
      WHEN 'waiting' THEN 'On record'
        || COALESCE(' since ' || utc(w.opened_at), '')
        || '; it waits for its first production deployment.' || k.note
      WHEN 'hole' THEN 'On record' || COALESCE(' since ' || utc(w.opened_at), '')
        || '; the walk back from the deployment of ' || SUBSTR(s.hole_revision, 1, 7)
        || COALESCE(' at ' || utc(s.hole_at), '') || ' met ' || SUBSTR(s.missing, 1, 7)
        || ', and nobody told what came before that.'
        || ' Why: whether and when it reached production cannot be told.'
        || ' Cure: import the repository''s history.'
      WHEN 'tracked' THEN
        CASE
          WHEN w.ground = 'direct' THEN 'Pushed straight to the branch and linked to a request at the desk'
            || CASE WHEN s.linked_by IS NULL THEN '' ELSE ' by {' || s.linked_by || '}' END
          WHEN w.ground = 'act' THEN 'Done by hand, as a request on record says'
            || CASE WHEN w.requested_by IS NULL THEN '' ELSE ', asked for by {' || w.requested_by || '}' END
          WHEN w.kind = 'deployment' THEN 'Acquired from others, as a request on record says'
            || CASE WHEN w.requested_by IS NULL THEN '' ELSE ', asked for by {' || w.requested_by || '}' END
          ELSE 'Proposed' || CASE WHEN w.author IS NULL THEN '' ELSE ' by {' || w.author || '}' END
            || COALESCE(' at ' || utc(w.opened_at), '')
            || COALESCE(', merged at ' || utc(w.merged_at), '')
        END || COALESCE(', deployed at ' || utc(w.deployed_at), '') || '.' || k.note
        || CASE
          WHEN w.origin = 'requested' AND c.opened_at > w.deployed_at
            THEN ' The request that cites it was made only at ' || utc(c.opened_at) || '.'
          ELSE ''
        END
        || COALESCE(' Not on record: '
          || NULLIF(
            SUBSTR(
              CASE WHEN COALESCE(w.author, w.requested_by) IS NULL THEN ', who proposed it' ELSE '' END
              || CASE WHEN w.ground = 'pull' AND w.merged_at IS NULL THEN ', when it was merged' ELSE '' END
              || CASE WHEN w.deployed_at IS NULL THEN ', when it was deployed' ELSE '' END, 3),
            '')
          || '.', '')
      WHEN 'emergency' THEN 'An emergency, declared'
        || CASE WHEN s.declared_by IS NULL THEN '' ELSE ' by {' || s.declared_by || '}' END
        || ' at ' || utc(s.declared_at) || ', is its record'
        || COALESCE('; deployed at ' || utc(w.deployed_at), '') || '.' || k.note
      WHEN 'git' THEN 'Git alone tells of ' || SUBSTR(w.landed, 1, 7)
        || CASE
          WHEN w.origin = 'claimed' THEN '; its message claims a review, which is no record'
          ELSE ''
        END
        || '.' || k.note || ' Why: who asked for it and how it came in cannot be seen.'
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
      WHEN 'linked_late' THEN SUBSTR(w.landed, 1, 7)
        || ' was pushed straight to the branch'
        || CASE WHEN w.pusher IS NULL THEN '' ELSE ' by {' || w.pusher || '}' END
        || ' and deployed at ' || utc(w.deployed_at) || '; it was linked to a request'
        || CASE WHEN s.linked_by IS NULL THEN '' ELSE ' by {' || s.linked_by || '}' END
        || ' only at ' || utc(s.linked_at) || '.' || k.note
        || ' Why: when it went live, nothing on record asked for it.'
        || ' Cure: link the next one before it is deployed; the deviation stays on record.'
      WHEN 'asked_late' THEN
        CASE WHEN w.ground = 'act' THEN 'Done by hand' ELSE 'Deployed' END
        || ' at ' || utc(w.deployed_at) || '; the request that holds it was made only at '
        || utc(c.opened_at) || '.' || k.note
        || ' Why: a request that is written afterwards asks for nothing.'
        || ' Cure: ask before; the deviation stays on record.'
      WHEN 'direct' THEN SUBSTR(w.landed, 1, 7)
        || ' was pushed straight to the branch'
        || CASE WHEN w.pusher IS NULL THEN '' ELSE ' by {' || w.pusher || '}' END
        || COALESCE(' at ' || utc(w.merged_at), '')
        || '; no pull request and no request on file holds it, whatever its message says.' || k.note
        || ' Why: nothing shows who wanted it and who looked at it.'
        || ' Cure: link it to a request with a reason; the deviation stays on record.'
      WHEN 'by_hand' THEN 'Production was altered by hand'
        || CASE WHEN COALESCE(w.triggered_by, w.deployed_by) IS NULL THEN ''
          ELSE ' by {' || COALESCE(w.triggered_by, w.deployed_by) || '}' END
        || COALESCE(' at ' || utc(w.deployed_at), '') || ', and no request that we know names it.'
        || ' Why: nothing shows who wanted it and who looked at it.'
        || ' Cure: name the request when something must be done by hand; the deviation stays on record.'
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
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || s.events || k.events
      AS evidence
  FROM work AS w
  JOIN change AS c ON c.change_id = w.change_id
  JOIN noted AS k ON k.change_id = w.change_id AND k.implementation = w.implementation
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
UNION ALL
-- A single piece of work is the worst of its change.
SELECT t.change_id, t.verdict, t.basis, t.reason, t.evidence
FROM told AS t
JOIN work_alone AS a ON a.change_id = t.change_id
