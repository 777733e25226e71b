/*
id: around/restore_test
title: Backups were restored to see that they can be
criterion: A1.2, A1.3
subject: system
severity: medium
policy: [categories, cadence.restore_test]
checks: >
  With Availability in scope, by policy or by the register for this system: a backup was restored
  within the policy's cadence, and the last such test passed. Time beyond is given in seconds.
does_not_check: What was restored, how long it took and how old the backup was.
re_perform: List the restore tests with outcome in order and subtract times.
*/
WITH available AS (
  SELECT s.subject, MIN(s.name) AS name, MIN(q.value) AS by_policy, MIN(a.value) AS by_register
  FROM subject AS s
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  LEFT JOIN policy_list AS q
    ON q.policy_version = t.policy_version AND q.parameter = 'category' AND q.value = 'availability'
  LEFT JOIN system_record AS y ON LOWER(y.system) = LOWER(s.name)
  LEFT JOIN system_attribute AS a
    ON a.system = y.system AND a.event = y.event AND a.attribute = 'category'
    AND a.value = 'availability'
  WHERE s.kind = 'system'
  GROUP BY s.subject
),
decided AS (
  SELECT a.subject, v.said, v.last_at, v.last_by, v.due_at,
    CASE WHEN COALESCE(a.by_policy, a.by_register) IS NULL THEN '' ELSE COALESCE(v.events, '') END AS events,
    CASE
      WHEN COALESCE(a.by_policy, a.by_register) IS NULL THEN 'out'
      WHEN v.subject IS NULL THEN 'never'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN v.last_outcome = 'failed' THEN 'failed'
      ELSE 'done'
    END AS state
  FROM available AS a
  LEFT JOIN cadence_state AS v ON v.subject = a.subject AND v.cadence = 'restore_test'
)
SELECT d.subject,
  CASE d.state
    WHEN 'out' THEN 'not_applicable'
    WHEN 'never' THEN 'not_verifiable'
    WHEN 'done' THEN 'met'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'out' THEN 'Availability is not in scope.'
    WHEN 'never' THEN 'No restore test is on record.'
      || ' Why: whether a backup can be restored cannot be seen.'
      || ' Cure: restore one and record it (Desk, Reviews and controls).'
    WHEN 'overdue' THEN 'The restore test was ' || d.said
      || '. Why: a backup that nobody restores may be none.'
      || ' Cure: restore one and record it; the deviation stays on record.'
    WHEN 'failed' THEN 'The restore test of ' || utc(d.last_at) || ' failed, and none has passed since.'
      || ' Why: what is lost now stays lost. Cure: mend the backup and restore it again.'
    ELSE 'Last restored' || COALESCE(' by {' || d.last_by || '}', '') || ' at ' || utc(d.last_at)
      || ', next due by ' || utc(d.due_at) || '.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
