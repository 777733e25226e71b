/*
view: >
  Whose accounts were they who left, when did they leave, and when did they come back (null: they
  did not)? A departure names a person, or an account, and then all accounts of whoever claimed it
  that day; so does a return. An account that was handed over before leaves with nobody who had it.
  Of an account that several claim each one's leaving counts, and no other's return ends it, unless
  it names that very account. Each absence once, from the first that told of it.
index: [account]
*/
WITH leaving AS (
  SELECT COALESCE(a.person, d.person) AS who, d.person AS named, d.left_at, d.event
  FROM departure AS d
  LEFT JOIN account_claim AS a ON a.account = d.person AND d.left_at < a.claimed_until
),
gone AS (
  SELECT l.named AS account, l.who, l.left_at, l.event FROM leaving AS l
  UNION
  SELECT l.who, l.who, l.left_at, l.event FROM leaving AS l
  UNION
  SELECT a.account, l.who, l.left_at, l.event
  FROM leaving AS l
  JOIN account_claim AS a ON a.person = l.who AND l.left_at < a.claimed_until
),
back AS (
  SELECT r.person AS named, r.returned_at,
    CASE WHEN h.claimants > 1 THEN '' ELSE COALESCE(a.person, r.person) END AS who
  FROM person_return AS r
  LEFT JOIN account_claim AS a ON a.account = r.person AND r.returned_at < a.claimed_until
  LEFT JOIN account_holder AS h ON h.account = r.person AND h.claimants > 1
),
ended AS (
  SELECT g.account, g.who, g.left_at, g.event, MIN(b.returned_at) AS returned_at
  FROM gone AS g
  LEFT JOIN back AS b
    ON (b.who = g.who OR b.named = g.account) AND b.returned_at > g.left_at
  GROUP BY g.account, g.who, g.left_at, g.event
)
SELECT e.account, MIN(e.left_at) AS left_at, e.returned_at, STRING_AGG(e.event, ',') AS events
FROM ended AS e
GROUP BY e.account, e.returned_at
