/*
view: What acquired software does a change bring in, by which vendor? The latest statement counts.
index: [change_id]
*/
WITH ranked AS (
  SELECT n.change_id, a.vendor,
    a.product || COALESCE(' ' || a.product_version, '') AS product, a.digest, a.pinned_digest,
    a.origin, a.account, a.acquired_at, a.event,
    ROW_NUMBER() OVER (PARTITION BY n.change_id ORDER BY a.stated_at DESC, a.event) AS place
  FROM acquisition AS a
  JOIN change_name AS n ON n.name = a.change_name
)
SELECT r.change_id, r.vendor, r.product, r.digest, r.pinned_digest, r.origin, r.account,
  r.acquired_at, r.event
FROM ranked AS r
WHERE r.place = 1
