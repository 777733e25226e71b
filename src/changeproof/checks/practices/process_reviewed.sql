/*
id: practices/process_reviewed
title: The change process is policy, acknowledged and reviewed
criterion: CC5.3, CC1.4
subject: organisation
severity: medium
policy: [cadence.process_review]
checks: >
  Somebody adopted the process as the company's policy and somebody else agreed; it was reviewed,
  or adopted anew, within the policy's cadence; whoever holds a role in it (auditors only look), or may
  write or deploy, has acknowledged it within that time of being given the role.
does_not_check: >
  Whether the policy is a good one; whether those who acknowledged it read it; people to whom
  neither a role nor access is on record.
re_perform: >
  List the adoptions and reviews of the policy in order and subtract times; hold the list of those
  with a role against the acknowledgements.
*/
WITH current_policy AS (
  SELECT f.policy_version, f.in_force_from, f.adopted_by, f.approved_by, f.event,
    COALESCE(a.person, f.adopted_by) AS adopter, COALESCE(b.person, f.approved_by) AS approver,
    d.within
  FROM policy_terms AS t
  LEFT JOIN policy_in_force AS f ON f.policy_version = t.policy_version
  JOIN policy_deadline AS d
    ON d.policy_version = t.policy_version AND d.name = 'cadence.process_review'
  LEFT JOIN account_holder AS a
    ON a.account = f.adopted_by AND a.held_from <= f.in_force_from AND f.in_force_from < a.held_until
  LEFT JOIN account_holder AS b
    ON b.account = f.approved_by AND b.held_from <= f.in_force_from AND f.in_force_from < b.held_until
  WHERE t.judges_from <= :as_of AND :as_of < t.judges_until
),
acting AS (
  SELECT g.account, g.granted_at AS since
  FROM role_grant AS g
  WHERE g.role <> 'auditor' AND NOT EXISTS (
    SELECT 1 FROM role_revocation AS r
    WHERE r.account = g.account AND r.role = g.role AND r.system = g.system
      AND r.revoked_at >= g.granted_at
  )
  UNION ALL
  SELECT p.account, p.held_from FROM access_period AS p
  WHERE p.area IN ('write', 'production') AND p.ended_at IS NULL
),
acknowledged AS (
  SELECT DISTINCT COALESCE(h.person, k.account) AS person
  FROM acknowledgement AS k
  LEFT JOIN account_holder AS h
    ON h.account = k.account AND h.held_from <= k.acknowledged_at
    AND k.acknowledged_at < h.held_until
  WHERE k.document = 'policy' AND k.acknowledged_at IS NOT NULL
),
obliged AS (
  SELECT COALESCE(h.person, a.account) AS person, MIN(a.account) AS account, MIN(a.since) AS since
  FROM acting AS a
  LEFT JOIN account_holder AS h
    ON h.account = a.account AND h.held_from <= :as_of AND :as_of < h.held_until
  WHERE NOT EXISTS (SELECT 1 FROM nonhuman AS n WHERE n.account = a.account)
    AND NOT EXISTS (SELECT 1 FROM leaver AS l WHERE l.account = a.account AND l.returned_at IS NULL)
  GROUP BY COALESCE(h.person, a.account)
),
held AS (
  SELECT k.person AS acknowledged,
    CASE
      WHEN k.person IS NULL AND o.since + c.within < :as_of AND c.in_force_from + c.within < :as_of
        THEN o.account
    END AS late_account
  FROM obliged AS o
  JOIN current_policy AS c ON c.within IS NOT NULL
  LEFT JOIN acknowledged AS k ON k.person = o.person
),
counted AS (
  SELECT COUNT(*) AS people, COUNT(h.acknowledged) AS acknowledged,
    COUNT(h.late_account) AS late, MIN(h.late_account) AS late_account
  FROM held AS h
),
told AS (
  SELECT COUNT(*) AS times, STRING_AGG(k.event, ',') AS events
  FROM acknowledgement AS k
  WHERE k.document = 'policy' AND k.account <> ''
),
decided AS (
  SELECT s.subject, c.policy_version, c.in_force_from, c.adopted_by, c.approved_by, c.event,
    n.people, n.acknowledged, n.late, n.late_account, k.times, k.events,
    v.overruns, v.said, v.last_at, v.due_at,
    v.events AS review_events,
    CASE
      WHEN c.adopted_by IS NULL THEN 'initial'
      WHEN c.approver IS NULL OR c.approver = c.adopter THEN 'alone'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN k.times = 0 THEN 'nobody'
      WHEN n.late > 0 THEN 'not_acknowledged'
      ELSE 'done'
    END AS state
  FROM subject AS s
  JOIN current_policy AS c ON c.within IS NOT NULL
  CROSS JOIN counted AS n
  CROSS JOIN told AS k
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'process_review'
  WHERE s.kind = 'organisation'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('initial', 'nobody') THEN 'not_verifiable'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'initial' THEN 'The policy in force is the one that came with Changeproof; nobody has adopted one.'
      || ' Why: whether the company made this process its own cannot be seen.'
      || ' Cure: propose a policy and let a second person adopt it.'
    WHEN 'alone' THEN 'Version ' || d.policy_version || ' of the policy was adopted by {'
      || d.adopted_by || '} at ' || utc(d.in_force_from) || '; nobody else agreed.'
      || ' Why: one person alone set the rules that they work under.'
      || ' Cure: let a second person adopt the next version; the deviation ends with it.'
    WHEN 'overdue' THEN 'The review of the change process was ' || d.said
      || '. Why: a process that nobody looks at again drifts away from what people do.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'not_acknowledged' THEN 'Of ' || d.people || ' who act in the process, ' || d.late
      || ' did not acknowledge it in time, {' || d.late_account || '} among them.'
      || ' Why: who has not agreed to the process may not know it.'
      || ' Cure: have them acknowledge the policy.'
    WHEN 'nobody' THEN 'Version ' || d.policy_version || ' of the policy was adopted by {'
      || d.adopted_by || '} and {' || d.approved_by || '}; no acknowledgement is on record.'
      || ' Why: whether people know the process cannot be seen.'
      || ' Cure: have them acknowledge it on the page of the policy.'
    ELSE 'Version ' || d.policy_version || ' of the policy was adopted by {' || d.adopted_by
      || '} and {' || d.approved_by || '}; last reviewed or adopted at ' || utc(d.last_at)
      || ', next due by ' || utc(d.due_at) || '; '
      || CASE
        WHEN d.people = 0 THEN 'acknowledged ' || d.times
          || CASE WHEN d.times = 1 THEN ' time.' ELSE ' times.' END
        ELSE 'acknowledged by ' || d.acknowledged || ' of ' || d.people || ' who act in it.'
      END
  END AS reason,
  COALESCE(d.event, '') || COALESCE(',' || d.events, '') || COALESCE(',' || d.review_events, '')
    AS evidence
FROM decided AS d
