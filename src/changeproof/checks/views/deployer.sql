/*
view: >
  Who brought each piece of work to production first? Is that a human, none of its writers,
  entitled on that day; and was there a freeze? (See `deployment_actor`.)
index: ["change_id, implementation"]
*/
SELECT a.change_id, a.implementation, a.account, a.person, a.kind, a.is_another_human,
  CASE WHEN a.fault = '' THEN 1 ELSE 0 END AS is_entitled, a.fault, a.fault_system, a.left_at,
  a.left_event, a.frozen_until, a.passed_until, a.freeze_event
FROM deployment_actor AS a
WHERE a.first = 1
