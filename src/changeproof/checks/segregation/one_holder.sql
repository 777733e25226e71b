/*
id: segregation/one_holder
title: Each account is one person's
criterion: CC6.1, CC6.3, CC8.1
subject: organisation
severity: high
policy: []
checks: >
  No account, and no address that signs commits, is claimed by two persons: in a directory, in a
  roster, or by hand. Until somebody else settles whose it is, all who claim it count as one person
  wherever others must look, and it has the roles of none of them.
does_not_check: >
  Whether the one who claims an account is the one who uses it; accounts that nobody claims.
re_perform: >
  List who claims each account, by source; group by account and count the persons; ask whoever
  keeps the directory about each that has two.
*/
WITH quarrel AS (
  SELECT h.account, h.claimants, h.found_at, h.events,
    ROW_NUMBER() OVER (ORDER BY h.found_at, h.account) AS place
  FROM account_holder AS h
  WHERE h.claimants > 1
),
quarrels AS (
  SELECT COUNT(*) AS accounts, MIN(CASE WHEN q.place = 1 THEN q.account END) AS account,
    MIN(CASE WHEN q.place = 1 THEN q.claimants END) AS claimants,
    MIN(CASE WHEN q.place = 1 THEN q.found_at END) AS found_at, STRING_AGG(q.events, ',') AS events
  FROM quarrel AS q
),
known AS (
  SELECT COUNT(DISTINCT a.account) AS accounts FROM account_person AS a
),
decided AS (
  SELECT s.subject, q.accounts, q.account, q.claimants, q.found_at, k.accounts AS known,
    COALESCE(q.events, '') AS events
  FROM subject AS s
  CROSS JOIN quarrels AS q
  CROSS JOIN known AS k
  WHERE s.kind = 'organisation'
)
SELECT d.subject,
  CASE
    WHEN d.accounts > 0 THEN 'deviation'
    WHEN d.known = 0 THEN 'not_verifiable'
    ELSE 'met'
  END AS verdict,
  'direct' AS basis,
  CASE
    WHEN d.accounts > 0 THEN d.claimants || ' persons claim {' || d.account || '}, since '
      || utc(d.found_at)
      || CASE WHEN d.accounts > 1 THEN '; ' || (d.accounts - 1) || ' more like it' ELSE '' END
      || '. Why: whose work it is, and who is independent of it, cannot be told; meanwhile they count'
      || ' as one person. Cure: correct the entry, and have somebody else settle whose it is'
      || ' (changeproof user settle).'
    WHEN d.known = 0 THEN 'No account is on record as anybody''s.'
      || ' Why: whether two accounts are one person''s cannot be seen.'
      || ' Cure: bring your directory or a roster (changeproof ingest roster).'
    WHEN d.known = 1 THEN 'The one account that is on record as somebody''s is claimed by one person.'
    ELSE 'Each of the ' || d.known || ' accounts that are on record as somebody''s is one person''s.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
