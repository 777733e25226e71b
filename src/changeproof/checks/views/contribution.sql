/*
view: >
  Who gave what to each piece of work? `part` is `author` (of the pull request, one of its
  commits, or the steps by which it was done by hand), `co_author` (named by a commit), `pusher` (to its branch, or straight to the protected
  one) or `merger` (of a merge that holds edits of its own). Not who merged, committed or
  submitted: whoever made the merge commit, or a squash of the same content, or merged the base
  into the branch, gave nothing to it, unless the merge holds edits. `revision` is null for the
  pull request itself. `moment` is when persons are told by it: the deployment, or now.
index: ["change_id, implementation", "implementation"]
*/
WITH own AS (
  SELECT w.change_id, w.implementation, w.kind, w.head, w.landed, w.ground, r.revision,
    w.head_is_landed, w.landed_edited, COALESCE(w.deployed_at, :as_of) AS moment
  FROM work AS w
  JOIN revision_implementation AS r ON r.implementation = w.implementation
  UNION
  SELECT w.change_id, w.implementation, w.kind, w.head, w.landed, w.ground, h.revision,
    w.head_is_landed, w.landed_edited, COALESCE(w.deployed_at, :as_of)
  FROM work AS w
  JOIN pull_head AS h ON h.pull = w.implementation
)
SELECT w.change_id, w.implementation, w.author AS account, 'author' AS part, NULL AS revision,
  COALESCE(w.deployed_at, :as_of) AS moment, w.events AS events
FROM work AS w
WHERE w.author IS NOT NULL
UNION ALL
-- Whoever did it by hand.
SELECT w.change_id, w.implementation, COALESCE(w.triggered_by, w.deployed_by), 'author', NULL,
  COALESCE(w.deployed_at, :as_of), w.deployment_events
FROM work AS w
WHERE w.ground = 'act' AND COALESCE(w.triggered_by, w.deployed_by) IS NOT NULL
UNION ALL
-- Whoever wrote the steps by which it was done.
SELECT w.change_id, w.implementation, p.account, 'author', NULL,
  COALESCE(w.deployed_at, :as_of), p.event
FROM work AS w
JOIN step_plan AS p ON w.implementation = 'act:steps/' || p.change_name
WHERE p.account IS NOT NULL
UNION ALL
SELECT o.change_id, o.implementation, a.account, a.part, o.revision, o.moment, a.event
FROM own AS o
JOIN revision_author AS a ON a.revision = o.revision
LEFT JOIN revision_content AS v ON o.kind = 'pull' AND v.revision = o.revision
LEFT JOIN base_merge AS b
  ON b.change_id = o.change_id AND b.implementation = o.implementation
  AND b.revision = o.revision
WHERE a.part = 'co_author'
  OR o.kind <> 'pull'
  OR (o.revision <> COALESCE(o.landed, '') AND b.revision IS NULL)
  OR (o.landed = o.head AND b.revision IS NULL)
  OR (o.revision = o.landed AND o.landed_edited = 1)
  OR (o.revision = o.landed AND v.parent_count <= 1 AND o.head_is_landed <> 1)
UNION ALL
SELECT w.change_id, w.implementation, w.merged_by, 'merger', w.landed,
  COALESCE(w.deployed_at, :as_of), w.events
FROM work AS w
WHERE w.kind = 'pull' AND w.landed_edited = 1 AND w.merged_by IS NOT NULL
UNION ALL
SELECT w.change_id, w.implementation, p.account, 'pusher', p.revision,
  COALESCE(w.deployed_at, :as_of), p.event
FROM work AS w
JOIN pull_head_pusher AS p ON p.pull = w.implementation
WHERE NOT EXISTS (
  SELECT 1 FROM base_merge AS b
  JOIN pull_head AS k ON k.pull = b.implementation AND k.revision = b.carried
  WHERE b.change_id = w.change_id AND b.implementation = w.implementation
    AND b.revision = p.revision
)
UNION ALL
SELECT o.change_id, o.implementation, f.pusher, 'pusher', o.revision, o.moment, f.event
FROM own AS o
JOIN pull_state AS s ON s.implementation = o.implementation
JOIN forge_push AS f
  ON f.revision = o.revision AND f.ref = 'refs/heads/' || s.head_ref
  AND f.repository = s.head_repository
LEFT JOIN base_merge AS b
  ON b.change_id = o.change_id AND b.implementation = o.implementation
  AND b.revision = o.revision
WHERE f.pusher IS NOT NULL AND b.revision IS NULL
UNION ALL
SELECT o.change_id, o.implementation, f.pusher, 'pusher', o.revision, o.moment, f.event
FROM own AS o
JOIN forge_push AS f ON f.revision = o.revision
WHERE o.ground = 'direct' AND f.pusher IS NOT NULL
