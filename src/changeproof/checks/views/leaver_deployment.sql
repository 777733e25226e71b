/*
view: Did the account of somebody who had left deploy to production of a system, when first?
index: [subject]
*/
WITH put AS (
  SELECT s.subject, l.account, l.left_at, d.deployed_at, d.events || ',' || l.events AS events,
    ROW_NUMBER() OVER (
      PARTITION BY s.subject ORDER BY d.deployed_at, d.deployment, l.account
    ) AS place
  FROM subject AS s
  JOIN deployment AS d ON d.system = s.name AND d.landing = 0
  JOIN leaver AS l ON l.account IN (d.account, d.triggered_by)
  JOIN policy_terms AS t ON t.judges_from <= d.deployed_at AND d.deployed_at < t.judges_until
  JOIN production_environment AS p
    ON p.policy_version = t.policy_version AND p.environment = LOWER(d.environment)
  WHERE s.kind = 'system' AND d.deployed_at > l.left_at
    AND d.deployed_at < COALESCE(l.returned_at, d.deployed_at + 1)
)
SELECT p.subject, COUNT(*) AS times, MIN(p.deployed_at) AS deployed_at,
  MIN(CASE WHEN p.place = 1 THEN p.account END) AS account,
  MIN(CASE WHEN p.place = 1 THEN p.left_at END) AS left_at, STRING_AGG(p.events, ',') AS events
FROM put AS p
GROUP BY p.subject
