/*
id: around/deploy_entitlement
title: Access to deploy was approved, ended when agreed and taken from who left
criterion: CC6.1, CC6.2, CC6.3
subject: system
severity: high
policy: [deadline.leaver_removed_within, cadence.access_review, production_environments]
checks: >
  No account of somebody who had left deployed to production. Each grant of access to deploy or to
  break glass was approved by somebody other than the holder, was removed within the policy's time
  after the holder left, and by its agreed end. Access to break glass has one. Access was reviewed
  within the policy's cadence. Time beyond is given in seconds.
does_not_check: >
  Whether the list of grants is complete; deployments by accounts without a grant (cc8_1/09); who
  held the review (practices/production_access).
re_perform: >
  Take the platform's list of who may deploy, with its history, and the list of leavers; compare
  dates of leaving, agreed end and removal; look for deployments by leavers' accounts.
*/
WITH decided AS (
  SELECT s.subject, l.times, l.account, l.left_at, l.deployed_at, l.events AS leaver_events,
    f.holders, f.flaws, f.said, f.unapproved, f.unapproved_account, f.events, v.said AS review_said,
    v.events AS review_events,
    CASE
      WHEN l.subject IS NOT NULL THEN 'left'
      WHEN f.flaws > 0 THEN 'flaw'
      WHEN f.subject IS NOT NULL AND v.overruns > 0 THEN 'overdue'
      WHEN f.subject IS NULL THEN 'unknown'
      WHEN f.unapproved > 0 THEN 'unapproved'
      ELSE 'done'
    END AS state
  FROM subject AS s
  LEFT JOIN leaver_deployment AS l ON l.subject = s.subject
  LEFT JOIN access_flaw AS f ON f.subject = s.subject AND f.area = 'production'
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'access_review'
  WHERE s.kind = 'system'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('left', 'flaw', 'overdue') THEN 'deviation'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'left' THEN 'The account {' || d.account || '}, whose holder left at ' || utc(d.left_at)
      || ', deployed at ' || utc(d.deployed_at)
      || CASE WHEN d.times > 1 THEN ' and ' || (d.times - 1) || ' more times' ELSE '' END
      || '. Why: somebody used an account that belongs to nobody here.'
      || ' Cure: close the account and look into it as a matter of security; the deviation stays on record.'
    WHEN 'flaw' THEN d.said
      || CASE WHEN d.flaws > 1 THEN '; ' || (d.flaws - 1) || ' more like it' ELSE '' END
      || '. Why: access without a reason that somebody else approved is a way around every control.'
      || ' Cure: remove it and record that; the deviation stays on record.'
    WHEN 'overdue' THEN 'The review of access was ' || d.review_said
      || '. Why: access that nobody reviews outlives its reason.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'unknown' THEN 'Who may deploy to production is not on record.'
      || ' Why: whether that was approved, and ended in time, cannot be seen.'
      || ' Cure: record grants and removals (events AccessGranted, AccessEnded), best from the platform''s own list.'
    WHEN 'unapproved' THEN 'Who approved the access of {' || d.unapproved_account || '} is not on record'
      || CASE WHEN d.unapproved > 1 THEN ', nor that of ' || (d.unapproved - 1) || ' more' ELSE '' END
      || '. Why: whether somebody else agreed cannot be seen. Cure: record the approval with the grant.'
    ELSE d.holders || CASE WHEN d.holders = 1 THEN ' person holds' ELSE ' people hold' END
      || ' access to deploy, each approved by somebody else; nobody kept it too long.'
  END AS reason,
  COALESCE(d.events, '') || COALESCE(',' || d.leaver_events, '')
    || CASE WHEN d.state = 'overdue' THEN ',' || d.review_events ELSE '' END AS evidence
FROM decided AS d
