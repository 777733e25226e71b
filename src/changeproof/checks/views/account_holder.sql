/*
view: >
  Whose account was it, from when until when? The first join reaches back to the beginning:
  that two accounts are one person is no news to that person. An account without a row stands
  for itself. `found_at` is when it was recorded.
index: [account]
*/
SELECT a.account, a.person, a.stated_at AS found_at, a.event,
  CASE
    WHEN ROW_NUMBER() OVER (
      PARTITION BY a.account ORDER BY a.joined_from, a.stated_at, a.event
    ) = 1 THEN -9000000000000000000
    ELSE a.joined_from
  END AS held_from,
  COALESCE(
    LEAD(a.joined_from) OVER (
      PARTITION BY a.account ORDER BY a.joined_from, a.stated_at, a.event
    ),
    9200000000000000000 -- after what nobody dated
  ) AS held_until
FROM account_person AS a
