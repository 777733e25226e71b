/*
view: Who could act in which role, on which system (or all, where empty), from when until when?
index: ["role, person"]
*/
SELECT g.role, g.system, COALESCE(h.holder, g.account) AS person, g.granted_at AS held_from,
  -- Later than what nobody dated: such an act is held against the roles of the end.
  COALESCE(MIN(r.revoked_at), 9200000000000000000) AS held_until
FROM role_grant AS g
LEFT JOIN account_holder AS h
  ON h.account = g.account AND h.held_from <= g.granted_at AND g.granted_at < h.held_until
LEFT JOIN role_revocation AS r
  ON r.account = g.account AND r.role = g.role AND r.system = g.system
  AND r.revoked_at >= g.granted_at
GROUP BY g.role, g.system, COALESCE(h.holder, g.account), g.account, g.granted_at, g.event
