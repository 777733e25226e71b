/*
id: segregation/own_judges
title: Nobody changed alone what judges their own change
criterion: CC8.1
subject: change
severity: high
policy: [standard_changes, waivers, settle, unexplained_for]
checks: >
  A change that edits the pipeline or the code owners edits what judges it. Then an owner who wrote
  none of it approved in time, on this very content: the registered owner of a system of it, or for
  the pipeline whoever may administer the pipeline of that system. Its parts: edits (does it touch
  such files), approval (an independent yes), owner (by an owner). A standard change whose template
  covers those files is approved beforehand.
does_not_check: >
  Test configuration among other tests, which its path does not tell. Rules that stand outside the
  repository: branch protection is judged by around/protection. Who owns a single file.
re_perform: >
  List the files that its commits touch; if a workflow or an owners file is among them, look for an
  approval by the owner of that file before the deployment.
*/
WITH touched AS (
  SELECT t.change_id, t.implementation,
    MAX(CASE WHEN t.area = 'pipeline' THEN 1 ELSE 0 END) AS pipeline,
    MAX(CASE WHEN t.area = 'code_owners' THEN 1 ELSE 0 END) AS code_owners,
    STRING_AGG(t.event, ',') AS events
  FROM touched_area AS t
  GROUP BY t.change_id, t.implementation
),
asked AS (
  -- Whose yes is asked for: who administers the pipeline does not decide about the code owners.
  SELECT y.change_id, y.implementation, y.account, y.person, y.held_from, y.held_until
  FROM code_owner AS y
  JOIN touched AS t ON t.change_id = y.change_id AND t.implementation = y.implementation
  WHERE y.part = 'system' OR t.code_owners = 0
),
owned AS (
  SELECT y.change_id, y.implementation,
    MIN(CASE WHEN i.person IS NULL THEN y.account END) AS other_owner
  FROM asked AS y
  LEFT JOIN independent_approval AS i
    ON i.change_id = y.change_id AND i.implementation = y.implementation AND i.person = y.person
  GROUP BY y.change_id, y.implementation
),
agreed AS (
  SELECT y.change_id, y.implementation, i.account, i.approved_at,
    ROW_NUMBER() OVER (
      PARTITION BY y.change_id, y.implementation ORDER BY i.approved_at, i.account
    ) AS place
  FROM asked AS y
  JOIN independent_approval AS i
    ON i.change_id = y.change_id AND i.implementation = y.implementation
    AND i.person = y.person AND y.held_from <= i.approved_at AND i.approved_at < y.held_until
  WHERE i.late = 0
),
weighed AS (
  SELECT w.change_id, w.implementation, w.deployed_at, w.closed_at, t.pipeline, t.code_owners,
    s.counted, s.approvers, o.other_owner, a.account AS agreed_by, a.approved_at,
    m.sentence AS template_sentence, v.sentence AS waiver_sentence, u.blind_from, u.scope,
    x.settles_at,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.ground = 'act' THEN 'no_files'
      WHEN t.pipeline = 0 AND t.code_owners = 0 THEN 'untouched'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN t.pipeline IS NULL AND x.settles_at IS NOT NULL THEN 'settling'
      WHEN t.pipeline IS NULL THEN 'unknown_files'
      WHEN a.account IS NOT NULL THEN 'agreed'
      WHEN m.covers = 1 AND m.claimed_at <= w.approve_until THEN 'template'
      WHEN v.covers = 1 THEN 'waived'
      WHEN w.ground = 'git' AND s.counted = 0 AND s.hindrance = '' THEN 'git'
      WHEN u.blind_from IS NOT NULL THEN 'unseen'
      WHEN s.counted > 0 AND o.change_id IS NULL THEN 'owner_unknown'
      WHEN x.settles_at IS NOT NULL AND s.hindrance = '' THEN 'settling'
      ELSE 'alone'
    END AS state,
    CASE
      WHEN t.pipeline = 1 AND t.code_owners = 1 THEN 'the pipeline and the code owners, which judge it'
      WHEN t.pipeline = 1 THEN 'the pipeline, which judges it'
      ELSE 'the code owners, which judge it'
    END AS edited,
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || s.events
      || COALESCE(',' || t.events, '') || COALESCE(',' || u.events, '')
      || COALESCE(',' || m.events, '') || COALESCE(',' || v.events, '') AS evidence
  FROM work AS w
  JOIN approval_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN touched AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN owned AS o ON o.change_id = w.change_id AND o.implementation = w.implementation
  LEFT JOIN agreed AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation AND a.place = 1
  LEFT JOIN template_state AS m
    ON m.change_id = w.change_id AND m.implementation = w.implementation
  LEFT JOIN waiver_state AS v
    ON v.change_id = w.change_id AND v.implementation = w.implementation
    AND v.check_id = 'segregation/own_judges'
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state IN ('closed', 'no_files', 'untouched') THEN 'not_applicable'
      WHEN d.state = 'waiting' THEN 'pending'
      WHEN d.state IN ('agreed', 'template', 'waived') THEN 'met'
      WHEN d.state = 'alone' THEN 'deviation'
      ELSE 'not_verifiable'
    END AS verdict,
    CASE WHEN d.state IN ('template', 'waived') THEN d.state ELSE 'direct' END AS basis,
    CASE d.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'no_files' THEN 'An act on production edits no files.'
      WHEN 'untouched' THEN 'It edits neither the pipeline nor the code owners.'
      WHEN 'waiting' THEN CASE
          WHEN d.pipeline IS NULL THEN 'Nothing tells so far which files it touches'
          ELSE 'It edits ' || d.edited || '; an owner''s yes is asked for'
        END || '; it waits for its first production deployment.'
      WHEN 'unknown_files' THEN 'Nothing tells which files it touches.'
        || ' Why: whether it edits what judges it cannot be seen.'
        || ' Cure: connect what tells the paths of its commits (the forge''s pushes, or git).'
      WHEN 'agreed' THEN 'It edits ' || d.edited || '; {' || d.agreed_by
        || '}, an owner who wrote none of it, approved at ' || utc(d.approved_at)
        || '. Tests: edits held, approval held, owner held.'
      WHEN 'template' THEN 'It edits ' || d.edited || '. ' || d.template_sentence
      WHEN 'waived' THEN 'It edits ' || d.edited || '. ' || d.waiver_sentence
      WHEN 'git' THEN 'It edits ' || d.edited || ', and git alone tells of it.'
        || ' Why: whether an owner approved it cannot be seen.'
        || ' Cure: connect the forge that holds the reviews.'
      WHEN 'unseen' THEN 'It edits ' || d.edited || '; no owner''s yes was seen, but '
        || d.scope || ' could not be seen from ' || utc(d.blind_from)
        || '. Why: an approval in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'owner_unknown' THEN 'It edits ' || d.edited || '; approved by '
        || d.approvers || ', and nobody is on record as owner of them.'
        || ' Tests: edits held, approval held, owner unknown.'
        || ' Why: whether the yes came from an owner cannot be told.'
        || ' Cure: register the system with its owner, or record who may administer its pipeline.'
      WHEN 'settling' THEN 'Unexplained so far: a record may be on its way until ' || utc(d.settles_at)
        || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      ELSE 'It edits ' || d.edited || '; '
        || CASE
          WHEN d.counted = 0 THEN 'nobody independent approved it'
          ELSE 'approved by ' || d.approvers || COALESCE(', and by no owner such as {' || d.other_owner || '}',
            ', and by nobody who owned that when they approved')
        END
        || COALESCE('; deployed at ' || utc(d.deployed_at), '')
        || '. Tests: edits held, approval ' || CASE WHEN d.counted = 0 THEN 'missed' ELSE 'held' END
        || ', owner missed.' || COALESCE(' ' || d.template_sentence, '')
        || COALESCE(' ' || d.waiver_sentence, '')
        || ' Why: whoever edits the rules could let their own change pass.'
        || ' Cure: have an owner look at the edit now, with a reason; the deviation stays on record.'
    END AS reason,
    d.evidence
  FROM weighed AS d
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
