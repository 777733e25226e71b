/*
view: Who pushed a revision to which branch, as a forge told, and when first?
index: [revision]
*/
SELECT p.revision, p.repository, p.ref, p.pusher, MIN(p.pushed_at) AS pushed_at,
  MIN(p.event) AS event
FROM push_revision AS p
GROUP BY p.revision, p.repository, p.ref, p.pusher
