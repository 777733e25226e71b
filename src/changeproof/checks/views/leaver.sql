/*
view: >
  Whose accounts were they who left, and when did they leave? A departure names a person, or an
  account, and then all accounts of whoever holds it.
index: [account]
*/
WITH gone AS (
  SELECT d.person AS account, d.left_at, d.event FROM departure AS d
  UNION
  SELECT a.account, d.left_at, d.event
  FROM departure AS d
  JOIN account_person AS a ON a.person = d.person
  UNION
  SELECT b.account, d.left_at, d.event
  FROM departure AS d
  JOIN account_person AS a ON a.account = d.person
  JOIN account_person AS b ON b.person = a.person
)
SELECT g.account, MIN(g.left_at) AS left_at, STRING_AGG(g.event, ',') AS events
FROM gone AS g
GROUP BY g.account
