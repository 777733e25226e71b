/*
id: around/data_correction
title: Corrections of data were counted before and after
criterion: PI1.1, PI1.3
subject: system
severity: medium
checks: >
  For each correction of production data by hand, the change that it was for has the same measure
  (a count, a total) taken before the correction and after it. Where data are reconciled, the last
  reconciliation passed.
does_not_check: >
  Whether the totals are those that were expected. Whether the correction was approved and touched no
  more rows than it might (cc8_1/06). Data that an application changes by itself.
re_perform: >
  List the statements that changed production data by hand; for each, read the totals taken before
  and after, with their times.
*/
WITH corrected AS (
  SELECT s.subject, a.act, a.change_name, a.acted_at, a.account, a.event
  FROM subject AS s
  JOIN production_act AS a ON a.system = s.name AND a.kind = 'data' AND a.automatic = 0
  JOIN policy_terms AS t
    ON t.judges_from <= COALESCE(a.acted_at, :as_of) AND COALESCE(a.acted_at, :as_of) < t.judges_until
  JOIN production_environment AS p
    ON p.policy_version = t.policy_version AND p.environment = LOWER(a.environment)
  WHERE s.kind = 'system'
),
pair AS (
  SELECT DISTINCT c.subject, c.act
  FROM corrected AS c
  JOIN data_total AS b
    ON b.change_name = c.change_name AND b.moment = 'before' AND b.taken_at <= c.acted_at
  JOIN data_total AS f
    ON f.change_name = c.change_name AND f.moment = 'after' AND f.measure = b.measure
    AND f.taken_at >= c.acted_at
),
totals AS (
  SELECT c.subject, COUNT(*) AS totals, STRING_AGG(d.event, ',') AS events
  FROM corrected AS c
  JOIN data_total AS d ON d.change_name = c.change_name
  GROUP BY c.subject
),
counted AS (
  SELECT c.subject, COUNT(*) AS acts, COUNT(p.act) AS counted,
    COUNT(CASE WHEN p.act IS NULL AND c.acted_at IS NOT NULL THEN 1 END) AS missing,
    STRING_AGG(c.event, ',') AS events
  FROM corrected AS c
  LEFT JOIN pair AS p ON p.subject = c.subject AND p.act = c.act
  GROUP BY c.subject
),
uncounted AS (
  SELECT c.subject, c.acted_at, c.account,
    ROW_NUMBER() OVER (PARTITION BY c.subject ORDER BY c.acted_at, c.act) AS place
  FROM corrected AS c
  LEFT JOIN pair AS p ON p.subject = c.subject AND p.act = c.act
  WHERE p.act IS NULL AND c.acted_at IS NOT NULL
),
decided AS (
  SELECT s.subject, c.acts, c.counted, c.missing, u.acted_at AS missing_at,
    u.account AS missing_account, v.last_at,
    COALESCE(c.events, '') || COALESCE(',' || t.events, '')
      || CASE WHEN v.last_outcome = 'failed' THEN COALESCE(',' || v.events, '') ELSE '' END AS events,
    CASE
      WHEN v.last_outcome = 'failed' THEN 'failed'
      WHEN c.subject IS NULL THEN 'none'
      WHEN t.subject IS NULL THEN 'unknown'
      WHEN c.missing > 0 THEN 'missing'
      WHEN c.counted < c.acts THEN 'untimed'
      ELSE 'done'
    END AS state
  FROM subject AS s
  LEFT JOIN counted AS c ON c.subject = s.subject
  LEFT JOIN uncounted AS u ON u.subject = s.subject AND u.place = 1
  LEFT JOIN totals AS t ON t.subject = s.subject
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'data_reconciliation'
  WHERE s.kind = 'system'
)
SELECT d.subject,
  CASE
    WHEN d.state = 'none' THEN 'not_applicable'
    WHEN d.state = 'done' THEN 'met'
    WHEN d.state IN ('unknown', 'untimed') THEN 'not_verifiable'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'none' THEN 'No correction of production data by hand is on record.'
    WHEN 'failed' THEN 'The reconciliation of data at ' || utc(d.last_at) || ' failed, and none has passed since.'
      || ' Why: what is stored is not what it should be. Cure: find the difference, correct it and reconcile again.'
    WHEN 'unknown' THEN d.acts || CASE WHEN d.acts = 1 THEN ' correction' ELSE ' corrections' END
      || ' of production data by hand; no totals are on record.'
      || ' Why: whether only what was meant changed cannot be seen.'
      || ' Cure: take a count or a total before and after each, and record it (event TotalsRecorded).'
    WHEN 'untimed' THEN 'Nobody stated when a correction of production data was made.'
      || ' Why: which totals are from before and which from after cannot be seen. Cure: state the time of the act.'
    WHEN 'missing' THEN 'The correction of production data at ' || utc(d.missing_at)
      || COALESCE(' by {' || d.missing_account || '}', '')
      || CASE WHEN d.missing > 1 THEN ', and ' || (d.missing - 1) || ' more,' ELSE '' END
      || ' has no total from before and after it.'
      || ' Why: whether only what was meant changed is not known.'
      || ' Cure: reconcile the data now, and count the next one; the deviation stays on record.'
    ELSE d.acts || CASE WHEN d.acts = 1 THEN ' correction' ELSE ' corrections' END
      || ' of production data by hand, each counted before and after.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
