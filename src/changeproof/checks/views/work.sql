/*
view: >
  What carries each change out, and how far did it come? One row an implementation; a change
  without one has a row with an empty name. `ground` says on what its record stands: `pull` (a
  forge's pull request), `direct` (a commit that a forge covers and no pull request holds), `git`
  (a commit that git alone tells of), `unlogged` (seen running, or deployed from an unknown
  source), `act` (done to production by hand), `none`. Times end with their second: sources have second resolution.
  `head_is_landed` and `landed_edited` are -1 where nobody told: does the commit that landed hold
  the head's content; and does it hold edits that neither the head nor the base has (a merge that
  made afresh gives something else; a head that contained its base and another tree)?
  `dated_at` is the date of a commit that lies after its receipt, else null.
  `other_head_deployed` is 1 where another head of the pull request went live than the last one.
index: [change_id, implementation]
*/
WITH pushed AS (
  SELECT f.revision, MIN(f.pushed_at) AS pushed_at, MIN(f.pusher) AS pusher,
    MIN(f.event) AS event
  FROM forge_push AS f
  GROUP BY f.revision
),
place AS (
  -- Where a commit stands is its own, whatever repository or system the request that it cites is of.
  SELECT r.revision, COALESCE(
    MIN(CASE WHEN SUBSTR(r.repository, 1, 9) <> 'git:repo/' THEN r.repository END),
    MIN(r.repository)
  ) AS repository
  FROM revision_repository AS r
  GROUP BY r.revision
),
stood AS (
  SELECT y.revision, y.repository,
    LOWER(COALESCE(MIN(k.system), SUBSTR(y.repository, 10))) AS system_key
  FROM place AS y
  LEFT JOIN repository_system AS k ON k.repository = y.repository
  GROUP BY y.revision, y.repository
),
withdrawn AS (
  SELECT n.change_id, MAX(r.closed_at) AS closed_at, MIN(r.event) AS event
  FROM request_closure AS r
  JOIN change_name AS n ON n.name = r.change_name
  WHERE r.outcome <> 'implemented'
    -- A ticket that moved on afterwards was opened again.
    AND NOT EXISTS (
      SELECT 1 FROM ticket_move AS t
      WHERE t.change_name = r.change_name AND t.moved_at > r.closed_at
    )
  GROUP BY n.change_id
),
joined AS (
  SELECT c.change_id, c.origin, c.system,
    COALESCE(p.repository, y.repository, c.repository) AS repository, c.requested_by,
    COALESCE(i.implementation, '') AS implementation, COALESCE(i.kind, 'none') AS kind,
    CASE
      WHEN i.kind = 'pull' THEN 'pull'
      WHEN i.kind = 'commit' THEN
        CASE
          WHEN f.revision IS NOT NULL THEN 'direct'
          WHEN SUBSTR(COALESCE(y.repository, c.repository, 'git:repo/'), 1, 9) <> 'git:repo/' THEN 'direct'
          WHEN EXISTS (
            SELECT 1 FROM repository_system AS k
            WHERE k.system_key IN (LOWER(c.system), y.system_key)
              AND k.covered_from <= COALESCE(v.committed_at, d.deployed_at, k.covered_from)
          ) THEN 'direct'
          ELSE 'git'
        END
      WHEN i.kind IS NULL THEN 'none'
      WHEN i.kind = 'act' THEN 'act'
      ELSE 'unlogged'
    END AS ground,
    p.author, COALESCE(p.opened_at, f.pushed_at, v.committed_at, c.opened_at) AS opened_at,
    CASE WHEN i.kind = 'commit' THEN SUBSTR(i.implementation, 5) ELSE p.head END AS head,
    CASE
      WHEN i.kind = 'commit' THEN SUBSTR(i.implementation, 5)
      ELSE COALESCE(p.landed, d.own_revision)
    END AS landed,
    COALESCE(p.merged_at, f.pushed_at, v.committed_at) AS merged_at, p.merged_by, f.pusher,
    v.claimed_review, v.dated_at,
    CASE WHEN d.implementation IS NULL THEN 0 ELSE 1 END AS deployed,
    d.deployment, d.deployed_at, d.revision AS deployed_revision, d.artifact,
    COALESCE(d.trust, '') AS content_trust, COALESCE(d.landing, 0) AS landing, d.account AS deployed_by, d.triggered_by,
    CASE WHEN d.implementation IS NULL THEN COALESCE(p.closed_at, w.closed_at) END AS closed_at,
    c.events AS change_events,
    COALESCE(p.events, v.event, '') || COALESCE(',' || f.event, '')
      || CASE WHEN d.implementation IS NULL THEN COALESCE(',' || w.event, '') ELSE '' END
      AS events,
    COALESCE(d.events, '') AS deployment_events
  FROM change AS c
  LEFT JOIN implementation AS i ON i.change_id = c.change_id
  LEFT JOIN deployed_work AS d ON d.implementation = i.implementation
  LEFT JOIN pull_state AS p ON p.implementation = i.implementation
  LEFT JOIN revision_content AS v
    ON i.kind = 'commit' AND v.revision = SUBSTR(i.implementation, 5)
  LEFT JOIN pushed AS f ON i.kind = 'commit' AND f.revision = SUBSTR(i.implementation, 5)
  LEFT JOIN stood AS y ON i.kind = 'commit' AND y.revision = SUBSTR(i.implementation, 5)
  LEFT JOIN withdrawn AS w ON w.change_id = c.change_id
)
SELECT j.change_id, j.origin, j.system, j.repository, j.requested_by, j.implementation, j.kind,
  j.ground, j.author, j.opened_at, j.head, j.landed, j.merged_at, j.merged_by, j.pusher,
  j.claimed_review, j.dated_at, j.deployed, j.deployment, j.deployed_at, j.deployed_revision, j.artifact, j.content_trust,
  j.landing, j.deployed_by, j.triggered_by, j.closed_at, j.change_events, j.events,
  j.deployment_events,
  e.policy_version, e.risk, e.approvals_required, e.blocking_reviews_count, e.tests_on,
  e.trailers_accepted, e.approve_within, e.review_within, e.unexplained_for,
  -- Whatever policy names, nothing that comes after the deployment came before it: what went live
  -- unmerged, or before it was merged, is measured by its deployment.
  COALESCE(
    CASE
      WHEN e.approve_before = 'merge' AND (j.deployed_at IS NULL OR j.merged_at <= j.deployed_at)
        THEN j.merged_at - j.merged_at % 1000000
      ELSE j.deployed_at - j.deployed_at % 1000000
    END + 999999,
    9000000000000000000
  ) AS approve_until,
  CASE
    WHEN e.approve_before = 'merge' AND (j.deployed_at IS NULL OR j.merged_at <= j.deployed_at)
      THEN 'merge'
    ELSE 'deployment'
  END AS approve_before,
  COALESCE(
    CASE
      WHEN e.authorize_before = 'development'
        AND (j.deployed_at IS NULL OR j.opened_at <= j.deployed_at)
        THEN j.opened_at - j.opened_at % 1000000
      WHEN e.authorize_before <> 'deployment'
        AND (j.deployed_at IS NULL OR j.merged_at <= j.deployed_at)
        THEN j.merged_at - j.merged_at % 1000000
      ELSE j.deployed_at - j.deployed_at % 1000000
    END + 999999,
    9000000000000000000
  ) AS authorize_until,
  CASE
    WHEN e.authorize_before = 'development'
      AND (j.deployed_at IS NULL OR j.opened_at <= j.deployed_at) THEN 'development'
    WHEN e.authorize_before <> 'deployment'
      AND (j.deployed_at IS NULL OR j.merged_at <= j.deployed_at) THEN 'merge'
    ELSE 'deployment'
  END AS authorize_before,
  COALESCE(
    CASE
      WHEN e.tests_before <> 'deployment'
        AND (j.deployed_at IS NULL OR j.merged_at <= j.deployed_at)
        THEN j.merged_at - j.merged_at % 1000000
      ELSE j.deployed_at - j.deployed_at % 1000000
    END + 999999,
    9000000000000000000
  ) AS tests_until,
  CASE
    WHEN e.tests_before = 'approval' THEN 'approval'
    WHEN e.tests_before <> 'deployment'
      AND (j.deployed_at IS NULL OR j.merged_at <= j.deployed_at) THEN 'merge'
    ELSE 'deployment'
  END AS tests_before,
  CASE
    WHEN j.head = j.landed THEN 1
    WHEN th.tree IS NULL OR tl.tree IS NULL THEN -1
    WHEN th.tree = tl.tree THEN 1
    ELSE 0
  END AS head_is_landed,
  CASE
    WHEN j.head = j.landed OR th.tree = tl.tree THEN 0
    WHEN m.edited IS NOT NULL THEN m.edited
    WHEN th.tree <> tl.tree AND EXISTS (
      SELECT 1 FROM revision_parent AS b
      JOIN revision_parent AS q ON q.parent = b.parent AND q.revision <> b.revision
      JOIN revision_implementation AS o ON o.revision = q.revision
      WHERE b.revision = j.landed AND b.position = 0 AND o.implementation = j.implementation
    ) THEN 1
    ELSE -1
  END AS landed_edited,
  CASE
    WHEN j.kind = 'pull' AND j.deployed_revision <> COALESCE(j.head, '')
      AND j.deployed_revision <> COALESCE(j.landed, '')
      AND EXISTS (
        SELECT 1 FROM pull_head AS k
        WHERE k.pull = j.implementation AND k.revision = j.deployed_revision
      ) THEN 1
    ELSE 0
  END AS other_head_deployed
FROM joined AS j
JOIN effective_policy AS e ON e.change_id = j.change_id
LEFT JOIN revision_content AS th ON j.kind = 'pull' AND th.revision = j.head
LEFT JOIN revision_content AS tl ON j.kind = 'pull' AND tl.revision = j.landed
LEFT JOIN revision_merge AS m ON j.kind = 'pull' AND m.revision = j.landed
