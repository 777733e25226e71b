/*
view: >
  Who could deploy, by the register of access (break-glass included), from when until when? System
  and environment in lower case; an empty environment means all.
index: [system_key]
*/
WITH ended AS (
  SELECT g.account, g.system, g.environment, g.granted_at, g.ends_at, g.event,
    MIN(e.ended_at) AS ended_at
  FROM access_grant AS g
  LEFT JOIN access_end AS e
    ON e.account = g.account AND e.access = g.access AND e.system = g.system
    AND (e.environment = g.environment OR e.environment = '') AND e.ended_at >= g.granted_at
  WHERE g.access IN ('deploy', 'break_glass')
  GROUP BY g.account, g.system, g.environment, g.granted_at, g.ends_at, g.event
)
SELECT d.account, COALESCE(h.holder, d.account) AS person, LOWER(d.system) AS system_key,
  LOWER(d.environment) AS environment, d.granted_at AS held_from,
  CASE
    WHEN d.ended_at < COALESCE(d.ends_at, d.ended_at + 1) THEN d.ended_at
    ELSE COALESCE(d.ends_at, 9000000000000000000)
  END AS held_until
FROM ended AS d
LEFT JOIN account_holder AS h
  ON h.account = d.account AND h.held_from <= d.granted_at AND d.granted_at < h.held_until
