/*
view: >
  Who holds which access to each system now (of the organisation: to Changeproof itself), and what
  is wrong with a grant? `flaw` is empty, or the first of: `self` (approved or given by the
  holder), `left` (kept after leaving, past the time that policy allows), `overstayed` (past the
  agreed end), `unending` (break-glass without an end), `unapproved` (nobody's approval on record).
  `flawed_from` is when the flaw began, `flawed_until` the removal; `due_at` when time may add one.
index: ["subject, area"]
*/
WITH held AS (
  SELECT s.subject, p.area, p.access, p.account, p.person, p.held_from, p.ends_at, p.ended_at,
    p.approver, p.own_from, l.left_at, l.returned_at, p.event AS grant_event, p.event || COALESCE(',' || l.events, '') AS events,
    CASE WHEN p.ended_at IS NULL THEN 1 ELSE 0 END AS is_held,
    t.policy_version
  FROM subject AS s
  JOIN access_period AS p
    ON (s.kind = 'system' AND p.key_name IN ('', LOWER(s.name)) AND p.area <> 'prover')
    OR (s.kind = 'organisation' AND p.area = 'prover')
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  LEFT JOIN leaver AS l
    ON l.account = p.account AND p.held_from < COALESCE(l.returned_at, p.held_from + 1)
  WHERE s.kind IN ('system', 'organisation')
    AND (
      p.area <> 'production'
      OR p.environment = ''
      OR EXISTS (
        SELECT 1 FROM production_environment AS e
        WHERE e.policy_version = t.policy_version AND e.environment = LOWER(p.environment)
      )
    )
),
owed AS (
  SELECT h.subject, h.area, h.access, h.account, h.person, h.held_from, h.ends_at, h.ended_at,
    h.approver, h.own_from, h.left_at, h.returned_at, h.grant_event, h.events, h.is_held,
    h.policy_version, d.within,
    b.open_before + d.business
      + CASE WHEN h.left_at < b.closes_at THEN h.left_at ELSE b.closes_at END - b.opens_at AS target
  FROM held AS h
  LEFT JOIN policy_deadline AS d
    ON d.policy_version = h.policy_version AND d.name = 'deadline.leaver_removed_within'
  LEFT JOIN business_time AS b
    ON d.business IS NOT NULL AND b.policy_version = h.policy_version
    AND b.opens_at <= h.left_at AND h.left_at < b.next_opens_at
),
timed AS (
  SELECT o.subject, o.area, o.access, o.account, o.person, o.held_from, o.ends_at, o.ended_at,
    o.approver, o.own_from, o.left_at, o.returned_at, o.grant_event, o.events, o.is_held,
    COALESCE(e.opens_at + o.target - e.open_before, o.left_at + o.within) AS leave_due,
    COALESCE(o.ended_at, :as_of) AS until
  FROM owed AS o
  LEFT JOIN business_time AS e
    ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
),
away AS (
  SELECT t.subject, t.area, t.access, t.account, t.person, t.held_from, t.ends_at, t.ended_at,
    t.approver, t.own_from, t.left_at, t.leave_due, t.grant_event, t.events, t.is_held, t.until,
    CASE WHEN t.returned_at < t.until THEN t.returned_at ELSE t.until END AS gone_until
  FROM timed AS t
),
ranked AS (
  -- Of several absences the one in which it was kept too long, else the last.
  SELECT w.subject, w.area, w.access, w.account, w.person, w.held_from, w.ends_at, w.ended_at,
    w.approver, w.own_from, w.left_at, w.leave_due, w.events, w.is_held, w.until, w.gone_until,
    ROW_NUMBER() OVER (
      PARTITION BY w.subject, w.area, w.access, w.account, w.person, w.held_from, w.grant_event
      ORDER BY CASE WHEN w.gone_until > w.leave_due THEN 0 ELSE 1 END, w.left_at DESC, w.grant_event
    ) AS place
  FROM away AS w
),
judged AS (
  SELECT m.subject, m.area, m.access, m.account, m.person, m.held_from, m.ends_at, m.ended_at,
    m.left_at, m.leave_due, m.own_from, m.events, m.is_held, m.until, m.gone_until,
    CASE
      WHEN m.own_from IS NOT NULL THEN 'self'
      WHEN m.gone_until > m.leave_due THEN 'left'
      WHEN m.until > m.ends_at THEN 'overstayed'
      WHEN m.access = 'break_glass' AND m.ends_at IS NULL THEN 'unending'
      WHEN m.approver IS NULL THEN 'unapproved'
      ELSE ''
    END AS flaw
  FROM ranked AS m
  WHERE m.place = 1
)
SELECT j.subject, j.area, j.access, j.account, j.person, j.held_from, j.ended_at, j.is_held,
  j.left_at, j.flaw, j.events,
  CASE j.flaw
    WHEN 'left' THEN j.leave_due
    WHEN 'overstayed' THEN j.ends_at
    WHEN 'self' THEN j.own_from
    WHEN '' THEN NULL
    ELSE j.held_from
  END AS flawed_from,
  CASE WHEN j.flaw = 'left' THEN j.gone_until ELSE j.until END AS flawed_until,
  CASE
    WHEN j.is_held = 0 THEN NULL
    WHEN j.ends_at < j.leave_due AND j.ends_at >= :as_of
      THEN j.ends_at
    WHEN j.leave_due >= :as_of THEN j.leave_due
    WHEN j.ends_at >= :as_of THEN j.ends_at
  END AS due_at
FROM judged AS j
