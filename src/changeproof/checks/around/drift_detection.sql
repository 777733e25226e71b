/*
id: around/drift_detection
title: Drift was looked for, and alarms were answered in time
criterion: CC7.1, CC7.2
subject: system
severity: medium
policy: [cadence.drift_scan, deadline.drift_answer_within]
checks: >
  What runs was compared with what was approved within the policy's cadence; every alarm on the
  system, and every scan that failed, was answered by somebody within the policy's time. Time
  beyond is given in seconds.
does_not_check: What the scans cover, and whether the answers are right (cc8_1/12 judges the items).
re_perform: >
  List the scans in order and subtract times; list the alarms with their answers and do the same.
*/
WITH alarm AS (
  SELECT a.subject, a.name, a.due_at, a.answered_at - a.due_at AS length, a.events,
    CASE
      WHEN a.answered_at > a.due_at THEN 'late'
      WHEN a.answered_at IS NOT NULL THEN 'answered'
      WHEN a.due_at < :as_of THEN 'unanswered'
      ELSE 'open'
    END AS state
  FROM drift_alarm AS a
),
placed AS (
  SELECT a.subject, a.name, a.due_at, a.length, a.events, a.state,
    ROW_NUMBER() OVER (
      PARTITION BY a.subject, a.state ORDER BY a.due_at, a.name, a.events
    ) AS place
  FROM alarm AS a
),
answered AS (
  SELECT a.subject, COUNT(*) AS alarms,
    COUNT(CASE WHEN a.state = 'unanswered' THEN 1 END) AS unanswered,
    MIN(CASE WHEN a.state = 'unanswered' THEN a.due_at END) AS unanswered_due,
    MIN(CASE WHEN a.state = 'unanswered' AND a.place = 1 THEN a.name END) AS unanswered_name,
    COUNT(CASE WHEN a.state = 'late' THEN 1 END) AS late,
    MIN(CASE WHEN a.state = 'late' THEN a.due_at END) AS late_due,
    CAST(SUM(CASE WHEN a.state = 'late' THEN a.length END) AS VARCHAR) AS digits,
    COUNT(CASE WHEN a.state = 'open' THEN 1 END) AS open_alarms,
    MIN(CASE WHEN a.state = 'open' THEN a.due_at END) AS next_due,
    STRING_AGG(CASE WHEN a.state <> 'answered' THEN a.events END, ',') AS events
  FROM placed AS a
  GROUP BY a.subject
),
decided AS (
  SELECT s.subject, COALESCE(a.alarms, 0) AS alarms, a.unanswered, a.unanswered_due,
    a.unanswered_name, a.late, a.late_due,
    a.digits, a.open_alarms, a.next_due, v.said, v.last_at, v.due_at,
    COALESCE(a.events, '') || COALESCE(',' || v.events, '') AS events,
    CASE
      WHEN a.unanswered > 0 THEN 'unanswered'
      WHEN a.late > 0 THEN 'late'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN v.subject IS NULL THEN 'never'
      WHEN a.open_alarms > 0 THEN 'open'
      ELSE 'done'
    END AS state
  FROM subject AS s
  LEFT JOIN answered AS a ON a.subject = s.subject
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'drift_scan'
  WHERE s.kind = 'system'
)
SELECT d.subject,
  CASE
    WHEN d.state = 'never' THEN 'not_verifiable'
    WHEN d.state = 'open' THEN 'pending'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'unanswered' THEN 'Nobody answered ' || d.unanswered_name || ' by ' || utc(d.unanswered_due)
      || CASE WHEN d.unanswered > 1 THEN ', nor ' || (d.unanswered - 1) || ' more' ELSE '' END
      || '. Why: an alarm that nobody answers warns nobody.'
      || ' Cure: find out what it was and answer it; the deviation stays on record.'
    WHEN 'late' THEN d.late || CASE WHEN d.late = 1 THEN ' alarm was' ELSE ' alarms were' END
      || ' answered late, ' || CASE WHEN LENGTH(d.digits) <= 6 THEN '0'
        ELSE SUBSTR(d.digits, 1, LENGTH(d.digits) - 6) END
      || ' s in all, the first due by ' || utc(d.late_due)
      || '. Why: until then what differed could do harm unseen.'
      || ' Cure: answer the next one in time; the deviation stays on record.'
    WHEN 'overdue' THEN 'The scan for drift was ' || d.said
      || '. Why: in that time a difference would not have been seen.'
      || ' Cure: let it run on a schedule; the deviation stays on record.'
    WHEN 'never' THEN 'No scan for drift is on record.'
      || ' Why: whether anybody compares what runs with what was approved cannot be seen.'
      || ' Cure: let the scan report its runs (event ControlPerformed, activity drift_scan).'
    WHEN 'open' THEN d.open_alarms || CASE WHEN d.open_alarms = 1 THEN ' alarm waits' ELSE ' alarms wait' END
      || ' for an answer, the first until ' || utc(d.next_due) || '.'
    ELSE 'Last scanned at ' || utc(d.last_at) || ', next due by ' || utc(d.due_at) || '; '
      || CASE
        WHEN d.alarms = 0 THEN 'no alarm is on record.'
        WHEN d.alarms = 1 THEN 'the one alarm was answered in time.'
        ELSE 'all ' || d.alarms || ' alarms were answered in time.'
      END
  END AS reason,
  d.events AS evidence
FROM decided AS d
