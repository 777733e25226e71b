/*
view: >
  Which software that somebody else made does a change bring in, and how was its origin verified?
  `origin` is `signature`, `digest` (what was fetched is what the vendor stated),
  `other_digest` or `none`. As last stated.
index: [change_id]
*/
WITH stated AS (
  SELECT n.change_id, a.vendor, a.product, a.origin, a.digest, a.pinned_digest, a.event,
    ROW_NUMBER() OVER (PARTITION BY n.change_id ORDER BY a.stated_at DESC, a.event) AS place
  FROM acquisition AS a
  JOIN change_name AS n ON n.name = a.change_name
)
SELECT s.change_id, s.vendor, s.product, s.event,
  CASE
    WHEN s.origin = 'signature' THEN 'signature'
    WHEN s.origin = 'digest' AND s.digest = s.pinned_digest THEN 'digest'
    WHEN s.origin = 'digest' AND s.digest <> s.pinned_digest THEN 'other_digest'
    ELSE 'none'
  END AS origin
FROM stated AS s
WHERE s.place = 1
