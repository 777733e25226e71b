/*
view: >
  Since when is a role given to named people, by system (empty: all)? From then on only those who
  hold it may act in it there; before, any human may.
index: [role]
*/
SELECT g.role, g.system, MIN(g.granted_at) AS assigned_from
FROM role_grant AS g
GROUP BY g.role, g.system
