/*
view: >
  Who made each deployment of a piece of work: whoever triggered the run, else the account that
  reported it? Is that a human and none of its writers? `fault` is empty where they were entitled
  on that day, else the first of: `left` (had left the company), `not_entitled` (did not hold the
  role of deployer where that is given to named people), `not_named` (the policy names who may
  deploy there), `no_access` (the register of access names others). Was there a freeze, and did
  somebody pass it whom the policy lets pass?
index: ["change_id, implementation"]
*/
WITH placed AS (
  SELECT m.change_id, m.implementation, m.deployment, m.first, m.went_back, m.environment,
    m.artifact, m.revision, m.deployed_at, m.deployed_by AS through, m.events,
    COALESCE(m.triggered_by, m.deployed_by) AS account,
    COALESCE(h.person, m.triggered_by, m.deployed_by) AS person,
    COALESCE(h.holder, m.triggered_by, m.deployed_by) AS holder, b.kind, w.policy_version
  FROM deployment_made AS m
  JOIN work AS w ON w.change_id = m.change_id AND w.implementation = m.implementation
  LEFT JOIN account_holder AS h
    ON h.account = COALESCE(m.triggered_by, m.deployed_by)
    AND h.held_from <= COALESCE(m.deployed_at, 0) AND COALESCE(m.deployed_at, 0) < h.held_until
  LEFT JOIN nonhuman AS b ON b.account = COALESCE(m.triggered_by, m.deployed_by)
),
departed AS (
  -- A departure names a person, or one account of theirs.
  SELECT d.person, NULL AS claimed_by, d.left_at, d.event FROM departure AS d
  UNION
  -- An account that several persons claim may be that of the one who left.
  SELECT h.account, d.person, d.left_at, d.event
  FROM departure AS d
  JOIN account_claim AS c
    ON c.person = d.person AND c.claimed_from <= d.left_at AND d.left_at < c.claimed_until
  JOIN account_holder AS h ON h.account = c.account AND h.claimants > 1
  UNION
  SELECT h.person, NULL, d.left_at, d.event
  FROM departure AS d
  JOIN account_holder AS h
    ON h.account = d.person AND h.held_from <= d.left_at AND d.left_at < h.held_until
),
returned AS (
  SELECT r.person, NULL AS claimed_by, r.returned_at FROM person_return AS r
  UNION
  SELECT h.account, r.person, r.returned_at
  FROM person_return AS r
  JOIN account_claim AS c
    ON c.person = r.person AND c.claimed_from <= r.returned_at AND r.returned_at < c.claimed_until
  JOIN account_holder AS h ON h.account = c.account AND h.claimants > 1
  UNION
  SELECT h.person, NULL, r.returned_at
  FROM person_return AS r
  JOIN account_holder AS h
    ON h.account = r.person AND h.held_from <= r.returned_at AND r.returned_at < h.held_until
),
gone AS (
  SELECT p.change_id, p.implementation, p.deployment, d.left_at, d.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.change_id, p.implementation, p.deployment ORDER BY d.left_at, d.event
    ) AS place
  FROM placed AS p
  JOIN departed AS d ON d.person IN (p.person, p.holder, p.account, p.through)
  WHERE d.left_at <= p.deployed_at
    AND NOT EXISTS (
      -- Whoever came back deploys as themselves again, by whatever account they are known.
      SELECT 1 FROM returned AS b
      WHERE d.left_at < b.returned_at AND b.returned_at <= p.deployed_at
        AND (b.person = d.person OR (b.person = p.person AND d.person = p.account))
        -- Nor does another claimant's return bring them back.
        AND COALESCE(b.claimed_by, d.claimed_by, '') = COALESCE(d.claimed_by, b.claimed_by, '')
    )
),
roleless AS (
  SELECT p.change_id, p.implementation, p.deployment, MIN(k.system) AS system
  FROM placed AS p
  JOIN work_system AS k ON k.change_id = p.change_id AND k.implementation = p.implementation
  JOIN role_assigned AS g
    ON g.role = 'deployer' AND g.system IN ('', k.system) AND g.assigned_from <= p.deployed_at
  LEFT JOIN role_held AS r
    ON r.role = 'deployer' AND r.person = p.holder AND r.system IN ('', k.system)
    AND r.held_from <= p.deployed_at AND p.deployed_at < r.held_until
  WHERE r.person IS NULL
  GROUP BY p.change_id, p.implementation, p.deployment
),
ruled AS (
  SELECT p.change_id, p.implementation, p.deployment, k.system,
    MAX(CASE WHEN i.value IS NOT NULL OR r.person IS NOT NULL THEN 1 ELSE 0 END) AS named
  FROM placed AS p
  JOIN work_system AS k ON k.change_id = p.change_id AND k.implementation = p.implementation
  JOIN deployer_rule AS d
    ON d.policy_version = p.policy_version AND d.system_key IN ('', LOWER(k.system))
    AND d.environment IN ('', LOWER(p.environment))
  LEFT JOIN policy_rule AS i
    ON i.policy_version = d.policy_version AND i.rule = 'deployer' AND i.number = d.number
    AND i.part = 'identity' AND i.value IN (p.account, p.through)
  LEFT JOIN policy_rule AS o
    ON o.policy_version = d.policy_version AND o.rule = 'deployer' AND o.number = d.number
    AND o.part = 'role'
  LEFT JOIN role_held AS r
    ON r.role = o.value AND r.person = p.holder AND r.system IN ('', k.system)
    AND r.held_from <= p.deployed_at AND p.deployed_at < r.held_until
  GROUP BY p.change_id, p.implementation, p.deployment, k.system
),
unnamed AS (
  SELECT u.change_id, u.implementation, u.deployment, MIN(u.system) AS system
  FROM ruled AS u
  WHERE u.named = 0
  GROUP BY u.change_id, u.implementation, u.deployment
),
registered AS (
  -- A pipeline's account may stand in no register of people: only a human is looked up.
  SELECT p.change_id, p.implementation, p.deployment, k.system,
    MAX(CASE WHEN (a.person = p.holder OR a.account = p.through) AND p.deployed_at < a.held_until
      THEN 1 ELSE 0 END) AS granted
  FROM placed AS p
  JOIN work_system AS k ON k.change_id = p.change_id AND k.implementation = p.implementation
  JOIN deploy_access AS a
    ON a.system_key = LOWER(k.system) AND a.held_from <= p.deployed_at
    AND a.environment IN ('', LOWER(p.environment))
  WHERE p.kind IS NULL AND p.account IS NOT NULL
  GROUP BY p.change_id, p.implementation, p.deployment, k.system
),
accessless AS (
  SELECT u.change_id, u.implementation, u.deployment, MIN(u.system) AS system
  FROM registered AS u
  WHERE u.granted = 0
  GROUP BY u.change_id, u.implementation, u.deployment
),
frozen AS (
  -- Of several at once the one that began first.
  SELECT p.change_id, p.implementation, p.deployment, f.begins_at AS frozen_from,
    f.ends_at AS frozen_until, f.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.change_id, p.implementation, p.deployment
      ORDER BY f.begins_at, f.ends_at, f.event
    ) AS place
  FROM placed AS p
  JOIN work AS w ON w.change_id = p.change_id AND w.implementation = p.implementation
  JOIN work_system AS k ON k.change_id = p.change_id AND k.implementation = p.implementation
  JOIN time_window AS f
    ON f.kind = 'freeze'
    AND LOWER(COALESCE(f.system, w.system)) IN (LOWER(w.system), LOWER(k.system))
    AND f.begins_at <= p.deployed_at AND p.deployed_at < f.ends_at
    AND f.stated_at <= p.deployed_at
),
passed AS (
  SELECT p.change_id, p.implementation, p.deployment, MIN(r.person) AS person
  FROM frozen AS z
  JOIN placed AS p
    ON p.change_id = z.change_id AND p.implementation = z.implementation
    AND p.deployment = z.deployment
  JOIN policy_list AS q
    ON q.policy_version = p.policy_version AND q.parameter = 'freeze_pass_roles'
  JOIN work_system AS k ON k.change_id = p.change_id AND k.implementation = p.implementation
  JOIN role_held AS r
    ON r.role = q.value AND r.system IN ('', k.system)
    AND r.held_from <= p.deployed_at AND p.deployed_at < r.held_until
  LEFT JOIN desk_authorization AS a
    ON a.change_id = p.change_id AND a.authorized_at >= z.frozen_from
    AND a.authorized_at <= p.deployed_at
    AND COALESCE(a.withdrawn_at, p.deployed_at + 1) > p.deployed_at
  WHERE r.person IN (p.holder, a.entitled)
  GROUP BY p.change_id, p.implementation, p.deployment
)
SELECT p.change_id, p.implementation, p.deployment, p.first, p.went_back, p.artifact, p.revision,
  p.account, p.person, p.kind, p.deployed_at, p.events,
  CASE
    WHEN p.kind IS NULL AND p.account IS NOT NULL AND x.person IS NULL THEN 1
    ELSE 0
  END AS is_another_human,
  CASE
    WHEN g.left_at IS NOT NULL THEN 'left'
    WHEN r.system IS NOT NULL THEN 'not_entitled'
    WHEN u.system IS NOT NULL THEN 'not_named'
    WHEN a.system IS NOT NULL THEN 'no_access'
    ELSE ''
  END AS fault,
  COALESCE(r.system, u.system, a.system) AS fault_system, g.left_at, g.event AS left_event,
  CASE WHEN y.person IS NULL THEN z.frozen_until END AS frozen_until,
  CASE WHEN y.person IS NOT NULL THEN z.frozen_until END AS passed_until,
  z.event AS freeze_event
FROM placed AS p
LEFT JOIN gone AS g
  ON g.change_id = p.change_id AND g.implementation = p.implementation
  AND g.deployment = p.deployment AND g.place = 1
LEFT JOIN roleless AS r
  ON r.change_id = p.change_id AND r.implementation = p.implementation
  AND r.deployment = p.deployment
LEFT JOIN unnamed AS u
  ON u.change_id = p.change_id AND u.implementation = p.implementation
  AND u.deployment = p.deployment
LEFT JOIN accessless AS a
  ON a.change_id = p.change_id AND a.implementation = p.implementation
  AND a.deployment = p.deployment
LEFT JOIN frozen AS z
  ON z.change_id = p.change_id AND z.implementation = p.implementation
  AND z.deployment = p.deployment AND z.place = 1
LEFT JOIN passed AS y
  ON y.change_id = p.change_id AND y.implementation = p.implementation
  AND y.deployment = p.deployment
LEFT JOIN writer AS x
  ON x.change_id = p.change_id AND x.implementation = p.implementation AND x.person = p.person
