/*
view: >
  Of which type is each piece of a change's work, and what may be missing of it only to us? Its type
  is its own: what was deployed after an emergency's end is none, whatever was deployed before.
  `record_until` is the end of the second of its own deployment. `blind` is 1 where its source was
  silent, `settles_at` until when its record may be on its way: neither excuses another piece of
  the same change.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, g.policy_version, g.risk, g.on_desk, w.deployed_at,
  CASE
    WHEN e.fault IN ('', 'authorization_owed') THEN 'emergency'
    WHEN t.holds = 1 THEN 'standard'
    ELSE 'normal'
  END AS type,
  CASE WHEN u.implementation IS NULL THEN 0 ELSE 1 END AS blind,
  x.settles_at, e.review_due, e.event AS emergency_event, g.template_event,
  COALESCE(w.deployed_at - w.deployed_at % 1000000 + 999999, 9000000000000000000) AS record_until
FROM work AS w
JOIN change_progress AS g ON g.change_id = w.change_id
LEFT JOIN emergency_state AS e
  ON e.change_id = w.change_id AND e.implementation = w.implementation
LEFT JOIN standard_template AS t ON t.change_id = w.change_id
LEFT JOIN unseen_interval AS u
  ON u.change_id = w.change_id AND u.implementation = w.implementation
LEFT JOIN unexplained AS x
  ON x.change_id = w.change_id AND x.implementation = w.implementation
