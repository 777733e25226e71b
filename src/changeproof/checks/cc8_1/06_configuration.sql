/*
id: cc8_1/06_configuration
title: Parameters were versioned, approved, and set as authorized
criterion: CC8.1
subject: change
severity: high
policy: [approvals_required, cadences.drift_scan, standard_changes, emergency.approve_within, settle, unexplained_for]
checks: >
  Where a change sets parameters or touches configuration. In files: they are versioned in the
  repository, and that content was approved as the policy asks at its risk (`approved`). By hand,
  in a console, by a flag, a parameter or a script: others authorized that item beforehand, by the digest of
  what it is set to or of what is run (`authorized`); what was set or run is that, on no more rows
  than allowed (`equal`); and what was there before and after, or what was run on how many rows, is
  recorded (`recorded`). Where the register knows the system, a drift scan of it ran within the
  policy's time of the change (`drift`); scripts that alter data leave nothing to drift.
does_not_check: >
  Files of which no source told that a change touches them. Whether the value is a good one. What a
  provider does by itself, such as scaling or the rotation of a secret on schedule: that is no change.
  Whether drift alerts were answered: that is judged by system.
re_perform: >
  Take the acts on production and the configuration files of the change; lay the digests that were
  authorized beside those that were set or run, with who authorized them when; look for drift scans.
*/
WITH set_here AS (
  SELECT t.change_id, t.implementation, 'file' AS place, MIN(t.area) AS area,
    STRING_AGG(t.event, ',') AS events
  FROM touched_area AS t
  WHERE t.area IN ('configuration', 'infrastructure')
  GROUP BY t.change_id, t.implementation
  UNION ALL
  SELECT a.change_id, a.implementation, 'act', a.kind, a.events
  FROM act_state AS a
),
watched AS (
  SELECT s.change_id, s.implementation, MAX(c.performed_at) AS performed_at, MIN(c.event) AS events
  FROM set_here AS s
  JOIN work AS w ON w.change_id = s.change_id AND w.implementation = s.implementation
  JOIN policy_deadline AS d
    ON d.policy_version = w.policy_version AND d.name = 'cadence.drift_scan'
  JOIN control_activity AS c
    ON c.system IN ('', w.system) AND c.activity = 'drift_scan'
    AND c.performed_at >= w.deployed_at - d.within AND c.performed_at <= w.deployed_at + d.within
    AND c.performed_at <= :as_of
  GROUP BY s.change_id, s.implementation
),
decided AS (
  SELECT w.change_id, w.implementation, w.ground, w.deployed_at, w.closed_at, w.risk, s.place, s.area,
    a.item, a.account, a.acted_at, a.state AS act, a.difference, a.authorized_by, a.authorized_at,
    a.recorded, a.executed, a.row_count,
    CASE WHEN s.place = 'file' THEN v.way END AS way, v.approvers, v.later_account, h.performed_at,
    g.blind, g.settles_at, g.type,
    SUBSTR(REPLACE(COALESCE(w.landed, w.deployed_revision, w.head, w.implementation), 'sha256:', ''), 1, 7)
      AS content,
    w.system,
    w.change_events || ',' || w.deployment_events || COALESCE(',' || s.events, '')
      || COALESCE(',' || a.events, '') || CASE WHEN s.place = 'file' THEN ',' || v.events ELSE '' END
      || COALESCE(',' || h.events, '') AS evidence,
    CASE
      WHEN s.place IS NULL THEN 'none'
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN a.state = 'differs' THEN 'differs'
      WHEN g.type = 'emergency' AND a.state <> 'equal' THEN 'emergency'
      WHEN a.state = 'none' AND g.settles_at IS NOT NULL AND g.type <> 'standard' THEN 'settling'
      WHEN a.state IN ('none', 'late', 'own', 'nonhuman') AND g.type <> 'standard' THEN 'unauthorized'
      WHEN a.state = 'unnamed' THEN 'unnamed'
      WHEN a.state = 'unrecorded' OR a.recorded = 0 THEN 'unrecorded'
      WHEN s.place = 'file' AND v.way NOT IN ('', 'after', 'compensating', 'template') THEN
        CASE v.way WHEN 'emergency' THEN 'emergency' WHEN 'missing' THEN 'unapproved' ELSE 'unseen' END
      WHEN h.performed_at IS NULL AND y.system IS NOT NULL AND COALESCE(a.executed, 0) = 0 THEN 'unwatched'
      ELSE 'in_order'
    END AS state
  FROM work AS w
  JOIN work_progress AS g
    ON g.change_id = w.change_id AND g.implementation = w.implementation
  JOIN vouched AS v ON v.change_id = w.change_id AND v.implementation = w.implementation
  LEFT JOIN set_here AS s ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN act_state AS a ON a.change_id = w.change_id AND a.implementation = w.implementation
  LEFT JOIN watched AS h ON h.change_id = w.change_id AND h.implementation = w.implementation
  LEFT JOIN system_profile AS y ON y.system_key = LOWER(w.system)
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state IN ('none', 'closed', 'emergency') THEN 'not_applicable'
      WHEN d.state = 'waiting' THEN 'pending'
      WHEN d.state = 'in_order' THEN 'met'
      WHEN d.state IN ('unrecorded', 'unnamed', 'unseen', 'unwatched', 'settling') THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE
      WHEN d.state <> 'in_order' THEN 'direct'
      WHEN d.act <> 'equal' THEN 'template'
      WHEN d.way IN ('template', 'compensating') THEN d.way
      WHEN d.way = 'after' THEN 'late_declared'
      ELSE 'direct'
    END AS basis,
    CASE d.state
      WHEN 'none' THEN 'Nothing on record says that it sets a parameter or touches configuration.'
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'emergency' THEN 'Deployed at ' || COALESCE(utc(d.deployed_at), 'no stated time')
        || ' under a declared emergency; its approval is owed and judged by point 13.'
      WHEN 'waiting' THEN CASE WHEN d.place = 'act' THEN 'It sets ' || COALESCE(d.item, 'something by hand')
          ELSE d.content || ' touches ' || d.area END
        || '; it waits for its first production deployment.'
      WHEN 'in_order' THEN
        CASE
          WHEN d.place = 'act' THEN COALESCE(d.item, 'What was set by hand')
            || CASE WHEN d.executed = 1 THEN ': the script that ran' ELSE ': what was set' END
            || COALESCE(' at ' || utc(d.acted_at), '')
            || CASE
              WHEN d.act = 'equal' THEN ' is what {' || d.authorized_by || '} authorized at '
                || utc(d.authorized_at)
                || CASE WHEN d.executed = 1 AND d.row_count IS NOT NULL THEN ', on ' || d.row_count
                  || CASE WHEN d.row_count = 1 THEN ' row' ELSE ' rows' END ELSE '' END
              ELSE ' is covered by its template'
            END
            || '; before and after are recorded'
          ELSE d.content || ' touches ' || d.area || ', versioned in its repository and '
            || CASE d.way
              WHEN '' THEN 'approved by ' || d.approvers
              WHEN 'template' THEN 'approved beforehand by its template'
              WHEN 'compensating' THEN 'looked at afterwards by {' || d.later_account || '}, which stands in'
              ELSE 'approved after deployment, as its emergency allows'
            END
        END
        || CASE
          WHEN d.performed_at IS NOT NULL THEN '; drift of ' || d.system || ' was looked for at '
            || utc(d.performed_at) || '.'
          WHEN d.executed = 1 THEN '.'
          ELSE '; whether its drift is watched is not on record, and the register does not know '
            || d.system || '.'
        END
      WHEN 'differs' THEN d.item || ', at '
        || COALESCE(utc(d.acted_at), 'no stated time')
        || COALESCE(' by {' || d.account || '}', '') || ': ' || d.difference || '.'
        || ' Why: nobody agreed to what runs now.'
        || ' Cure: set what was authorized, or have this authorized; the deviation stays on record.'
      WHEN 'unauthorized' THEN COALESCE(d.item, 'Something') || ' was set by hand'
        || COALESCE(' at ' || utc(d.acted_at), '') || COALESCE(' by {' || d.account || '}', '')
        || CASE d.act
          WHEN 'late' THEN '; {' || d.authorized_by || '} authorized it only afterwards'
            || COALESCE(', at ' || utc(d.authorized_at), '') || '.'
          WHEN 'own' THEN '; {' || d.authorized_by || '}, who did it or asked for it, authorized it.'
          WHEN 'nonhuman' THEN '; no human authorized it.'
          ELSE '; nobody had authorized that.'
        END
        || ' Why: production was altered on one person''s word.'
        || ' Cure: have somebody else authorize or take back what was set; the deviation stays on record.'
      WHEN 'settling' THEN COALESCE(d.item, 'Something') || ' was set by hand'
        || COALESCE(' at ' || utc(d.acted_at), '') || '; nobody has authorized that so far.'
        || ' Why: its record may be on its way until ' || utc(d.settles_at)
        || '. Cure: wait until then; it is judged again.'
      WHEN 'unnamed' THEN d.item || ' was set by hand'
        || COALESCE(' at ' || utc(d.acted_at), '') || '; {' || d.authorized_by
        || '} authorized it without naming what it may be set to.'
        || ' Why: no digest can be laid beside what was set.'
        || ' Cure: authorize items by the digest of their content.'
      WHEN 'unrecorded' THEN COALESCE(d.item, 'Something') || ' was set by hand'
        || COALESCE(' at ' || utc(d.acted_at), '')
        || '; what it was before and after, or on how many rows it was run, is not on record.'
        || ' Why: whether it is what was authorized cannot be told.'
        || ' Cure: have the source report the digests before and after, or the rows.'
      WHEN 'unapproved' THEN d.content || ' touches ' || d.area
        || COALESCE(' and was deployed at ' || utc(d.deployed_at), '')
        || '; the approvals that policy asks for at ' || d.risk || ' risk were not there.'
        || ' Why: production is set up in a way that nobody else agreed to.'
        || ' Cure: have somebody who wrote none of it look at it now; the deviation stays on record.'
      WHEN 'unwatched' THEN CASE WHEN d.place = 'act' THEN COALESCE(d.item, 'Something') || ' was set as authorized'
          ELSE d.content || ' touches ' || d.area || ' and was approved' END
        || '; no drift scan of ' || d.system || ' within the policy''s time is on record.'
        || ' Why: whether it stayed so cannot be told.'
        || ' Cure: scan for drift, and hand in each scan (activity drift_scan).'
      ELSE d.content || ' touches ' || d.area || '; its approval was not seen.'
        || CASE
          WHEN d.ground = 'git' THEN ' Why: git alone tells of it, and git keeps no reviews. Cure: connect the forge that holds them.'
          WHEN d.blind = 1 THEN ' Why: the forge could not be seen at that time. Cure: read that interval afterwards.'
          WHEN d.settles_at IS NOT NULL THEN ' Why: its record may be on its way until ' || utc(d.settles_at)
            || '. Cure: wait until then; it is judged again.'
          ELSE ' Why: nobody stated when it was given. Cure: have the source state the time of its approvals.'
        END
    END AS reason,
    d.evidence
  FROM decided AS d
),
worst AS (
  SELECT t.change_id, t.verdict, t.basis, COALESCE(l.which, '') || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY u.urgency, CASE WHEN t.basis = 'direct' THEN 1 ELSE 0 END, t.implementation
    ) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  LEFT JOIN work_label AS l
    ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, w.basis, w.reason, w.evidence
FROM worst AS w
WHERE w.place = 1
