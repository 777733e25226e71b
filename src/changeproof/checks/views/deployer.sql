/*
view: >
  Who deployed each piece of work: whoever triggered the run, else the account that reported it?
  Is that a human, one of its writers, entitled on that day; and was there a freeze?
index: ["change_id, implementation"]
*/
WITH named AS (
  SELECT w.change_id, w.implementation, w.system, w.deployed_at, w.triggered_by,
    COALESCE(w.triggered_by, w.deployed_by) AS account
  FROM work AS w
  WHERE w.deployed = 1
),
placed AS (
  SELECT n.change_id, n.implementation, n.system, n.deployed_at, n.account,
    COALESCE(h.person, n.account) AS person, b.kind, b.run_by
  FROM named AS n
  LEFT JOIN account_holder AS h
    ON h.account = n.account AND h.held_from <= COALESCE(n.deployed_at, 0)
    AND COALESCE(n.deployed_at, 0) < h.held_until
  LEFT JOIN nonhuman AS b ON b.account = n.account
)
SELECT p.change_id, p.implementation, p.account, p.kind,
  CASE
    WHEN p.kind IS NULL AND p.account IS NOT NULL AND x.person IS NULL THEN 1
    ELSE 0
  END AS is_another_human,
  CASE
    WHEN EXISTS (
      SELECT 1 FROM role_assigned AS g
      WHERE g.role = 'deployer' AND g.system IN ('', p.system)
        AND g.assigned_from <= p.deployed_at
    ) AND NOT EXISTS (
      SELECT 1 FROM role_held AS r
      WHERE r.role = 'deployer' AND r.person = p.person AND r.system IN ('', p.system)
        AND r.held_from <= p.deployed_at AND p.deployed_at < r.held_until
    ) THEN 0
    ELSE 1
  END AS is_entitled,
  (
    SELECT MIN(f.ends_at) FROM time_window AS f
    WHERE f.kind = 'freeze' AND LOWER(COALESCE(f.system, p.system)) = LOWER(p.system)
      AND f.begins_at <= p.deployed_at AND p.deployed_at < f.ends_at
      AND f.stated_at <= p.deployed_at
  ) AS frozen_until,
  (
    SELECT MIN(f.event) FROM time_window AS f
    WHERE f.kind = 'freeze' AND LOWER(COALESCE(f.system, p.system)) = LOWER(p.system)
      AND f.begins_at <= p.deployed_at AND p.deployed_at < f.ends_at
      AND f.stated_at <= p.deployed_at
  ) AS freeze_event
FROM placed AS p
LEFT JOIN writer AS x
  ON x.change_id = p.change_id AND x.implementation = p.implementation AND x.person = p.person
