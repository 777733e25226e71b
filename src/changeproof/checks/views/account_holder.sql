/*
view: >
  Whose account was it, from when until when? The first join reaches back to the beginning:
  that two accounts are one person is no news to that person. An account without a row stands
  for itself. `found_at` is when it was recorded. An account that several persons claim
  (`claimants` counts them) is none's: until somebody settles whose it is, all of them are one
  `person`, so that nobody is independent of whoever they may be (of quarrels in a row, three are
  followed). `holder` is whose roles and rights it has: of such an account its own alone.
index: [account]
*/
WITH quarrel AS (
  SELECT c.account, COUNT(*) AS claimants
  FROM account_claim AS c
  WHERE c.claimed_until = 9200000000000000000
  GROUP BY c.account
  HAVING COUNT(*) > 1
),
party AS (
  SELECT c.account, c.person, c.found_at, c.event
  FROM quarrel AS q
  JOIN account_claim AS c ON c.account = q.account AND c.claimed_until = 9200000000000000000
),
one_step AS (
  SELECT p.person, MIN(o.person) AS name
  FROM party AS p
  JOIN party AS o ON o.account = p.account
  GROUP BY p.person
),
two_steps AS (
  SELECT p.person, MIN(n.name) AS name
  FROM party AS p
  JOIN party AS o ON o.account = p.account
  JOIN one_step AS n ON n.person = o.person
  GROUP BY p.person
),
same AS (
  -- A name of its own: it has the rights of none of them.
  SELECT p.person, 'persons:' || MIN(n.name) AS name, MAX(o.found_at) AS found_at,
    MIN(o.event) AS events
  FROM party AS p
  JOIN party AS o ON o.account = p.account
  JOIN two_steps AS n ON n.person = o.person
  GROUP BY p.person
),
settled AS (
  SELECT c.account, MAX(c.claimed_until) AS settled_until
  FROM account_claim AS c
  WHERE c.claimed_until < 9200000000000000000
  GROUP BY c.account
),
term AS (
  SELECT c.account, c.person, c.person AS holder, 1 AS claimants, c.claimed_from AS held_from,
    c.claimed_until AS held_until, c.found_at, c.event AS events
  FROM account_claim AS c
  LEFT JOIN quarrel AS q ON q.account = c.account
  WHERE q.account IS NULL OR c.claimed_until < 9200000000000000000
  UNION ALL
  SELECT c.account, MIN(c.person), c.account, MAX(q.claimants),
    MIN(CASE
      WHEN s.settled_until > c.claimed_from THEN s.settled_until ELSE c.claimed_from
    END),
    9200000000000000000, -- after what nobody dated
    MAX(c.found_at), STRING_AGG(c.event, ',') AS events
  FROM quarrel AS q
  JOIN account_claim AS c ON c.account = q.account AND c.claimed_until = 9200000000000000000
  LEFT JOIN settled AS s ON s.account = c.account
  GROUP BY c.account
),
ordered AS (
  SELECT t.account, t.person, t.holder, t.claimants, t.held_from, t.held_until, t.found_at, t.events,
    ROW_NUMBER() OVER (PARTITION BY t.account ORDER BY t.held_from, t.held_until, t.person) AS place,
    LEAD(t.held_from) OVER (PARTITION BY t.account ORDER BY t.held_from, t.held_until, t.person)
      AS next_from
  FROM term AS t
)
SELECT o.account, COALESCE(s.name, o.person) AS person, o.holder, o.claimants, o.found_at, o.events,
  CASE WHEN o.place = 1 THEN -9000000000000000000 ELSE o.held_from END AS held_from,
  CASE WHEN o.next_from < o.held_until THEN o.next_from ELSE o.held_until END AS held_until
FROM ordered AS o
LEFT JOIN same AS s ON s.person = o.person
UNION ALL
-- A user here of whose account nobody told is a claimant in their own name.
SELECT s.person, s.name, s.person, 1, s.found_at, s.events, -9000000000000000000,
  9200000000000000000
FROM same AS s
LEFT JOIN account_claim AS c ON c.account = s.person
WHERE c.account IS NULL AND SUBSTR(s.person, 1, 11) = 'local:user/'
