/*
id: cc8_1/07_testing
title: Tested on what was deployed, before it was deployed
criterion: CC8.1
subject: change
severity: high
policy: [tests_before, tests_on, tests.required, tests.required_for, tests.not_needed, tests.attempts_most, settle, unexplained_for]
checks: >
  Named sub-tests. (1) Run: the tests that policy names for the change's systems and risk, each
  posted by whom policy names, or if it names none at least one; or a named human tried it by hand
  and accepted it. (2) On the deployed content: the deployed commit, the one that landed, or a
  head of the same tree. (3) Before the moment that policy names. (4) Passed: the last run of
  each; skipped, neutral and cancelled is not passed, unless policy says that the test need not
  run on what the change touches. (5) Within the attempts that policy allows; that a check was run
  until it was green is said in any case. (6) Judged by others: what edits the pipeline or the code
  owners that judge it was approved by somebody who wrote none of it. (7) What brings back work that
  was reverted shows that the cause of that was dealt with since (view relanding).
does_not_check: >
  Whether the tests are any good, or what they cover. Tests in other environments that nobody
  reported. Whether whoever approved an edit of the pipeline owns that file, where nobody told.
re_perform: >
  List the runs on the deployed commit, the landed one and a head of equal tree that ended before
  the deployment; take the last of each name and poster; compare with the names in the policy for
  this system and risk, and with the areas for which it lets them off.
*/
WITH judging AS (
  SELECT t.change_id, t.implementation, MIN(t.area) AS area, MIN(t.event) AS event
  FROM touched_area AS t
  WHERE t.area IN ('pipeline', 'code_owners')
  GROUP BY t.change_id, t.implementation
),
weighed AS (
  SELECT w.change_id, w.implementation, w.ground, w.closed_at, w.deployed_at, w.landing, w.deployed,
    w.tests_before, w.tests_on, w.head_is_landed, w.landed_edited, w.merged_by, w.deployed_revision,
    CASE
      WHEN w.ground = 'act' THEN w.implementation
      ELSE SUBSTR(COALESCE(w.deployed_revision, w.landed, w.implementation), 1, 7)
    END AS content,
    SUBSTR(w.head, 1, 7) AS head, e.review_due, e.event AS emergency_event,
    CASE WHEN e.fault = '' THEN 1 ELSE 0 END AS emergency,
    COALESCE(t.checks, 0) AS checks, t.runs, COALESCE(t.passed, 0) AS passed,
    t.failed, t.repeated, t.over, p.attempts_most, COALESCE(t.asked, 0) AS asked, t.missing,
    t.missing_how, t.impostor, t.excused_name, t.late_at,
    t.late_runs, t.head_runs, t.untimed_runs, t.all_passed, t.all_passed_soon,
    COALESCE(t.has_runs, 0) AS has_runs,
    a.verdict AS tried, a.account AS tester, a.assessed_at AS tried_at, a.on_content,
    j.area AS judges, s.counted, w.approvals_required,
    u.blind_from, u.blind_until, u.scope, x.settles_at, b.addressed, b.revert,
    w.change_events || ',' || w.deployment_events || COALESCE(',' || t.events, '')
      || COALESCE(',' || a.event, '') || COALESCE(',' || j.event, '')
      || COALESCE(',' || u.events, '') || COALESCE(',' || b.events, '') AS events
  FROM work AS w
  JOIN policy_terms AS p ON p.policy_version = w.policy_version
  JOIN approval_state AS s ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN test_state AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN acceptance_state AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation
  LEFT JOIN judging AS j ON j.change_id = w.change_id AND j.implementation = w.implementation
  LEFT JOIN emergency_state AS e
    ON e.change_id = w.change_id AND e.implementation = w.implementation
  LEFT JOIN relanding AS b ON b.change_id = w.change_id
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
decided AS (
  SELECT d.change_id, d.implementation, d.ground, d.closed_at, d.deployed_at, d.tests_before,
    d.tests_on, d.head_is_landed, d.landed_edited, d.merged_by, d.content, d.head, d.review_due,
    d.emergency_event, d.checks, d.runs, d.passed, d.failed, d.repeated, d.over, d.attempts_most,
    d.asked, d.missing, d.missing_how, d.impostor, d.excused_name, d.late_at, d.tester, d.tried,
    d.tried_at, d.on_content, d.judges, d.blind_from, d.blind_until, d.scope, d.settles_at,
    d.events, d.late_runs, d.all_passed, d.addressed, d.revert,
    CASE
      WHEN d.closed_at IS NOT NULL THEN 'closed'
      WHEN d.deployed = 0 THEN 'waiting'
      WHEN d.tried = 'rejected' AND d.on_content = 1 AND d.emergency = 0 THEN 'rejected'
      WHEN d.all_passed = 1 THEN
        CASE
          WHEN d.deployed_at IS NULL AND d.tests_before = 'deployment' THEN 'undated'
          WHEN d.over IS NOT NULL AND d.emergency = 0 THEN 'over'
          WHEN d.judges IS NOT NULL AND d.counted = 0 AND d.approvals_required > 0
            AND d.emergency = 0
            THEN CASE WHEN d.blind_from IS NULL THEN 'judges_itself' ELSE 'unseen' END
          WHEN d.addressed = 0 THEN 'cause_unknown'
          ELSE 'passed'
        END
      WHEN d.asked = 0 AND d.checks = 0 AND d.excused_name IS NOT NULL THEN 'not_needed'
      WHEN d.asked = 0 AND d.checks = 0 AND d.tried = 'accepted' AND d.on_content = 1 THEN 'accepted'
      WHEN d.emergency = 1 AND d.all_passed_soon = 1 THEN 'passed_after'
      WHEN d.emergency = 1 THEN 'emergency'
      WHEN d.ground = 'git' AND d.has_runs = 0 THEN 'git'
      WHEN d.ground = 'unlogged' AND d.deployed_revision IS NULL THEN 'unknown_content'
      WHEN d.blind_from IS NOT NULL THEN 'unseen'
      WHEN d.checks = 0 AND d.untimed_runs > 0 THEN 'untimed'
      WHEN d.checks = 0 AND d.head_runs > 0 AND d.head_is_landed = -1
        AND d.landed_edited <> 1
        AND d.tests_on <> 'deployed' THEN 'trees_unknown'
      WHEN d.asked > 0 AND d.checks > 0 THEN 'required_missing'
      WHEN d.failed IS NOT NULL THEN 'failed'
      WHEN d.late_runs > 0 THEN 'late'
      WHEN d.head_runs > 0 THEN 'head_only'
      WHEN d.settles_at IS NOT NULL THEN 'settling'
      WHEN d.tried = 'accepted' AND d.on_content = 0 THEN 'accepted_other'
      ELSE 'none'
    END AS state
  FROM weighed AS d
),
parted AS (
  SELECT d.change_id, d.implementation,
    -- The sub-tests that held and those that did not.
    CASE WHEN d.checks > 0 OR d.late_runs > 0 OR d.state = 'accepted'
        THEN ', run, on the deployed content' ELSE '' END
      || CASE WHEN d.checks > 0 OR d.state = 'accepted' THEN ', in time' ELSE '' END
      || CASE WHEN d.all_passed = 1 OR d.state = 'accepted' THEN ', passed' ELSE '' END
      || CASE WHEN d.attempts_most > 0 AND d.over IS NULL AND d.checks > 0
        THEN ', within the attempts' ELSE '' END
      || CASE WHEN d.judges IS NOT NULL AND d.state <> 'judges_itself'
        THEN ', judged by others' ELSE '' END AS held,
    CASE d.state
      WHEN 'rejected' THEN ', passed'
      WHEN 'over' THEN ', within the attempts'
      WHEN 'judges_itself' THEN ', judged by others'
      WHEN 'required_missing' THEN ', passed'
      WHEN 'failed' THEN ', passed'
      WHEN 'late' THEN ', in time'
      WHEN 'head_only' THEN ', on the deployed content'
      WHEN 'accepted_other' THEN ', on the deployed content'
      ELSE ''
    END AS missed
  FROM decided AS d
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state IN ('closed', 'emergency', 'not_needed') THEN 'not_applicable'
      WHEN d.state = 'waiting' THEN 'pending'
      WHEN d.state IN ('passed', 'passed_after', 'accepted') THEN 'met'
      WHEN d.state IN ('git', 'unknown_content', 'unseen', 'untimed', 'undated', 'trees_unknown', 'settling',
        'cause_unknown')
        THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE WHEN d.state = 'passed_after' THEN 'late_declared' ELSE 'direct' END AS basis,
    CASE d.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'waiting' THEN d.passed || ' of ' || d.checks
        || ' checks passed so far; it waits for its first production deployment.'
      WHEN 'passed' THEN
        CASE
          WHEN d.asked > 0 THEN 'Each of the ' || d.asked || ' required checks passed'
          ELSE d.passed || ' of ' || d.checks || ' checks passed'
        END || ' on the content of ' || d.content || ' before the ' || d.tests_before
        || CASE WHEN d.runs > d.checks THEN ', in ' || d.runs || ' runs' ELSE '' END || '.'
        || COALESCE(' ' || d.repeated || ' until it passed.', '')
        || CASE
          WHEN d.tests_on = 'head' AND d.head_is_landed <> 1 THEN ' Merged result not tested.'
          ELSE ''
        END
        || CASE WHEN d.excused_name IS NULL THEN '' ELSE ' The policy lets it off ' || d.excused_name
          || ', by what it touches.' END
        || CASE WHEN d.addressed = 1 THEN ' It brings back what ' || d.revert
          || ' had reverted, and the cause of that was dealt with.' ELSE '' END
        || CASE WHEN d.tried = 'accepted' AND d.on_content = 1 THEN ' Accepted by {' || d.tester
          || '} at ' || utc(d.tried_at) || '.' ELSE '' END
      WHEN 'accepted' THEN 'Tried by hand and accepted by {' || d.tester || '} at ' || utc(d.tried_at)
        || ', before the ' || d.tests_before || CASE WHEN d.ground = 'act' THEN ', ' ELSE ', as ' END
        || d.content || '; the policy names no check for it.'
      WHEN 'not_needed' THEN 'No check is needed on ' || d.content || ': the policy lets it off '
        || d.excused_name || ', because all that it touches lies in areas that the policy names.'
      WHEN 'passed_after' THEN 'The checks on ' || d.content
        || ' passed after deployment; a declared emergency allows that'
        || COALESCE(' until ' || utc(d.review_due), '') || '.'
      WHEN 'emergency' THEN 'Deployed' || COALESCE(' at ' || utc(d.deployed_at), '')
        || ' under a declared emergency; its tests are owed'
        || COALESCE(' until ' || utc(d.review_due), '') || ' and judged by point 13.'
      WHEN 'git' THEN 'Git alone tells of ' || d.content || ', and git keeps no test runs.'
      WHEN 'unknown_content' THEN 'Nobody stated which revision this is.'
      WHEN 'unseen' THEN 'No sufficient test run or approval was seen, but ' || d.scope || ' could not be seen from '
        || utc(d.blind_from)
        || CASE
          WHEN d.blind_until < 9000000000000000000 THEN ' to ' || utc(d.blind_until)
          ELSE ' on'
        END || '.'
      WHEN 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(d.settles_at) || '.'
      WHEN 'cause_unknown' THEN 'It brings back what ' || d.revert
        || ' had reverted; its checks passed on ' || d.content
        || ', and nothing on record says what was done about the cause of that revert.'
      WHEN 'undated' THEN 'Checks passed on ' || d.content || ', but nobody stated when it was deployed.'
      WHEN 'untimed' THEN 'Tests ran on ' || d.content || ', but nobody stated when.'
      WHEN 'trees_unknown' THEN 'Checks ran on the head ' || d.head || ', none on ' || d.content
        || ', and the trees of both are not known.'
      WHEN 'rejected' THEN '{' || d.tester || '} tried ' || d.content || ' by hand and rejected it at '
        || utc(d.tried_at) || '; it was deployed' || COALESCE(' at ' || utc(d.deployed_at), '') || ' all the same.'
      WHEN 'over' THEN d.over || ' until it passed on ' || d.content || '; the policy allows '
        || d.attempts_most || '.'
      WHEN 'judges_itself' THEN 'It edits the '
        || CASE d.judges WHEN 'pipeline' THEN 'pipeline that judges it' ELSE 'code owners that judge it' END
        || ', and nobody but its authors approved that; its checks passed on '
        || d.content || '.'
      WHEN 'required_missing' THEN 'The required check ' || d.missing || ' did not pass on '
        || d.content || ' before the ' || d.tests_before
        || CASE
          WHEN d.missing_how <> '' THEN ' (' || d.missing || ': ' || d.missing_how || ')'
          WHEN d.impostor <> '' THEN ' (a run of that name was posted by ' || d.impostor || ', who is not whom the policy names)'
          ELSE COALESCE(' (' || d.failed || ')', '')
        END || '.'
        || CASE WHEN d.merged_by IS NULL THEN '' ELSE ' It was merged by {' || d.merged_by || '}.' END
      WHEN 'failed' THEN d.passed || ' of ' || d.checks || ' checks passed on ' || d.content
        || ' before the ' || d.tests_before || '; the last run of ' || d.failed || '.'
        || CASE WHEN d.merged_by IS NULL THEN '' ELSE ' It was merged by {' || d.merged_by || '}.' END
      WHEN 'late' THEN 'The checks on ' || d.content || ' ended after the ' || d.tests_before
        || ', the first at ' || utc(d.late_at) || COALESCE('; deployed at ' || utc(d.deployed_at), '')
        || '.'
      WHEN 'head_only' THEN 'Checks ran on the head ' || d.head || ', none on ' || d.content
        || ', whose tree is another'
        || CASE WHEN d.landed_edited = 1 THEN ': the merge itself was edited.' ELSE '.' END
      WHEN 'accepted_other' THEN 'Tried by hand and accepted by {' || d.tester || '} at '
        || utc(d.tried_at) || ', before ' || d.content || ' was there or of other content; no check ran.'
      ELSE
        CASE
          WHEN d.ground = 'act' THEN 'Nobody tried it before it was done by hand'
            || COALESCE(' at ' || utc(d.deployed_at), '') || '.'
          ELSE 'No check ran on ' || d.content
            || COALESCE(' before it was deployed at ' || utc(d.deployed_at), '') || '.'
        END
        || CASE
          WHEN d.ground = 'direct' THEN ' It was pushed straight to the branch; no pull request holds it.'
          ELSE ''
        END
    END
    || CASE
      WHEN d.state IN ('passed', 'accepted', 'rejected', 'over', 'judges_itself', 'required_missing',
        'failed', 'late', 'head_only', 'accepted_other') THEN
        CASE WHEN q.held = '' THEN '' ELSE ' Held: ' || SUBSTR(q.held, 3) || '.' END
        || CASE WHEN q.missed = '' THEN '' ELSE ' Missed: ' || SUBSTR(q.missed, 3) || '.' END
      ELSE ''
    END
    || CASE d.state
      WHEN 'git' THEN ' Why: whether tests passed on it cannot be seen.'
        || ' Cure: connect the system that runs the tests, or hand in its reports (ingest junit).'
      WHEN 'unknown_content' THEN ' Why: no test run can be tied to it. Cure: report what the build made of which revision.'
      WHEN 'unseen' THEN ' Why: a run in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'settling' THEN ' Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN 'cause_unknown' THEN ' Why: checks that did not stop it the first time do not tell that it works now.'
        || ' Cure: link the incident that it remediates, assess it, or add the check that would have failed.'
      WHEN 'undated' THEN ' Why: whether they ended before that cannot be told. Cure: state the time of the deployment.'
      WHEN 'untimed' THEN ' Why: whether they ended before the ' || d.tests_before || ' cannot be told.'
        || ' Cure: hand in reports that state a time.'
      WHEN 'trees_unknown' THEN ' Why: whether the tested content is the deployed one cannot be told.'
        || ' Cure: import the repository''s history, or test the merged commit.'
      WHEN 'rejected' THEN ' Why: who was asked to try it said no.'
        || ' Cure: mend it and have it tried again; the deviation stays on record.'
      WHEN 'over' THEN ' Why: a check that is run until it is green shows nothing.'
        || ' Cure: mend what makes it fail by chance, or the check; the deviation stays on record.'
      WHEN 'judges_itself' THEN ' Why: whoever writes the rules of a test decides that it passes.'
        || ' Cure: have the owner of those files approve it before deployment; the deviation stays on record.'
      WHEN 'required_missing' THEN ' Why: policy counts on it before anything reaches production.'
        || ' Cure: let it pass, posted by the app that policy names, before the next deployment; the deviation stays on record.'
      WHEN 'failed' THEN ' Why: it went to production with a check that did not pass.'
        || ' Cure: mend or withdraw it and let every check pass; the deviation stays on record.'
      WHEN 'late' THEN ' Why: it went to production untested.'
        || ' Cure: deploy only what has passed; the deviation stays on record.'
      WHEN 'head_only' THEN ' Why: what was merged and deployed is not what was tested.'
        || ' Cure: test the merged commit, or bring the branch up to date before it is merged; the deviation stays on record.'
      WHEN 'accepted_other' THEN ' Why: what was tried is not what was deployed.'
        || ' Cure: have it tried as it will be deployed, naming the revision; the deviation stays on record.'
      WHEN 'none' THEN ' Why: it went to production untested.'
        || CASE
          WHEN d.ground = 'act' THEN ' Cure: have somebody try it elsewhere first and say so on the request; the deviation stays on record.'
          ELSE ' Cure: run the checks now and say what they find; the deviation stays on record.'
        END
      ELSE ''
    END AS reason,
    d.events || CASE
      WHEN d.state IN ('passed_after', 'emergency') THEN ',' || d.emergency_event ELSE '' END
      AS evidence
  FROM decided AS d
  JOIN parted AS q ON q.change_id = d.change_id AND q.implementation = d.implementation
),
worst AS (
  SELECT t.change_id, t.verdict, t.basis, l.which || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY u.urgency, CASE WHEN t.basis = 'direct' THEN 1 ELSE 0 END, t.implementation
    ) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  JOIN work_label AS l ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, w.basis, w.reason, w.evidence
FROM worst AS w
WHERE w.place = 1
UNION ALL
-- A single piece of work is the worst of its change.
SELECT t.change_id, t.verdict, t.basis, t.reason, t.evidence
FROM told AS t
JOIN work_alone AS a ON a.change_id = t.change_id
