/*
view: >
  Who looked at each deployed piece of work afterwards, being a human who neither asked for the
  change (or another one that the same work carries) nor wrote any of it? The first such look at
  each.
index: ["change_id, implementation"]
*/
WITH also_asked AS (
  -- What was asked for after it was deployed changes nothing.
  SELECT DISTINCT o.change_id, o.implementation, l.person, l.reviewed_at
  FROM independent_look AS l
  JOIN shared_request AS o ON o.change_id = l.change_id
  JOIN work AS w
    ON w.change_id = o.change_id AND w.implementation = o.implementation
    AND COALESCE(o.requested_at, 0) <= w.deployed_at
  LEFT JOIN account_holder AS h
    ON h.account = o.requested_by AND h.held_from <= l.reviewed_at AND l.reviewed_at < h.held_until
  WHERE COALESCE(h.person, o.requested_by) = l.person
),
ranked AS (
  SELECT w.change_id, w.implementation, l.account, l.outcome, l.reviewed_at, l.event,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation ORDER BY l.reviewed_at, l.event
    ) AS place
  FROM independent_look AS l
  JOIN work AS w ON w.change_id = l.change_id AND w.deployed_at <= l.reviewed_at
  LEFT JOIN also_asked AS o
    ON o.change_id = w.change_id AND o.implementation = w.implementation
    AND o.person = l.person AND o.reviewed_at = l.reviewed_at
  WHERE o.person IS NULL
)
SELECT r.change_id, r.implementation, r.account, r.outcome, r.reviewed_at, r.event
FROM ranked AS r
WHERE r.place = 1
