/*
view: >
  Which alarms were raised on a system, by when was each to be answered, and when was it? A scan
  that failed is one; the next that passed, or a review of drift, answers it.
index: [subject]
*/
WITH failed AS (
  SELECT s.subject, f.done_at, f.event, p.done_at AS answered_at, p.event AS answer,
    ROW_NUMBER() OVER (
      PARTITION BY s.subject, f.done_at, f.event ORDER BY p.done_at, p.event
    ) AS place
  FROM subject AS s
  JOIN cadence_act AS f
    ON f.key_name IN ('', LOWER(s.name)) AND f.cadence = 'drift_scan' AND f.outcome = 'failed'
  LEFT JOIN cadence_act AS p
    ON p.key_name IN ('', LOWER(s.name)) AND p.done_at > f.done_at
    AND (p.cadence = 'drift_review' OR (p.cadence = 'drift_scan' AND p.outcome = 'passed'))
  WHERE s.kind = 'system'
),
alarm AS (
  SELECT s.subject, 'alarm ' || d.detection AS name, d.raised_at, d.event,
    MIN(a.answered_at) AS answered_at, STRING_AGG(a.event, ',') AS answer_events
  FROM subject AS s
  JOIN detection AS d ON LOWER(COALESCE(d.system, s.name)) = LOWER(s.name)
  LEFT JOIN detection_answer AS a
    ON a.detection = d.detection AND a.account IS NOT NULL AND a.answered_at >= d.raised_at
  WHERE s.kind = 'system'
  GROUP BY s.subject, d.detection, d.raised_at, d.event
  UNION ALL
  SELECT f.subject, 'a failed scan', f.done_at, f.event, f.answered_at, f.answer
  FROM failed AS f
  WHERE f.place = 1
),
owed AS (
  SELECT a.subject, a.name, a.raised_at, a.answered_at, a.event, a.answer_events,
    t.policy_version, d.within,
    b.open_before + d.business
      + CASE WHEN a.raised_at < b.closes_at THEN a.raised_at ELSE b.closes_at END - b.opens_at
      AS target
  FROM alarm AS a
  JOIN policy_terms AS t ON t.judges_from <= a.raised_at AND a.raised_at < t.judges_until
  JOIN policy_deadline AS d
    ON d.policy_version = t.policy_version AND d.name = 'deadline.drift_answer_within'
  LEFT JOIN business_time AS b
    ON d.business IS NOT NULL AND b.policy_version = t.policy_version
    AND b.opens_at <= a.raised_at AND a.raised_at < b.next_opens_at
)
SELECT o.subject, o.name, o.raised_at, o.answered_at, o.event,
  COALESCE(e.opens_at + o.target - e.open_before, o.raised_at + o.within) AS due_at,
  o.event || COALESCE(',' || o.answer_events, '') AS events
FROM owed AS o
LEFT JOIN business_time AS e
  ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
