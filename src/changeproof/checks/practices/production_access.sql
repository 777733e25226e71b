/*
id: practices/production_access
title: Access to deploy to production is restricted, recorded and reviewed by others
criterion: CC6.1, CC6.2, CC6.3
subject: system
severity: high
policy: [cadence.access_review, production_environments]
checks: >
  Who may deploy to production, or break glass there, is on record. Nobody gave it to themselves, and
  each holder's access was reviewed within the policy's cadence by a human other than the holder.
does_not_check: >
  Whether the list is complete: hold it against the platform's own. Approvals of grants, leavers
  and agreed ends (around/deploy_entitlement).
re_perform: >
  Fetch the list of who may deploy from the platform; compare it with the grants on record; list
  the access reviews in order, with who held them, and subtract times.
*/
WITH counted AS (
  SELECT p.subject, COUNT(DISTINCT p.person) AS people,
    MIN(CASE WHEN p.flaw = 'self' THEN p.account END) AS self_account,
    COUNT(CASE WHEN p.due_at < :as_of THEN 1 END) AS overdue,
    STRING_AGG(p.events, ',') AS events
  FROM production_holder AS p
  GROUP BY p.subject
),
longest AS (
  SELECT p.subject, p.account, p.due_at,
    ROW_NUMBER() OVER (PARTITION BY p.subject ORDER BY p.due_at, p.account) AS place
  FROM production_holder AS p
),
known AS (
  SELECT a.subject, COUNT(*) AS grants FROM access_state AS a
  WHERE a.area = 'production'
  GROUP BY a.subject
),
decided AS (
  SELECT s.subject, k.grants, COALESCE(c.people, 0) AS people, c.self_account, c.overdue,
    l.due_at AS overdue_since, l.account AS overdue_account, c.events, v.overruns, v.said, v.last_at, v.last_by, v.due_at,
    v.events AS review_events,
    CASE
      WHEN k.grants IS NULL THEN 'unknown'
      WHEN c.self_account IS NOT NULL THEN 'self'
      WHEN v.subject IS NULL THEN 'never'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN c.overdue > 0 THEN 'own'
      ELSE 'done'
    END AS state
  FROM subject AS s
  LEFT JOIN known AS k ON k.subject = s.subject
  LEFT JOIN counted AS c ON c.subject = s.subject
  LEFT JOIN longest AS l ON l.subject = s.subject AND l.place = 1
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'access_review'
  WHERE s.kind = 'system'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('unknown', 'never') THEN 'not_verifiable'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'unknown' THEN 'Who may deploy to production is not on record.'
      || ' Why: whether it is restricted cannot be seen.'
      || ' Cure: record who holds that access (event AccessGranted), best from the platform''s own list.'
    WHEN 'self' THEN 'Access to production of {' || d.self_account || '} was given or approved by themselves.'
      || ' Why: whoever lets themselves in is not restricted.'
      || ' Cure: have somebody else decide about it; the deviation ends when it is removed.'
    WHEN 'never' THEN d.people || CASE WHEN d.people = 1 THEN ' person' ELSE ' people' END
      || ' may deploy to production; no review of that access is on record.'
      || ' Why: whether anybody looked at the list again cannot be seen.'
      || ' Cure: hold a review by somebody who does not hold the access, and record it.'
    WHEN 'overdue' THEN 'The review of access was ' || d.said
      || '. Why: access that nobody reviews outlives its reason.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'own' THEN 'The access of {' || d.overdue_account || '} was due for review by somebody else by '
      || utc(d.overdue_since)
      || CASE WHEN d.overdue > 1 THEN '; so was that of ' || (d.overdue - 1) || ' more' ELSE '' END
      || '. Why: nobody reviews their own access.'
      || ' Cure: have another person review it, and record that.'
    ELSE d.people || CASE WHEN d.people = 1 THEN ' person' ELSE ' people' END
      || ' may deploy to production; last reviewed' || COALESCE(' by {' || d.last_by || '}', '')
      || ' at ' || utc(d.last_at) || ', next due by ' || utc(d.due_at) || '.'
  END AS reason,
  COALESCE(d.events, '') || COALESCE(',' || d.review_events, '') AS evidence
FROM decided AS d
