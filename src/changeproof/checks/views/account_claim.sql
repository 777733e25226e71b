/*
view: >
  Who claims an account, from when until when? A claim of somebody else is not believed over the
  first one: it stands beside it until a second person settles whose the account is. What they found
  holds for those whom they named, and a further claim of those says nothing new. Where a user here
  is named in place of a person, it is the person whose user that is.
index: [account]
*/
WITH found AS (
  SELECT s.account, s.person, s.is_theirs, s.settled_from,
    ROW_NUMBER() OVER (
      PARTITION BY s.account, s.person ORDER BY s.stated_at DESC, s.event DESC
    ) AS place
  FROM account_settlement AS s
),
user_here AS (
  SELECT u.account, MIN(u.person) AS person
  FROM account_person AS u
  WHERE SUBSTR(u.account, 1, 11) = 'local:user/'
  GROUP BY u.account
),
named AS (
  SELECT a.account, COALESCE(u.person, a.person) AS person, a.joined_from, a.stated_at, a.event
  FROM account_person AS a
  LEFT JOIN user_here AS u ON u.account = a.person
),
stated AS (
  SELECT n.account, n.person, n.joined_from, n.stated_at, n.event,
    ROW_NUMBER() OVER (
      PARTITION BY n.account, n.person ORDER BY n.joined_from, n.stated_at, n.event
    ) AS place
  FROM named AS n
)
SELECT c.account, c.person,
  CASE WHEN f.is_theirs = 1 THEN f.settled_from ELSE c.joined_from END AS claimed_from,
  CASE WHEN f.is_theirs = 0 THEN f.settled_from ELSE 9200000000000000000 END AS claimed_until,
  c.stated_at AS found_at, c.event
FROM stated AS c
LEFT JOIN found AS f ON f.account = c.account AND f.person = c.person AND f.place = 1
WHERE c.place = 1 AND (f.is_theirs IS NULL OR f.is_theirs = 1 OR c.joined_from < f.settled_from)
