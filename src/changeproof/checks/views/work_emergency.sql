/*
view: >
  How does the emergency that was declared for a change stand to each piece of its work? As the
  change's (`emergency_state`), but what was deployed after its end it does not cover: `fault` is
  then `ended`, whatever was deployed before.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, e.emergency, e.declared_by, e.declared_at, e.declared_after,
  e.authorized_by, e.approve_due, e.review_due, e.event,
  CASE
    WHEN e.fault IN ('', 'authorization_owed') AND w.deployed_at > e.ends_at THEN 'ended'
    ELSE e.fault
  END AS fault
FROM emergency_state AS e
JOIN work AS w ON w.change_id = e.change_id
