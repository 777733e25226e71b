/*
view: >
  How was each piece of work designed and developed? `design`, `branch` (by a pull request), `review`,
  `scans`, `pointer` (what its dependencies resolve to) and `origin` (of acquired software) are
  each empty where not asked, `held`, `missing`, `unseen`, or the way in which something else stands in:
  `template`, `emergency`, and for the review what `vouched` says. `state` sums that up.
index: ["change_id, implementation"]
*/
WITH scanned AS (
  SELECT w.change_id, w.implementation, COUNT(*) AS asked,
    SUM(CASE WHEN s.in_time > 0 THEN 1 ELSE 0 END) AS held,
    MIN(CASE WHEN COALESCE(s.in_time, 0) = 0 THEN l.value END) AS missing,
    COALESCE(STRING_AGG(s.events, ','), '') AS events
  FROM work AS w
  JOIN policy_list AS l
    ON l.policy_version = w.policy_version AND l.parameter = 'scans_required'
  LEFT JOIN scan_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation AND s.kind = l.value
  GROUP BY w.change_id, w.implementation
),
built AS (
  SELECT a.revision, MIN(a.artifact) AS artifact FROM artifact AS a GROUP BY a.revision
),
part AS (
  SELECT w.change_id, w.implementation, w.ground, w.kind, w.deployed, w.deployed_at, w.closed_at,
    w.pusher, w.merged_at, w.risk, g.on_desk, g.blind, g.settles_at, g.type, g.review_due,
    SUBSTR(REPLACE(COALESCE(w.landed, w.deployed_revision, w.artifact, w.head, w.implementation), 'sha256:', ''), 1, 7)
      AS content,
    CASE
      WHEN q.value IS NULL THEN ''
      WHEN d.late = 0 THEN 'held'
      WHEN d.late_at IS NOT NULL THEN 'late'
      WHEN g.type = 'emergency' AND g.review_due >= :as_of THEN 'emergency'
      WHEN w.ground = 'git' OR g.blind = 1 OR g.on_desk = 0 THEN 'unseen'
      ELSE 'missing'
    END AS design,
    d.late_at AS design_at,
    CASE
      WHEN w.kind = 'act' OR b.change_id IS NOT NULL AND w.ground = 'unlogged' THEN ''
      WHEN w.ground = 'pull' THEN 'held'
      WHEN g.type = 'emergency' THEN 'emergency'
      WHEN g.type = 'standard' THEN 'template'
      WHEN w.ground = 'direct' AND g.blind = 0 AND g.settles_at IS NULL THEN 'missing'
      ELSE 'unseen'
    END AS branch,
    CASE
      WHEN w.kind = 'act' OR b.change_id IS NOT NULL AND w.ground = 'unlogged' THEN ''
      WHEN w.ground = 'unlogged' AND v.review_way = 'missing' THEN 'unseen'
      WHEN v.review_way = '' THEN 'held'
      ELSE v.review_way
    END AS review,
    v.approvers, v.later_account,
    CASE
      WHEN k.asked IS NULL OR w.kind = 'act' THEN ''
      WHEN k.held = k.asked THEN 'held'
      WHEN w.ground IN ('git', 'unlogged') OR g.blind = 1 OR g.settles_at IS NOT NULL THEN 'unseen'
      WHEN g.type = 'emergency' THEN 'emergency'
      ELSE 'missing'
    END AS scans,
    k.missing AS scan_missing, k.held AS scans_held, k.asked AS scans_asked,
    CASE
      WHEN t.area IS NULL THEN ''
      WHEN w.artifact IS NOT NULL OR f.artifact IS NOT NULL OR y.in_time > 0 THEN 'held'
      ELSE 'unseen'
    END AS pointer,
    CASE
      WHEN b.origin IN ('signature', 'digest') THEN 'held'
      WHEN b.origin IS NULL THEN ''
      ELSE 'missing'
    END AS origin,
    b.origin AS origin_by, b.vendor, b.product,
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || v.events
      || COALESCE(',' || d.events, '') || COALESCE(',' || k.events, '')
      || COALESCE(',' || b.event, '') || COALESCE(',' || t.event, '')
      || COALESCE(',' || g.emergency_event, '') || COALESCE(',' || g.template_event, '') AS evidence
  FROM work AS w
  JOIN work_progress AS g
    ON g.change_id = w.change_id AND g.implementation = w.implementation
  JOIN vouched AS v ON v.change_id = w.change_id AND v.implementation = w.implementation
  LEFT JOIN policy_list AS q
    ON q.policy_version = w.policy_version AND q.parameter = 'design_required_at'
    AND q.value = w.risk
  LEFT JOIN documented_part AS d ON d.change_id = w.change_id AND d.part = 'design'
  LEFT JOIN scanned AS k ON k.change_id = w.change_id AND k.implementation = w.implementation
  LEFT JOIN acquired_software AS b ON b.change_id = w.change_id
  LEFT JOIN touched_area AS t
    ON t.change_id = w.change_id AND t.implementation = w.implementation
    AND t.area = 'dependencies'
  LEFT JOIN built AS f ON f.revision = w.deployed_revision
  LEFT JOIN scan_state AS y
    ON y.change_id = w.change_id AND y.implementation = w.implementation
    AND y.kind = 'dependencies'
)
SELECT p.change_id, p.implementation, p.deployed, p.deployed_at, p.closed_at, p.pusher,
  p.merged_at, p.risk, p.on_desk, p.blind, p.settles_at, p.review_due, p.ground, p.content, p.design,
  p.design_at, p.branch, p.review, p.approvers, p.later_account, p.scans, p.scan_missing,
  p.scans_held, p.scans_asked, p.pointer, p.origin, p.origin_by, p.vendor, p.product, p.evidence,
  CASE
    WHEN p.closed_at IS NOT NULL THEN 'closed'
    WHEN p.deployed = 0 THEN 'waiting'
    WHEN 'missing' IN (p.branch, p.review, p.design, p.scans, p.origin) OR p.design = 'late'
      THEN 'missing'
    WHEN 'unseen' IN (p.branch, p.review, p.design, p.scans, p.pointer)
      OR p.review IN ('git', 'untimed', 'cut_short', 'settling') THEN 'unseen'
    WHEN 'emergency' IN (p.review, p.design, p.scans) THEN 'emergency'
    WHEN p.design = '' AND p.branch = '' AND p.review = '' AND p.scans = '' AND p.pointer = ''
      AND p.origin = '' THEN 'no_code'
    ELSE 'in_order'
  END AS state
FROM part AS p
