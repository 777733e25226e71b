/*
id: around/deviation_monitoring
title: Deviations were looked at, and closed, in time
criterion: CC4.1, CC4.2
subject: organisation
severity: medium
policy: [deadline.deviation_review_within, cadence.deviations_review]
checks: >
  Every case that a deviation opened was resolved by somebody within the policy's time, and again
  within that time each time that it came back; deviations were reviewed together within the
  policy's cadence. Time beyond is given in seconds.
does_not_check: >
  Whether the cause was found and the response fits; a resolution changes no verdict. Deviations
  that open no case.
re_perform: >
  List the cases with each opening and the first resolution after it and subtract times; list the
  reviews of deviations in order and do the same.
*/
WITH counted AS (
  SELECT 1 AS first_place, COUNT(*) AS openings, COUNT(c.resolved_at) AS resolved,
    COUNT(CASE WHEN c.returned_at IS NULL THEN 1 END) AS cases,
    COUNT(CASE WHEN c.resolved_at IS NULL AND c.due_at < :as_of THEN 1 END) AS overdue,
    COUNT(CASE WHEN c.resolved_at > c.due_at THEN 1 END) AS late,
    MIN(CASE WHEN c.resolved_at > c.due_at THEN c.due_at END) AS late_due,
    CAST(SUM(CASE WHEN c.resolved_at > c.due_at THEN c.resolved_at - c.due_at END) AS VARCHAR)
      AS digits,
    MIN(CASE WHEN c.resolved_at IS NULL THEN c.due_at END) AS next_due,
    STRING_AGG(CASE WHEN c.resolved_at IS NULL OR c.resolved_at > c.due_at THEN c.events END, ',')
      AS events
  FROM case_state AS c
),
overdue AS (
  SELECT c.case_subject, c.due_at,
    ROW_NUMBER() OVER (ORDER BY c.due_at, c.case_id) AS place
  FROM case_state AS c
  WHERE c.resolved_at IS NULL
),
decided AS (
  SELECT s.subject, c.cases, c.resolved, c.overdue, o.due_at AS overdue_since,
    CASE WHEN c.openings > c.cases THEN c.openings || ' openings of ' ELSE '' END || c.cases
      || CASE WHEN c.cases = 1 THEN ' case' ELSE ' cases' END AS counted_cases,
    o.case_subject AS overdue_subject, c.late,
    c.late_due, c.digits, c.next_due, v.said, v.last_at, v.due_at,
    COALESCE(c.events, '') || COALESCE(',' || v.events, '') AS events,
    CASE
      WHEN c.overdue > 0 THEN 'overdue'
      WHEN c.late > 0 THEN 'late'
      WHEN v.overruns > 0 THEN 'review'
      WHEN c.cases = 0 THEN 'none'
      WHEN v.subject IS NULL THEN 'never'
      ELSE 'done'
    END AS state
  FROM subject AS s
  CROSS JOIN counted AS c
  LEFT JOIN overdue AS o ON o.place = c.first_place
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'deviations_review'
  WHERE s.kind = 'organisation'
)
SELECT d.subject,
  CASE
    WHEN d.state = 'none' THEN 'not_applicable'
    WHEN d.state = 'never' THEN 'not_verifiable'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'none' THEN 'No deviation has opened a case.'
    WHEN 'overdue' THEN d.overdue || CASE WHEN d.overdue = 1 THEN ' case is open past its time'
        ELSE ' cases are open past their time' END
      || ', the first (' || d.overdue_subject || ') since ' || utc(d.overdue_since)
      || '. Why: what nobody looks at happens again.'
      || ' Cure: look into each and resolve it; the deviation stays on record.'
    WHEN 'late' THEN d.late || CASE WHEN d.late = 1 THEN ' case was' ELSE ' cases were' END
      || ' resolved late, ' || CASE WHEN LENGTH(d.digits) <= 6 THEN '0'
        ELSE SUBSTR(d.digits, 1, LENGTH(d.digits) - 6) END
      || ' s in all, the first due by ' || utc(d.late_due)
      || '. Why: until then nobody had looked at what went wrong.'
      || ' Cure: resolve the next one in time; the deviation stays on record.'
    WHEN 'review' THEN 'The review of deviations was ' || d.said
      || '. Why: what they have in common is seen only together.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'never' THEN 'Of ' || d.counted_cases || ', '
      || d.resolved || CASE WHEN d.resolved = 1 THEN ' is' ELSE ' are' END
      || ' resolved and none is late; no review of deviations is on record.'
      || ' Why: whether anybody looked at them together cannot be seen.'
      || ' Cure: hold the review and record it (Desk, Reviews and controls).'
    ELSE 'Of ' || d.counted_cases || ', '
      || d.resolved || CASE WHEN d.resolved = 1 THEN ' is' ELSE ' are' END || ' resolved in time'
      || COALESCE(', the next is due by ' || utc(d.next_due), '')
      || '; deviations were last reviewed at ' || utc(d.last_at) || ', next due by ' || utc(d.due_at) || '.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
