/*
view: >
  How far is each piece of work through the stages that the policy lists for its type? One row a
  stage, by the piece's own moments: `state` is `passed`, `late` (on record, after the moment by which it had to be),
  `missing`, `unseen` (a source may have it that we did not see), `owed` (its time still runs,
  until the review's time ends) or `not_asked` (policy asks for a design or a look afterwards only
  at other risks, or the change is not closed while another piece of it is still to come). Assessment,
  design and closing are the change's. What counts as authorized, approved, tested and assessed is what those points say.
index: ["change_id, implementation"]
*/
WITH asked_for AS (
  SELECT n.change_id, MIN(r.requested_at) AS requested_at
  FROM change_request AS r
  JOIN change_name AS n ON n.name = r.change_name
  GROUP BY n.change_id
),
ended AS (
  SELECT n.change_id, MIN(r.closed_at) AS closed_at
  FROM request_closure AS r
  JOIN change_name AS n ON n.name = r.change_name
  WHERE r.outcome = 'implemented'
  GROUP BY n.change_id
),
whole AS (
  -- A change is closed after the last of its pieces, not before all are there.
  SELECT w.change_id, MAX(u.due_at) AS due_at,
    MAX(CASE WHEN w.deployed = 0 AND w.closed_at IS NULL THEN 1 ELSE 0 END) AS unfinished
  FROM work AS w
  LEFT JOIN look_due AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  GROUP BY w.change_id
),
vendor AS (
  SELECT a.change_id, MIN(a.event) AS event
  FROM assessed AS a
  WHERE a.topic = 'vendor' AND a.late = 0 AND a.answer <> 'rejected'
  GROUP BY a.change_id
)
SELECT w.change_id, w.implementation, l.value AS stage, l.position, g.type, w.kind,
  CASE WHEN b.change_id IS NULL THEN 0 ELSE 1 END AS acquired,
  CASE l.value
    WHEN 'request' THEN
      CASE
        WHEN w.ground = 'pull' THEN 'passed'
        WHEN q.requested_at <= g.record_until THEN 'passed'
        WHEN g.type = 'emergency' THEN 'passed'
        WHEN w.ground = 'git' OR g.blind = 1 OR g.settles_at IS NOT NULL THEN 'unseen'
        WHEN q.change_id IS NOT NULL THEN 'late'
        ELSE 'missing'
      END
    WHEN 'assess' THEN
      CASE
        WHEN g.type = 'standard' OR v.objectives + v.systems + v.data + v.rated = 4 THEN 'passed'
        WHEN g.type = 'emergency' AND g.review_due >= :as_of THEN 'owed'
        WHEN v.late_at IS NOT NULL THEN 'late'
        WHEN g.on_desk = 1 AND w.ground <> 'git' THEN 'missing'
        ELSE 'unseen'
      END
    WHEN 'authorize' THEN
      CASE
        WHEN a.authorized_at IS NOT NULL OR g.type = 'standard' THEN 'passed'
        WHEN a.state = 'late' THEN 'late'
        WHEN a.state IN ('closed', 'waiting', 'missing') THEN 'missing'
        WHEN a.state IN ('git', 'unseen', 'untimed', 'undated', 'settling') THEN 'unseen'
        ELSE 'passed'
      END
    WHEN 'design' THEN
      CASE
        WHEN s.design = 1 AND d.value IS NULL THEN 'not_asked'
        WHEN g.type = 'standard' OR p.late = 0 THEN 'passed'
        WHEN g.type = 'emergency' AND g.review_due >= :as_of THEN 'owed'
        WHEN p.late_at IS NOT NULL THEN 'late'
        WHEN g.on_desk = 1 AND w.ground <> 'git' THEN 'missing'
        ELSE 'unseen'
      END
    WHEN 'develop' THEN
      CASE
        WHEN w.implementation = '' THEN 'missing'
        WHEN b.change_id IS NOT NULL THEN
          CASE WHEN c.change_id IS NOT NULL THEN 'passed' WHEN g.on_desk = 1 THEN 'missing' ELSE 'unseen' END
        WHEN w.ground = 'unlogged' THEN 'unseen'
        ELSE 'passed'
      END
    WHEN 'approve' THEN
      CASE
        WHEN o.way IN ('', 'after', 'compensating', 'template') THEN 'passed'
        WHEN o.way = 'emergency' THEN
          CASE WHEN g.review_due >= :as_of THEN 'owed' ELSE 'missing' END
        WHEN o.way = 'missing' THEN 'missing'
        ELSE 'unseen'
      END
    WHEN 'test' THEN
      CASE
        WHEN t.all_passed = 1 THEN 'passed'
        WHEN x.verdict = 'accepted' AND x.on_content = 1
          AND (b.change_id IS NOT NULL OR COALESCE(t.asked, 0) = 0 AND COALESCE(t.checks, 0) = 0)
          THEN 'passed'
        WHEN t.excused_name IS NOT NULL AND t.asked = 0 AND t.checks = 0 THEN 'not_asked'
        WHEN g.type = 'emergency' AND t.all_passed_soon = 1 THEN 'passed'
        WHEN g.type = 'emergency' AND g.review_due >= :as_of THEN 'owed'
        WHEN g.type = 'standard' AND m.tests_required = 'false' THEN 'not_asked'
        WHEN b.change_id IS NOT NULL AND g.on_desk = 1 THEN 'missing'
        WHEN w.ground = 'git' AND COALESCE(t.has_runs, 0) = 0 OR g.blind = 1
          OR g.settles_at IS NOT NULL THEN 'unseen'
        WHEN w.ground = 'unlogged' AND w.deployed_revision IS NULL THEN 'unseen'
        WHEN COALESCE(t.checks, 0) = 0 AND (t.untimed_runs > 0 OR t.head_runs > 0
          AND w.head_is_landed = -1 AND w.landed_edited <> 1) THEN 'unseen'
        ELSE 'missing'
      END
    WHEN 'deploy' THEN CASE WHEN w.deployed = 1 THEN 'passed' ELSE 'missing' END
    WHEN 'review' THEN
      CASE
        WHEN g.type <> 'emergency' AND s.look = 1 AND k.value IS NULL THEN 'not_asked'
        WHEN r.reviewed_at <= u.due_at THEN 'passed'
        WHEN u.due_at >= :as_of THEN 'owed'
        WHEN u.due_at IS NULL THEN 'unseen'
        WHEN r.reviewed_at IS NOT NULL THEN 'late'
        WHEN g.on_desk = 1 OR g.type = 'emergency' THEN 'missing'
        ELSE 'unseen'
      END
    WHEN 'close' THEN
      CASE
        WHEN w.deployed = 1 AND h.unfinished = 1 THEN 'not_asked'
        WHEN e.closed_at <= h.due_at OR q.change_id IS NULL AND w.merged_at IS NOT NULL THEN 'passed'
        WHEN q.change_id IS NULL THEN 'unseen'
        WHEN h.due_at >= :as_of THEN 'owed'
        WHEN e.closed_at IS NOT NULL THEN 'late'
        WHEN h.due_at IS NULL THEN 'unseen'
        ELSE 'missing'
      END
    ELSE 'unseen'
  END AS state,
  CASE l.value
    WHEN 'review' THEN u.due_at
    WHEN 'close' THEN h.due_at
    ELSE g.review_due
  END AS due_at,
  CASE l.value
    WHEN 'authorize' THEN a.events
    WHEN 'approve' THEN o.events
    WHEN 'test' THEN COALESCE(t.events, '') || COALESCE(',' || x.event, '')
    WHEN 'develop' THEN c.event
    WHEN 'assess' THEN v.events
    WHEN 'design' THEN p.events
    WHEN 'review' THEN r.event
  END AS events
FROM work AS w
JOIN work_progress AS g
  ON g.change_id = w.change_id AND g.implementation = w.implementation
JOIN whole AS h ON h.change_id = w.change_id
JOIN risk_scope AS s ON s.policy_version = g.policy_version
JOIN authorization_state AS a
  ON a.change_id = w.change_id AND a.implementation = w.implementation
JOIN vouched AS o ON o.change_id = w.change_id AND o.implementation = w.implementation
JOIN evaluated AS v ON v.change_id = w.change_id
LEFT JOIN test_state AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
LEFT JOIN standard_template AS m ON m.change_id = w.change_id
LEFT JOIN asked_for AS q ON q.change_id = w.change_id
LEFT JOIN ended AS e ON e.change_id = w.change_id
LEFT JOIN acquired_software AS b ON b.change_id = w.change_id
LEFT JOIN vendor AS c ON c.change_id = w.change_id
LEFT JOIN acceptance_state AS x
  ON x.change_id = w.change_id AND x.implementation = w.implementation
LEFT JOIN documented_part AS p ON p.change_id = w.change_id AND p.part = 'design'
LEFT JOIN later_review AS r
  ON r.change_id = w.change_id AND r.implementation = w.implementation
LEFT JOIN look_due AS u
  ON u.change_id = w.change_id AND u.implementation = w.implementation
LEFT JOIN policy_list AS d
  ON d.policy_version = g.policy_version AND d.parameter = 'design_required_at'
  AND d.value = g.risk
LEFT JOIN policy_list AS k
  ON k.policy_version = g.policy_version AND k.parameter = 'post_review_required_at'
  AND k.value = g.risk
-- Last, so that all else is looked up once a piece, not once a stage.
JOIN policy_list AS l
  ON l.policy_version = g.policy_version AND l.parameter = 'life_cycle.' || g.type
