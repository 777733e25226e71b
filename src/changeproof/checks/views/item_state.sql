/*
view: >
  Does a configuration item run as approved? `state` is one of `elsewhere` (not in production),
  `no_baseline`, `drift`, `self` (approved by who proposed it), `overdue` (its review), `unknown_approver`,
  `unseen` (nothing was seen since the baseline), `unreviewed` (due, and no review of baselines is
  on record), `done`. `drift_from`, `drift_length` tell of differences that ended, `drift_since` of
  one that lasts; `account` is whose act brought the first of them. `explained_by` is the change
  that was authorized to set what was seen last, where that is not the baseline.
index: [subject]
*/
WITH named AS (
  SELECT s.subject, LOWER(b.environment) AS environment
  FROM subject AS s JOIN baseline AS b ON b.item = s.name WHERE s.kind = 'item'
  UNION
  SELECT s.subject, LOWER(o.environment)
  FROM subject AS s JOIN observed_state AS o ON o.named_item = s.name WHERE s.kind = 'item'
  UNION
  SELECT s.subject, LOWER(a.environment)
  FROM subject AS s JOIN production_act AS a ON a.item = s.name WHERE s.kind = 'item'
),
place AS (
  SELECT n.subject, MAX(CASE WHEN p.environment IS NULL THEN 0 ELSE 1 END) AS is_production,
    MIN(n.environment) AS environment
  FROM named AS n
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  LEFT JOIN production_environment AS p
    ON p.policy_version = t.policy_version AND p.environment = n.environment
  GROUP BY n.subject
),
ranked AS (
  SELECT s.subject, b.digest, b.approved_at, b.approved_by, b.event,
    COALESCE(p.person, b.proposed_by) AS proposer, COALESCE(a.person, b.approved_by) AS approver,
    ROW_NUMBER() OVER (
      PARTITION BY s.subject ORDER BY COALESCE(b.approved_at, 0) DESC, b.event DESC
    ) AS place
  FROM subject AS s
  JOIN baseline AS b ON b.item = s.name
  LEFT JOIN account_holder AS p
    ON p.account = b.proposed_by AND p.held_from <= b.approved_at AND b.approved_at < p.held_until
  LEFT JOIN account_holder AS a
    ON a.account = b.approved_by AND a.held_from <= b.approved_at AND b.approved_at < a.held_until
  WHERE s.kind = 'item'
),
ordered AS (
  SELECT n.subject, n.seen_at, n.account, n.event, n.accepted, n.explained_by,
    LEAD(n.seen_at) OVER (PARTITION BY n.subject ORDER BY n.seen_at, n.event) AS next_at,
    MAX(CASE WHEN n.accepted = 1 THEN n.seen_at END) OVER (PARTITION BY n.subject) AS last_fine_at,
    ROW_NUMBER() OVER (PARTITION BY n.subject, n.accepted ORDER BY n.seen_at, n.event) AS turn
  FROM item_seen AS n
  WHERE n.accepted IS NOT NULL
),
drifted AS (
  SELECT o.subject, COUNT(*) AS times, MAX(o.seen_at) AS seen_at, SUM(1 - o.accepted) AS differed,
    COALESCE(SUM(CASE WHEN o.accepted = 0 AND o.seen_at <= o.last_fine_at
      THEN o.next_at - o.seen_at END), 0) AS length,
    MIN(CASE WHEN o.accepted = 0 AND o.seen_at <= o.last_fine_at THEN o.seen_at END) AS ended_from,
    MIN(CASE WHEN o.seen_at > COALESCE(o.last_fine_at, o.seen_at - 1) THEN o.seen_at END) AS since,
    MAX(CASE WHEN o.accepted = 0 AND o.turn = 1 THEN o.account END) AS account,
    MIN(CASE WHEN o.next_at IS NULL THEN o.explained_by END) AS explained_by,
    STRING_AGG(o.event, ',') AS events
  FROM ordered AS o
  GROUP BY o.subject
)
SELECT p.subject, p.environment, b.approved_at, b.approved_by, d.seen_at, d.account, d.explained_by,
  d.ended_from AS drift_from, CAST(d.length AS VARCHAR) AS drift_length, d.since AS drift_since,
  v.last_at AS reviewed_at, v.due_at AS review_due, v.overruns, v.overrun_from,
  CAST(v.length AS VARCHAR) AS overrun_length,
  CASE
    WHEN p.is_production = 0 THEN 'elsewhere'
    WHEN b.subject IS NULL THEN 'no_baseline'
    WHEN d.differed > 0 THEN 'drift'
    WHEN b.approver = b.proposer THEN 'self'
    WHEN v.reviews > 0 AND (v.overruns > 0 OR v.due_at < :as_of) THEN 'overdue'
    WHEN b.approved_by IS NULL THEN 'unknown_approver'
    WHEN d.subject IS NULL THEN 'unseen'
    WHEN v.due_at < :as_of THEN 'unreviewed'
    ELSE 'done'
  END AS state,
  COALESCE(b.event, '') || COALESCE(',' || d.events, '') || COALESCE(',' || v.events, '') AS events
FROM place AS p
LEFT JOIN ranked AS b ON b.subject = p.subject AND b.place = 1
LEFT JOIN drifted AS d ON d.subject = p.subject
LEFT JOIN item_review AS v ON v.subject = p.subject
