/*
id: around/pipeline_administration
title: Who may change the pipeline was approved, and is reviewed
criterion: CC6.1, CC6.3, CC6.8
subject: system
severity: high
policy: [deadline.leaver_removed_within, cadence.pipeline_review]
checks: >
  Who may change workflows, runners, signing keys and secrets, or branch protection, is on record.
  Each grant was approved by somebody other than the holder, was removed within the policy's time
  after the holder left, and by its agreed end; the list was reviewed within the policy's cadence.
  Time beyond is given in seconds.
does_not_check: >
  Whether the list is complete. What the administrators did: their changes to workflows are judged
  as changes (cc8_1/07, cc8_1/08).
re_perform: >
  Fetch the administrators from forge and pipeline, with their history; compare with the grants on
  record; list the reviews in order and subtract times.
*/
WITH decided AS (
  SELECT s.subject, f.holders, f.flaws, f.said, f.unapproved, f.unapproved_account, f.events,
    v.said AS review_said, v.last_at, v.last_by, v.due_at, v.events AS review_events,
    CASE
      WHEN f.subject IS NULL THEN 'unknown'
      WHEN f.flaws > 0 THEN 'flaw'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN f.unapproved > 0 THEN 'unapproved'
      WHEN v.subject IS NULL THEN 'never'
      ELSE 'done'
    END AS state
  FROM subject AS s
  LEFT JOIN access_flaw AS f ON f.subject = s.subject AND f.area = 'pipeline'
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'pipeline_review'
  WHERE s.kind = 'system'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('flaw', 'overdue') THEN 'deviation'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'unknown' THEN 'Who may change the pipeline or branch protection is not on record.'
      || ' Why: whoever can change what judges a change can pass it.'
      || ' Cure: record its administrators (event AccessGranted), best from the platform''s own list.'
    WHEN 'flaw' THEN d.said
      || CASE WHEN d.flaws > 1 THEN '; ' || (d.flaws - 1) || ' more like it' ELSE '' END
      || '. Why: whoever can change what judges a change can pass it.'
      || ' Cure: remove it and record that; the deviation stays on record.'
    WHEN 'overdue' THEN 'The review of who administers the pipeline was ' || d.review_said
      || '. Why: access that nobody reviews outlives its reason.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'unapproved' THEN 'Who approved that {' || d.unapproved_account || '} administers the pipeline is not on record'
      || CASE WHEN d.unapproved > 1 THEN ', nor for ' || (d.unapproved - 1) || ' more' ELSE '' END
      || '. Why: whether somebody else agreed cannot be seen. Cure: record the approval with the grant.'
    WHEN 'never' THEN d.holders || CASE WHEN d.holders = 1 THEN ' person' ELSE ' people' END
      || ' may change the pipeline; no review of that is on record.'
      || ' Why: whether anybody looked at the list again cannot be seen.'
      || ' Cure: hold the review and record it (Desk, Reviews and controls).'
    ELSE d.holders || CASE WHEN d.holders = 1 THEN ' person' ELSE ' people' END
      || ' may change the pipeline, each approved by somebody else; last reviewed'
      || COALESCE(' by {' || d.last_by || '}', '') || ' at ' || utc(d.last_at)
      || ', next due by ' || utc(d.due_at) || '.'
  END AS reason,
  COALESCE(d.events, '') || COALESCE(',' || d.review_events, '') AS evidence
FROM decided AS d
