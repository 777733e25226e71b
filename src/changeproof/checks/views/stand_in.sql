/*
view: >
  Who could decide in whose place (`absent`, an account), from when until when? Never before it was
  said, and no longer once whoever was away said that they are back.
index: [absent]
*/
WITH back AS (
  SELECT e.absence, MIN(e.ended_at) AS ended_at
  FROM absence_end AS e
  JOIN absence AS a ON a.absence = e.absence AND a.account = e.account
  WHERE e.ended_at IS NOT NULL
  GROUP BY e.absence
)
SELECT a.account AS absent, COALESCE(h.holder, a.deputy) AS person,
  CASE WHEN a.begins_at < a.stated_at THEN a.stated_at ELSE a.begins_at END AS held_from,
  CASE WHEN b.ended_at < a.ends_at THEN b.ended_at ELSE a.ends_at END AS held_until, a.event
FROM absence AS a
LEFT JOIN back AS b ON b.absence = a.absence
LEFT JOIN account_holder AS h
  ON h.account = a.deputy AND h.held_from <= a.begins_at AND a.begins_at < h.held_until
WHERE a.account IS NOT NULL AND a.deputy IS NOT NULL
