/*
view: >
  Did an incident that needed a change get one in time, and was that one carried through? `state`
  is one of `declined` (somebody decided that it needs none), `undecided`, `untimed`, `missing`
  (it needs one and has none), `unstarted` (nobody stated when it began), `late`, `open`, `done`.
  `due_at` is by when the change was to begin, by the policy in force when the incident opened. Of
  several changes `first_change` is the one that began first, with its own `started_at` and
  `deployed_at`; `open_change` the first, begun at `open_since`, that is not deployed everywhere.
index: [subject]
*/
WITH opened AS (
  SELECT s.subject, i.incident, i.opened_at, i.event, t.policy_version,
    CASE
      WHEN LOWER(i.severity) IN ('low', 'medium', 'high', 'critical') THEN LOWER(i.severity)
      ELSE t.unrated_risk
    END AS severity
  FROM subject AS s
  JOIN incident AS i ON i.incident = s.name
  JOIN policy_terms AS t
    ON t.judges_from <= COALESCE(i.opened_at, :as_of) AND COALESCE(i.opened_at, :as_of) < t.judges_until
  WHERE s.kind = 'incident'
),
timed AS (
  SELECT o.subject, o.incident, o.opened_at, o.event, o.policy_version, o.severity, d.within,
    b.open_before + d.business
      + CASE WHEN o.opened_at < b.closes_at THEN o.opened_at ELSE b.closes_at END - b.opens_at
      AS target
  FROM opened AS o
  LEFT JOIN policy_deadline AS d
    ON d.policy_version = o.policy_version
    AND d.name = 'deadline.incident_change_within.' || o.severity
  LEFT JOIN business_time AS b
    ON d.business IS NOT NULL AND b.policy_version = o.policy_version
    AND b.opens_at <= o.opened_at AND o.opened_at < b.next_opens_at
),
due AS (
  SELECT t.subject, t.incident, t.opened_at, t.event, t.severity,
    COALESCE(e.opens_at + t.target - e.open_before, t.opened_at + t.within) AS due_at
  FROM timed AS t
  LEFT JOIN business_time AS e
    ON e.policy_version = t.policy_version AND e.open_before < t.target AND t.target <= e.open_after
),
ranked AS (
  SELECT d.incident, d.needs_change, d.account, d.decided_at, d.event,
    ROW_NUMBER() OVER (
      PARTITION BY d.incident ORDER BY d.decided_at DESC, d.event DESC
    ) AS place
  FROM incident_decision AS d
  WHERE d.account IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM nonhuman AS n WHERE n.account = d.account)
),
linked AS (
  SELECT l.subject, COUNT(l.closed_at) AS given_up, STRING_AGG(l.events, ',') AS events
  FROM linked_change AS l
  GROUP BY l.subject
),
counted AS (
  -- What was given up, or deployed before it opened, remedies nothing.
  SELECT u.subject, l.change_id, l.opened_at, l.deployed, l.deployed_at,
    ROW_NUMBER() OVER (PARTITION BY u.subject ORDER BY l.opened_at, l.change_id) AS place,
    ROW_NUMBER() OVER (PARTITION BY u.subject ORDER BY l.deployed, l.opened_at, l.change_id)
      AS open_place
  FROM due AS u
  JOIN linked_change AS l ON l.subject = u.subject
  WHERE l.closed_at IS NULL
    AND (
      l.deployed = 0 OR l.deployed_at IS NULL OR u.opened_at IS NULL OR l.deployed_at >= u.opened_at
    )
)
SELECT u.subject, u.opened_at, u.severity, u.due_at, r.needs_change, r.account AS decided_by,
  r.decided_at, f.change_id AS first_change, f.opened_at AS started_at, f.deployed_at,
  o.change_id AS open_change, o.opened_at AS open_since, COALESCE(k.given_up, 0) AS given_up,
  CASE
    WHEN f.change_id IS NULL AND r.needs_change = 0 THEN 'declined'
    WHEN u.opened_at IS NULL THEN 'untimed'
    WHEN f.change_id IS NULL AND r.needs_change IS NULL AND COALESCE(k.given_up, 0) = 0
      THEN 'undecided'
    WHEN f.change_id IS NULL THEN 'missing'
    WHEN f.opened_at IS NULL THEN 'unstarted'
    WHEN f.opened_at > u.due_at THEN 'late'
    WHEN o.change_id IS NOT NULL THEN 'open'
    ELSE 'done'
  END AS state,
  u.event || COALESCE(',' || r.event, '') || COALESCE(',' || k.events, '') AS events
FROM due AS u
LEFT JOIN ranked AS r ON r.incident = u.incident AND r.place = 1
LEFT JOIN linked AS k ON k.subject = u.subject
LEFT JOIN counted AS f ON f.subject = u.subject AND f.place = 1
LEFT JOIN counted AS o ON o.subject = u.subject AND o.open_place = 1 AND o.deployed = 0
