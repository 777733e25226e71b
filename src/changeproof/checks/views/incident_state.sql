/*
view: >
  Did an incident that needed a change get one in time, and was that one carried through? `state`
  is one of `declined` (somebody decided that it needs none), `undecided`, `untimed`, `missing`
  (it needs one and has none), `unstarted` (nobody stated when it began), `late`, `open`, `done`.
  `due_at` is by when the change was to begin, by the policy in force when the incident opened.
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
      PARTITION BY d.incident ORDER BY COALESCE(d.decided_at, 0) DESC, d.event DESC
    ) AS place
  FROM incident_decision AS d
  WHERE d.account IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM nonhuman AS n WHERE n.account = d.account)
),
carried AS (
  SELECT u.subject,
    MIN(CASE WHEN l.deployed_at < u.opened_at OR l.closed_at IS NOT NULL THEN NULL
      ELSE l.opened_at END) AS started_at,
    COUNT(CASE WHEN l.deployed_at < u.opened_at OR l.closed_at IS NOT NULL THEN NULL ELSE 1 END)
      AS changes,
    COUNT(CASE WHEN l.closed_at IS NOT NULL THEN 1 END) AS given_up,
    MIN(CASE WHEN l.closed_at IS NULL AND l.deployed = 0 THEN l.change_id END) AS open_change,
    MIN(CASE WHEN l.closed_at IS NULL AND l.deployed = 1
      AND COALESCE(l.deployed_at, u.opened_at, 0) >= COALESCE(u.opened_at, 0) THEN l.change_id END)
      AS done_change,
    MAX(CASE WHEN l.deployed = 1 THEN l.deployed_at END) AS deployed_at,
    STRING_AGG(l.events, ',') AS events
  FROM due AS u
  JOIN linked_change AS l ON l.subject = u.subject
  GROUP BY u.subject
)
SELECT u.subject, u.opened_at, u.severity, u.due_at, r.needs_change, r.account AS decided_by,
  r.decided_at, c.started_at, c.open_change, c.done_change, c.deployed_at,
  COALESCE(c.given_up, 0) AS given_up,
  CASE
    WHEN COALESCE(c.changes, 0) = 0 AND r.needs_change = 0 THEN 'declined'
    WHEN u.opened_at IS NULL THEN 'untimed'
    WHEN COALESCE(c.changes, 0) = 0 AND r.needs_change IS NULL AND COALESCE(c.given_up, 0) = 0
      THEN 'undecided'
    WHEN COALESCE(c.changes, 0) = 0 THEN 'missing'
    WHEN c.started_at IS NULL THEN 'unstarted'
    WHEN c.started_at > u.due_at THEN 'late'
    WHEN c.open_change IS NOT NULL THEN 'open'
    ELSE 'done'
  END AS state,
  u.event || COALESCE(',' || r.event, '') || COALESCE(',' || c.events, '') AS events
FROM due AS u
LEFT JOIN ranked AS r ON r.incident = u.incident AND r.place = 1
LEFT JOIN carried AS c ON c.subject = u.subject
