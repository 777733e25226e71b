/*
view: What content does a revision hold? Two revisions with one tree hold the same.
index: [revision]
*/
SELECT r.revision, MAX(r.tree) AS tree, MAX(r.committed_at) AS committed_at,
  MAX(r.dated_at) AS dated_at, MAX(r.complete) AS complete,
  MAX(CASE WHEN r.complete = 1 THEN r.parent_count END) AS parent_count,
  MAX(r.claimed_review) AS claimed_review, MIN(r.event) AS event
FROM revision AS r
GROUP BY r.revision
