/*
view: Which policy judges a subject, and when may time alone change what is said of it?
*/
WITH due AS (
  SELECT e.change_id, e.approve_due AS due_at FROM emergency_state AS e
  UNION ALL
  SELECT e.change_id, e.review_due FROM emergency_state AS e
  UNION ALL
  SELECT e.change_id, e.authorize_due FROM emergency_state AS e
  UNION ALL
  SELECT x.change_id, x.settles_at FROM unexplained AS x
  UNION ALL
  SELECT l.change_id, l.due_at FROM look_due AS l
  UNION ALL
  SELECT q.change_id, q.due_at FROM post_review_due AS q
  UNION ALL
  SELECT n.change_id, s.ends_at
  FROM schedule AS s
  JOIN change_name AS n ON n.name = s.change_name
  UNION ALL
  SELECT w.change_id, w.deployed_at + c.within
  FROM work AS w
  JOIN alternative_control AS c ON c.policy_version = w.policy_version
)
SELECT p.change_id AS subject, p.policy_version, MIN(d.due_at) + 1 AS due_at
FROM effective_policy AS p
LEFT JOIN due AS d ON d.change_id = p.change_id AND d.due_at >= :as_of
GROUP BY p.change_id, p.policy_version
UNION ALL
SELECT r.subject, CAST(NULL AS BIGINT), r.due_at + 1
FROM register_due AS r
