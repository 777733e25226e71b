/*
view: >
  Whose accounts were they who left, when did they leave, and when did they come back (null: they
  did not)? A departure names a person, or an account, and then all accounts of whoever holds it;
  so does a return. Each absence once, from the first that told of it.
index: [account]
*/
WITH gone AS (
  SELECT d.person AS account, d.left_at, d.event FROM departure AS d
  UNION
  SELECT a.account, d.left_at, d.event
  FROM departure AS d
  JOIN account_claim AS a ON a.person = d.person
  UNION
  SELECT b.account, d.left_at, d.event
  FROM departure AS d
  JOIN account_claim AS a ON a.account = d.person
  JOIN account_claim AS b ON b.person = a.person
),
back AS (
  SELECT r.person AS account, r.returned_at FROM person_return AS r
  UNION
  SELECT a.account, r.returned_at
  FROM person_return AS r
  JOIN account_claim AS a ON a.person = r.person
  UNION
  SELECT b.account, r.returned_at
  FROM person_return AS r
  JOIN account_claim AS a ON a.account = r.person
  JOIN account_claim AS b ON b.person = a.person
),
ended AS (
  SELECT g.account, g.left_at, g.event, MIN(b.returned_at) AS returned_at
  FROM gone AS g
  LEFT JOIN back AS b ON b.account = g.account AND b.returned_at > g.left_at
  GROUP BY g.account, g.left_at, g.event
)
SELECT e.account, MIN(e.left_at) AS left_at, e.returned_at, STRING_AGG(e.event, ',') AS events
FROM ended AS e
GROUP BY e.account, e.returned_at
