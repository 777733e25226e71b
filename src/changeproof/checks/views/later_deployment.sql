/*
view: >
  Which deployment after the first one needs another look, and why? A redeployment of the same
  content is an event of the old change; going back to it is judged anew. `trouble` is the first
  of: `unattributed` (gone back to by nobody known), `left`, `not_entitled`, `not_named`,
  `no_access` (see `deployment_actor`), `frozen`, `rebuilt` (another digest of the same image, that
  nobody approved and no template covers), `not_approved_again` (where the policy does not trust
  the earlier deployment). Counts all of them, and tells the first one in trouble.
index: ["change_id, implementation"]
*/
WITH same_image AS (
  SELECT DISTINCT a.change_id, a.implementation, a.deployment
  FROM deployment_actor AS a
  JOIN work AS w ON w.change_id = a.change_id AND w.implementation = a.implementation
  JOIN artifact AS x ON x.artifact = w.artifact
  JOIN artifact AS y ON y.artifact = a.artifact AND y.name = x.name
  WHERE a.first = 0 AND a.artifact <> w.artifact AND a.revision = w.deployed_revision
    AND NOT EXISTS (
      SELECT 1 FROM approval_act AS p
      WHERE p.change_id = a.change_id AND p.implementation = a.implementation
        AND p.artifact = a.artifact AND p.verdict = 'approved' AND p.said_at <= a.deployed_at
        AND p.hindrance IN ('', 'other_content')
    )
    AND NOT EXISTS (
      SELECT 1 FROM standard_template AS s WHERE s.change_id = a.change_id AND s.holds = 1
    )
),
weighed AS (
  SELECT a.change_id, a.implementation, a.deployment, a.account, a.deployed_at, a.went_back,
    a.artifact, a.fault_system, a.left_at, a.frozen_until, a.events,
    CASE
      WHEN a.account IS NULL THEN CASE WHEN a.went_back = 1 THEN 'unattributed' ELSE '' END
      WHEN a.fault <> '' THEN a.fault
      WHEN a.went_back = 1 AND a.frozen_until IS NOT NULL
        AND (e.fault IS NULL OR e.fault <> '' OR e.ends_at < a.deployed_at) THEN 'frozen'
      WHEN i.deployment IS NOT NULL THEN 'rebuilt'
      WHEN a.went_back = 1 AND t.rollback_trusts_earlier = 'false' AND NOT EXISTS (
        SELECT 1 FROM approval_act AS p
        WHERE p.change_id = a.change_id AND p.implementation = a.implementation
          AND p.verdict = 'approved' AND p.hindrance = '' AND p.said_at > w.deployed_at
          AND p.said_at <= a.deployed_at
      ) THEN 'not_approved_again'
      ELSE ''
    END AS trouble
  FROM deployment_actor AS a
  JOIN work AS w ON w.change_id = a.change_id AND w.implementation = a.implementation
  JOIN policy_terms AS t ON t.policy_version = w.policy_version
  LEFT JOIN same_image AS i
    ON i.change_id = a.change_id AND i.implementation = a.implementation
    AND i.deployment = a.deployment
  LEFT JOIN emergency_state AS e
    ON e.change_id = a.change_id AND e.implementation = a.implementation
  WHERE a.first = 0
),
placed AS (
  SELECT w.change_id, w.implementation, w.account, w.deployed_at, w.went_back, w.artifact,
    w.fault_system, w.left_at, w.frozen_until, w.trouble,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation
      ORDER BY CASE WHEN w.trouble = '' THEN 1 ELSE 0 END, w.deployed_at, w.deployment
    ) AS place,
    COUNT(*) OVER (PARTITION BY w.change_id, w.implementation) AS times,
    MAX(w.deployed_at) OVER (PARTITION BY w.change_id, w.implementation) AS last_at,
    MIN(CASE WHEN w.went_back = 1 THEN w.deployed_at END)
      OVER (PARTITION BY w.change_id, w.implementation) AS first_back,
    w.events
  FROM weighed AS w
)
SELECT p.change_id, p.implementation, p.account, p.deployed_at, p.went_back, p.artifact,
  p.fault_system, p.left_at, p.frozen_until, p.trouble, p.times, p.last_at, p.first_back, p.events
FROM placed AS p
WHERE p.place = 1
