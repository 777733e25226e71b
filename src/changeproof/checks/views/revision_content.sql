/*
view: >
  What content does a revision hold? Two revisions with one tree hold the same. The commit itself
  tells its tree; where it was told without one, a system that was asked for it does.
index: [revision]
*/
SELECT r.revision, COALESCE(MAX(r.tree), MAX(t.tree)) AS tree, MAX(r.committed_at) AS committed_at,
  MAX(r.dated_at) AS dated_at, MAX(r.complete) AS complete,
  MAX(CASE WHEN r.complete = 1 THEN r.parent_count END) AS parent_count,
  MAX(r.claimed_review) AS claimed_review, MIN(r.event) AS event
FROM revision AS r
LEFT JOIN revision_tree AS t ON t.revision = r.revision
GROUP BY r.revision
