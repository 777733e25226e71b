/*
view: >
  When was each document put in force or looked at again, and by when was that to be done the next
  time? `due_at` is null where the version asks for no review; `next_at` where nobody has looked
  since. Every version that was ever in force counts.
index: [document]
*/
WITH look AS (
  SELECT f.document, f.document_version, f.in_force_from AS looked_at, f.event
  FROM document_in_force AS f
  WHERE f.in_force_from IS NOT NULL
  UNION ALL
  SELECT r.document, r.document_version, r.reviewed_at, r.event
  FROM document_review AS r
  WHERE r.reviewed_at IS NOT NULL
)
SELECT k.document, k.document_version, k.looked_at, k.looked_at + v.review_every AS due_at, k.event,
  LEAD(k.looked_at) OVER (PARTITION BY k.document ORDER BY k.looked_at, k.event) AS next_at
FROM look AS k
JOIN document_version AS v
  ON v.document = k.document AND v.document_version = k.document_version
