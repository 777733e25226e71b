/*
id: around/prover
title: Changeproof itself is under control
criterion: CC6.1, CC6.3, CC8.1
subject: organisation
severity: high
policy: [cadence.prover_review, deadline.leaver_removed_within]
checks: >
  Each policy that came into force was adopted by two people. Who may administer Changeproof is on
  record, each approved by somebody else, gone in time when they left; that list, and what they did, was
  reviewed within the policy's cadence. Time beyond is given in seconds.
does_not_check: >
  Access to the machine, database and keys on which Changeproof runs; its releases, which are
  changes of the company like any other; that the log was not altered, which `verify` shows.
re_perform: >
  List the adoptions of policies with both accounts; take the list of administrators from the
  settings and hold it against the grants on record; list the reviews and subtract times.
*/
WITH adopted AS (
  SELECT f.policy_version, f.adopted_by, f.in_force_from, f.event,
    CASE WHEN COALESCE(b.person, f.approved_by, '') IN ('', COALESCE(a.person, f.adopted_by)) THEN 1 ELSE 0 END
      AS is_alone
  FROM policy_in_force AS f
  LEFT JOIN account_holder AS a
    ON a.account = f.adopted_by AND a.held_from <= f.in_force_from AND f.in_force_from < a.held_until
  LEFT JOIN account_holder AS b
    ON b.account = f.approved_by AND b.held_from <= f.in_force_from AND f.in_force_from < b.held_until
  WHERE f.adopted_by IS NOT NULL
),
adoptions AS (
  SELECT COUNT(*) AS times, SUM(d.is_alone) AS alone, STRING_AGG(d.event, ',') AS events
  FROM adopted AS d
),
by_one AS (
  SELECT d.policy_version, d.adopted_by,
    ROW_NUMBER() OVER (ORDER BY d.policy_version, d.event) AS place
  FROM adopted AS d
  WHERE d.is_alone = 1
),
decided AS (
  SELECT s.subject, p.times, o.policy_version AS version, o.adopted_by AS account, f.holders, f.flaws, f.said, f.unapproved,
    f.unapproved_account, v.said AS review_said, v.last_at, v.last_by, v.due_at,
    COALESCE(p.events, '') || COALESCE(',' || f.events, '') || COALESCE(',' || v.events, '') AS events,
    CASE
      WHEN p.alone > 0 THEN 'alone'
      WHEN f.flaws > 0 THEN 'flaw'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN f.subject IS NULL THEN 'unknown'
      WHEN f.unapproved > 0 THEN 'unapproved'
      WHEN v.subject IS NULL THEN 'never'
      ELSE 'done'
    END AS state
  FROM subject AS s
  CROSS JOIN adoptions AS p
  LEFT JOIN by_one AS o ON o.place = 1
  LEFT JOIN access_flaw AS f ON f.subject = s.subject AND f.area = 'prover'
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'prover_review'
  WHERE s.kind = 'organisation'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('alone', 'flaw', 'overdue') THEN 'deviation'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'alone' THEN 'Version ' || d.version || ' of the policy was adopted by {' || d.account
      || '} alone. Why: whoever sets the rules alone decides what counts as kept.'
      || ' Cure: have a second person agree to each policy; the deviation stays on record.'
    WHEN 'flaw' THEN d.said
      || CASE WHEN d.flaws > 1 THEN '; ' || (d.flaws - 1) || ' more like it' ELSE '' END
      || '. Why: whoever administers what judges the changes can bend it.'
      || ' Cure: remove it and record that; the deviation stays on record.'
    WHEN 'overdue' THEN 'The review of access to Changeproof was ' || d.review_said
      || '. Why: whoever administers what judges the changes can bend it.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'unknown' THEN 'Who administers Changeproof is not on record.'
      || ' Why: whether anybody could bend what it says cannot be seen.'
      || ' Cure: record its administrators (event AccessGranted, access prover).'
    WHEN 'unapproved' THEN 'Who approved that {' || d.unapproved_account || '} administers Changeproof is not on record'
      || CASE WHEN d.unapproved > 1 THEN ', nor for ' || (d.unapproved - 1) || ' more' ELSE '' END
      || '. Why: whether somebody else agreed cannot be seen. Cure: record the approval with the grant.'
    WHEN 'never' THEN d.holders || CASE WHEN d.holders = 1 THEN ' person administers' ELSE ' people administer' END
      || ' Changeproof; no review of that is on record.'
      || ' Why: whether anybody looked at the list and at what they did cannot be seen.'
      || ' Cure: hold the review and record it (Desk, Reviews and controls).'
    ELSE d.holders || CASE WHEN d.holders = 1 THEN ' person administers' ELSE ' people administer' END
      || ' Changeproof, each approved by somebody else; '
      || CASE WHEN d.times = 0 THEN 'no policy was adopted; '
        WHEN d.times = 1 THEN 'the policy was adopted by two people; '
        ELSE 'all ' || d.times || ' policies were adopted by two people; ' END
      || 'last reviewed' || COALESCE(' by {' || d.last_by || '}', '') || ' at ' || utc(d.last_at)
      || ', next due by ' || utc(d.due_at) || '.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
