/*
view: >
  What was seen of a configuration item, or set by an act, and did it equal what was approved?
  `explained_by` is a change that was authorized to set it so. `accepted` is 1 where it equals the baseline in force, or what an authorization lets the item be
  set to by another person; also the baseline before, until the new one was first seen. Null before any baseline.
index: [subject]
*/
WITH seen AS (
  SELECT s.subject, s.name, o.digest, o.observed_at AS seen_at, NULL AS account, NULL AS person,
    o.event
  FROM subject AS s
  JOIN observed_state AS o ON o.named_item = s.name
  WHERE s.kind = 'item' AND o.digest IS NOT NULL AND o.observed_at IS NOT NULL
  UNION ALL
  SELECT s.subject, s.name, a.after_digest, a.acted_at, a.account, COALESCE(h.person, a.account), a.event
  FROM subject AS s
  JOIN production_act AS a ON a.item = s.name
  LEFT JOIN account_holder AS h
    ON h.account = a.account AND h.held_from <= a.acted_at AND a.acted_at < h.held_until
  WHERE s.kind = 'item' AND a.automatic = 0 AND a.after_digest IS NOT NULL AND a.acted_at IS NOT NULL
),
based AS (
  SELECT n.subject, n.name, n.digest, n.seen_at, n.account, n.person, n.event, MAX(b.approved_at) AS base_at
  FROM seen AS n
  LEFT JOIN baseline AS b ON b.item = n.name AND b.approved_at <= n.seen_at
  GROUP BY n.subject, n.name, n.digest, n.seen_at, n.account, n.person, n.event
),
before AS (
  SELECT n.subject, n.name, n.digest, n.seen_at, n.account, n.person, n.event, n.base_at,
    MAX(b.approved_at) AS earlier_at
  FROM based AS n
  LEFT JOIN baseline AS b ON b.item = n.name AND b.approved_at < n.base_at
  GROUP BY n.subject, n.name, n.digest, n.seen_at, n.account, n.person, n.event, n.base_at
),
allowed AS (
  SELECT z.item, z.after_digest, z.authorized_at, z.change_name, COALESCE(h.person, z.account) AS person
  FROM authorized_item AS z
  LEFT JOIN account_holder AS h
    ON h.account = z.account AND h.held_from <= z.authorized_at AND z.authorized_at < h.held_until
),
explained AS (
  SELECT n.subject, n.event, MIN(z.change_name) AS change_name
  FROM seen AS n
  JOIN allowed AS z
    ON z.item = n.name AND z.after_digest = n.digest AND z.authorized_at <= n.seen_at
    AND z.person <> COALESCE(n.person, '')
  GROUP BY n.subject, n.event
),
renewed AS (
  SELECT n.subject, n.base_at, MIN(n.seen_at) AS first_at
  FROM based AS n
  JOIN baseline AS b ON b.item = n.name AND b.approved_at = n.base_at AND b.digest = n.digest
  GROUP BY n.subject, n.base_at
)
SELECT n.subject, n.digest, n.seen_at, n.account, n.event,
  CASE WHEN EXISTS (
      SELECT 1 FROM baseline AS b
      WHERE b.item = n.name AND b.approved_at = n.base_at AND b.digest = n.digest
    ) THEN NULL ELSE x.change_name END AS explained_by,
  CASE
    WHEN n.base_at IS NULL THEN NULL
    WHEN EXISTS (
      SELECT 1 FROM baseline AS b
      WHERE b.item = n.name AND b.approved_at = n.base_at AND b.digest = n.digest
    ) THEN 1
    WHEN x.change_name IS NOT NULL THEN 1
    WHEN COALESCE(r.first_at, n.seen_at + 1) > n.seen_at AND EXISTS (
      SELECT 1 FROM baseline AS b
      WHERE b.item = n.name AND b.approved_at = n.earlier_at AND b.digest = n.digest
    ) THEN 1
    ELSE 0
  END AS accepted
FROM before AS n
LEFT JOIN renewed AS r ON r.subject = n.subject AND r.base_at = n.base_at
LEFT JOIN explained AS x ON x.subject = n.subject AND x.event = n.event
