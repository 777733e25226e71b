/*
view: >
  Which persons wrote or pushed any of it, or stand behind an agent that did? The author of the
  pull request, authors and co-authors of its commits, whoever pushed to its branch or straight
  to the protected one. Not who merged, committed or submitted: the author of a merge commit that
  the forge made of the pull request wrote nothing of it.
index: ["change_id, implementation, person", person]
*/
WITH own AS (
  SELECT w.change_id, w.implementation, w.kind, w.head, w.landed, w.ground, r.revision,
    COALESCE(w.deployed_at, :as_of) AS moment
  FROM work AS w
  JOIN revision_implementation AS r ON r.implementation = w.implementation
  UNION
  SELECT w.change_id, w.implementation, w.kind, w.head, w.landed, w.ground, h.revision,
    COALESCE(w.deployed_at, :as_of)
  FROM work AS w
  JOIN pull_head AS h ON h.pull = w.implementation
),
wrote AS (
  SELECT w.change_id, w.implementation, w.author AS account,
    COALESCE(w.deployed_at, :as_of) AS moment, w.events AS events
  FROM work AS w
  WHERE w.author IS NOT NULL
  UNION ALL
  SELECT o.change_id, o.implementation, a.account, o.moment, a.event
  FROM own AS o
  JOIN revision_author AS a ON a.revision = o.revision
  LEFT JOIN revision_content AS v ON o.kind = 'pull' AND v.revision = o.revision
  WHERE a.part = 'co_author'
    OR o.kind <> 'pull'
    OR o.revision <> COALESCE(o.landed, '')
    OR o.landed = o.head
    OR v.parent_count <= 1
  UNION ALL
  SELECT w.change_id, w.implementation, p.account, COALESCE(w.deployed_at, :as_of), p.event
  FROM work AS w
  JOIN pull_head_pusher AS p ON p.pull = w.implementation
  UNION ALL
  SELECT o.change_id, o.implementation, f.pusher, o.moment, f.event
  FROM own AS o
  JOIN pull_state AS s ON s.implementation = o.implementation
  JOIN forge_push AS f
    ON f.revision = o.revision AND f.ref = 'refs/heads/' || s.head_ref
    AND f.repository = s.head_repository
  WHERE f.pusher IS NOT NULL
  UNION ALL
  SELECT o.change_id, o.implementation, f.pusher, o.moment, f.event
  FROM own AS o
  JOIN forge_push AS f ON f.revision = o.revision
  WHERE o.ground = 'direct' AND f.pusher IS NOT NULL
),
standing_behind AS (
  SELECT w.change_id, w.implementation, w.account, w.moment, w.events FROM wrote AS w
  UNION ALL
  SELECT w.change_id, w.implementation, n.run_by, w.moment, w.events
  FROM wrote AS w
  JOIN nonhuman AS n ON n.account = w.account
  WHERE n.run_by IS NOT NULL
)
SELECT s.change_id, s.implementation, COALESCE(h.person, s.account) AS person,
  MIN(s.account) AS account, MIN(s.events) AS events
FROM standing_behind AS s
LEFT JOIN account_holder AS h
  ON h.account = s.account AND h.held_from <= s.moment AND s.moment < h.held_until
GROUP BY s.change_id, s.implementation, COALESCE(h.person, s.account)
