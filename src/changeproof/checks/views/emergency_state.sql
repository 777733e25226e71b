/*
view: >
  Was a change declared an emergency, and as the policy asks? `fault` is empty where it was, else
  the first of: `declared_late`, `not_authorized`, `authorized_by_itself`, `not_entitled`,
  `no_incident`, `unbounded`, `ended`. Of several declarations the first one counts.
index: [change_id]
*/
WITH declared AS (
  SELECT n.change_id, e.emergency, e.incident, e.declared_by, e.authorized_by, e.declared_at,
    e.ends_at, e.event,
    ROW_NUMBER() OVER (
      PARTITION BY n.change_id
      ORDER BY COALESCE(e.declared_at, 9000000000000000000), e.emergency
    ) AS place
  FROM emergency AS e
  JOIN change_name AS n ON n.name = e.change_name
),
placed AS (
  SELECT d.change_id, d.emergency, d.incident, d.declared_by, d.authorized_by, d.declared_at,
    d.ends_at, d.event, c.system, p.deployed_at, p.incident_required, p.policy_version,
    p.deployed_at + p.declare_within AS declare_due,
    p.deployed_at + p.approve_within AS approve_due,
    p.deployed_at + p.review_within AS review_due,
    COALESCE(hd.person, d.declared_by) AS declarer,
    COALESCE(ha.person, d.authorized_by) AS authorizer
  FROM declared AS d
  JOIN change AS c ON c.change_id = d.change_id
  JOIN effective_policy AS p ON p.change_id = d.change_id
  LEFT JOIN account_holder AS hd
    ON hd.account = d.declared_by AND hd.held_from <= COALESCE(d.declared_at, 0)
    AND COALESCE(d.declared_at, 0) < hd.held_until
  LEFT JOIN account_holder AS ha
    ON ha.account = d.authorized_by AND ha.held_from <= COALESCE(d.declared_at, 0)
    AND COALESCE(d.declared_at, 0) < ha.held_until
  WHERE d.place = 1
)
SELECT p.change_id, p.emergency, p.incident, p.declared_by, p.authorized_by, p.declared_at,
  p.ends_at, p.event, p.deployed_at, p.declare_due, p.approve_due, p.review_due,
  CASE WHEN p.declared_at > p.deployed_at THEN 1 ELSE 0 END AS declared_after,
  CASE
    WHEN p.declared_at IS NULL OR p.declared_at > p.declare_due THEN 'declared_late'
    WHEN p.authorized_by IS NULL OR b.account IS NOT NULL THEN 'not_authorized'
    WHEN p.authorizer = p.declarer
      OR EXISTS (
        SELECT 1 FROM writer AS x
        WHERE x.change_id = p.change_id AND x.person = p.authorizer
      ) THEN 'authorized_by_itself'
    WHEN EXISTS (
      SELECT 1 FROM role_assigned AS g
      WHERE g.role IN ('change_manager', 'approver') AND g.system IN ('', p.system)
        AND g.assigned_from <= p.declared_at
    ) AND NOT EXISTS (
      SELECT 1 FROM role_held AS r
      WHERE r.role IN ('change_manager', 'approver') AND r.person = p.authorizer
        AND r.system IN ('', p.system)
        AND r.held_from <= p.declared_at AND p.declared_at < r.held_until
    ) THEN 'not_entitled'
    WHEN p.incident_required = 'true' AND p.incident IS NULL THEN 'no_incident'
    WHEN p.ends_at IS NULL THEN 'unbounded'
    WHEN p.deployed_at > p.ends_at THEN 'ended'
    ELSE ''
  END AS fault
FROM placed AS p
LEFT JOIN nonhuman AS b ON b.account = p.authorized_by
