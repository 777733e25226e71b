/*
view: >
  Which earlier change does a change revert, or was picked from, and is that so? `told` is
  `message` where its message says so, which is a claim, and `patch` where its patch alone does.
  `pure` is 1 where the content proves it, `proof` says by what. `content`: what landed left the
  tree as it was before the other change, and began with the tree that the other one left (a
  revert), or began and ended with the other's trees (a pick). `patch`: what landed is one commit
  with the same patch as the other's one commit, or with the patch that undoes it, wherever in a
  file that stands now. 0 where nothing proves it, -1 where neither trees nor patches are known.
  `vouched_for` is 1 where the other change has its own approvals and no objection. A change of
  one piece of work only; of several origins the one that holds comes first. An origin that only
  the patch tells of was in production before.
index: [change_id]
*/
WITH before AS (
  SELECT p.revision, p.parent AS earlier FROM revision_parent AS p WHERE p.position = 0
  UNION
  -- What a push of one commit moved the branch from is that commit's parent.
  SELECT f.after_revision, f.before_revision
  FROM push AS f
  WHERE f.revision_count = 1 AND f.forced = 0 AND f.before_revision <> ''
),
started AS (
  SELECT b.revision, MIN(e.tree) AS tree
  FROM before AS b
  JOIN revision_content AS e ON e.revision = b.earlier
  GROUP BY b.revision
),
alone AS (
  SELECT w.change_id FROM work AS w GROUP BY w.change_id HAVING COUNT(*) = 1
),
named AS (
  SELECT c.revision, c.claim, c.value AS origin, 'message' AS told, c.event
  FROM revision_claim AS c
  WHERE c.claim IN ('reverts', 'cherry_pick')
  UNION ALL
  SELECT r.revision, r.claim, r.origin, 'patch', p.event
  FROM repeated_patch AS r
  JOIN revision_patch AS p ON p.revision = r.revision
),
whole AS (
  -- The patch of all that landed: what stands below it belongs to something else.
  SELECT w.change_id, w.implementation, p.patch, p.inverse
  FROM work AS w
  JOIN revision_patch AS p ON p.revision = w.landed
  WHERE NOT EXISTS (
    SELECT 1 FROM revision_parent AS b
    JOIN revision_implementation AS x ON x.revision = b.parent
    WHERE b.revision = w.landed AND b.position = 0 AND x.implementation = w.implementation
  )
),
claimed AS (
  SELECT DISTINCT w.change_id, w.implementation, w.landed, w.policy_version, w.opened_at,
    COALESCE(w.deployed_at, w.merged_at) AS done_at, c.claim, c.told, o.change_id AS origin,
    o.implementation AS origin_implementation, o.landed AS origin_landed,
    o.deployed_at AS origin_at, o.approvals_required, o.blocking_reviews_count,
    o.change_events || ',' || o.events AS origin_events, c.event
  FROM work AS w
  JOIN alone AS a ON a.change_id = w.change_id
  JOIN revision_implementation AS r ON r.implementation = w.implementation
  JOIN named AS c ON c.revision = r.revision
  JOIN revision_implementation AS i ON i.revision = c.origin
  JOIN work AS o ON o.implementation = i.implementation AND o.change_id <> w.change_id
  WHERE c.told = 'message'
    OR (c.revision = w.landed AND o.deployed_at <= COALESCE(w.deployed_at, w.merged_at))
),
proven AS (
  SELECT k.change_id, k.implementation, k.policy_version, k.opened_at, k.done_at, k.claim, k.told,
    k.origin, k.origin_implementation, k.origin_landed, k.origin_at, k.approvals_required,
    k.blocking_reviews_count, k.origin_events, k.event,
    CASE
      WHEN wl.tree IS NULL OR wb.tree IS NULL OR ol.tree IS NULL OR ob.tree IS NULL THEN -1
      WHEN k.claim = 'reverts' AND wl.tree = ob.tree AND wb.tree = ol.tree THEN 1
      WHEN k.claim = 'cherry_pick' AND wl.tree = ol.tree AND wb.tree = ob.tree THEN 1
      ELSE 0
    END AS by_content,
    CASE
      WHEN wp.patch IS NULL OR op.patch IS NULL THEN -1
      WHEN k.claim = 'reverts' AND wp.inverse = op.patch THEN 1
      WHEN k.claim = 'cherry_pick' AND wp.patch = op.patch THEN 1
      ELSE 0
    END AS by_patch
  FROM claimed AS k
  LEFT JOIN revision_content AS wl ON wl.revision = k.landed
  LEFT JOIN revision_content AS ol ON ol.revision = k.origin_landed
  LEFT JOIN started AS wb ON wb.revision = k.landed
  LEFT JOIN started AS ob ON ob.revision = k.origin_landed
  LEFT JOIN whole AS wp
    ON wp.change_id = k.change_id AND wp.implementation = k.implementation
  LEFT JOIN whole AS op
    ON op.change_id = k.origin AND op.implementation = k.origin_implementation
),
weighed AS (
  SELECT k.change_id, k.implementation, k.policy_version, k.opened_at, k.done_at, k.claim, k.told,
    k.origin, k.origin_implementation, k.origin_landed, k.origin_at,
    k.event || ',' || k.origin_events || ',' || s.events AS events,
    CASE
      WHEN s.counted = 0 OR s.counted < k.approvals_required THEN 0
      WHEN k.blocking_reviews_count = 'true' AND s.blocked_by IS NOT NULL THEN 0
      ELSE 1
    END AS vouched_for,
    CASE
      WHEN k.by_content = 1 OR k.by_patch = 1 THEN 1
      WHEN k.by_content = 0 OR k.by_patch = 0 THEN 0
      ELSE -1
    END AS pure,
    CASE WHEN k.by_content = 1 THEN 'content' WHEN k.by_patch = 1 THEN 'patch' ELSE '' END AS proof
  FROM proven AS k
  JOIN approval_state AS s
    ON s.change_id = k.origin AND s.implementation = k.origin_implementation
),
placed AS (
  SELECT g.change_id, g.implementation, g.policy_version, g.opened_at, g.done_at, g.claim, g.told,
    g.origin, g.origin_implementation, g.origin_landed, g.origin_at, g.vouched_for, g.pure,
    g.proof, g.events,
    ROW_NUMBER() OVER (
      PARTITION BY g.change_id
      ORDER BY g.pure DESC, g.vouched_for DESC, g.claim DESC, g.told, g.origin,
        g.origin_implementation, g.events
    ) AS place
  FROM weighed AS g
)
SELECT p.change_id, p.implementation, p.policy_version, p.opened_at, p.done_at, p.claim, p.told,
  p.origin, p.origin_implementation, p.origin_landed, p.origin_at, p.vouched_for, p.pure, p.proof,
  p.events
FROM placed AS p
WHERE p.place = 1
