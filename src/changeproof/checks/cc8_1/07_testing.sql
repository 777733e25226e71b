/*
id: cc8_1/07_testing
title: Tested on what was deployed, before it was deployed
criterion: CC8.1
subject: change
severity: high
policy: [tests_before, tests_on, tests.required, settle]
checks: >
  The tests that policy names, or if it names none at least one, ran on the deployed content, and
  the last run of each passed before the moment that policy names. A run counts on the deployed
  commit, on the commit that landed, and on a head that has the same tree. Skipped, neutral and
  cancelled is not passed; a required name posted by another app does not count; that a check was
  run until it was green is said.
does_not_check: >
  Whether the tests are any good, or what they cover. Tests in other environments that nobody reported.
re_perform: >
  List the runs on the deployed commit, the landed one and a head of equal tree that ended before
  the deployment; take the last of each name and poster; compare with the names in the policy.
*/
WITH decided AS (
  SELECT w.change_id, w.implementation, w.ground, w.closed_at, w.deployed_at, w.landing,
    w.tests_before, w.tests_on, w.head_is_landed, w.landed_edited,
    SUBSTR(COALESCE(w.deployed_revision, w.landed, w.implementation), 1, 7) AS content,
    SUBSTR(w.head, 1, 7) AS head, e.review_due, e.event AS emergency_event,
    COALESCE(t.checks, 0) AS checks, COALESCE(t.runs, 0) AS runs, COALESCE(t.passed, 0) AS passed,
    t.failed, t.repeated, COALESCE(t.asked, 0) AS asked, t.missing, t.late_at, t.head_runs,
    u.blind_from, u.blind_until, u.scope, x.settles_at,
    w.change_events || ',' || w.deployment_events || COALESCE(',' || t.events, '')
      || COALESCE(',' || u.events, '') AS events,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN t.all_passed = 1 AND w.deployed_at IS NULL AND w.tests_before = 'deployment'
        THEN 'undated'
      WHEN t.all_passed = 1 THEN 'passed'
      WHEN e.fault = '' AND t.all_passed_soon = 1 THEN 'passed_after'
      WHEN e.fault = '' THEN 'emergency'
      WHEN w.ground = 'git' AND t.change_id IS NULL THEN 'git'
      WHEN w.ground = 'unlogged' AND w.deployed_revision IS NULL THEN 'unknown_content'
      WHEN u.blind_from IS NOT NULL THEN 'unseen'
      WHEN COALESCE(t.checks, 0) = 0 AND t.untimed_runs > 0 THEN 'untimed'
      WHEN COALESCE(t.checks, 0) = 0 AND t.head_runs > 0 AND w.head_is_landed = -1
        AND w.landed_edited <> 1
        AND w.tests_on <> 'deployed' THEN 'trees_unknown'
      WHEN t.asked > 0 AND COALESCE(t.checks, 0) > 0 THEN 'required_missing'
      WHEN t.failed IS NOT NULL THEN 'failed'
      WHEN t.late_runs > 0 THEN 'late'
      WHEN t.head_runs > 0 THEN 'head_only'
      WHEN x.settles_at IS NOT NULL THEN 'settling'
      ELSE 'none'
    END AS state
  FROM work AS w
  LEFT JOIN test_state AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN emergency_state AS e ON e.change_id = w.change_id
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state IN ('closed', 'emergency') THEN 'not_applicable'
      WHEN d.state = 'waiting' THEN 'pending'
      WHEN d.state IN ('passed', 'passed_after') THEN 'met'
      WHEN d.state IN ('git', 'unknown_content', 'unseen', 'untimed', 'undated', 'trees_unknown', 'settling')
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
      WHEN 'passed_after' THEN 'The checks on ' || d.content
        || ' passed after deployment; a declared emergency allows that until ' || utc(d.review_due) || '.'
      WHEN 'emergency' THEN 'Deployed at ' || utc(d.deployed_at)
        || ' under a declared emergency; its tests are owed until ' || utc(d.review_due)
        || ' and judged by point 13.'
      WHEN 'git' THEN 'Git alone tells of ' || d.content || ', and git keeps no test runs.'
        || ' Why: whether tests passed on it cannot be seen.'
        || ' Cure: connect the system that runs the tests, or hand in its reports (ingest junit).'
      WHEN 'unknown_content' THEN 'Nobody stated which revision this is.'
        || ' Why: no test run can be tied to it. Cure: report what the build made of which revision.'
      WHEN 'unseen' THEN 'No sufficient test run was seen, but ' || d.scope || ' could not be seen from '
        || utc(d.blind_from)
        || CASE
          WHEN d.blind_until < 9000000000000000000 THEN ' to ' || utc(d.blind_until)
          ELSE ' on'
        END
        || '. Why: a run in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(d.settles_at) || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN 'undated' THEN 'Checks passed on ' || d.content || ', but nobody stated when it was deployed.'
        || ' Why: whether they ended before that cannot be told.'
        || ' Cure: state the time of the deployment.'
      WHEN 'untimed' THEN 'Tests ran on ' || d.content || ', but nobody stated when.'
        || ' Why: whether they ended before the ' || d.tests_before || ' cannot be told.'
        || ' Cure: hand in reports that state a time.'
      WHEN 'trees_unknown' THEN 'Checks ran on the head ' || d.head || ', none on ' || d.content
        || ', and the trees of both are not known.'
        || ' Why: whether the tested content is the deployed one cannot be told.'
        || ' Cure: import the repository''s history, or test the merged commit.'
      WHEN 'required_missing' THEN 'The required check ' || d.missing || ' did not pass on '
        || d.content || ' before the ' || d.tests_before || COALESCE(' (' || d.failed || ')', '')
        || '. Why: policy counts on it before anything reaches production.'
        || ' Cure: let it pass, posted by the app that policy names, before the next deployment; the deviation stays on record.'
      WHEN 'failed' THEN d.passed || ' of ' || d.checks || ' checks passed on ' || d.content
        || ' before the ' || d.tests_before || '; the last run of ' || d.failed
        || '. Why: it went to production with a check that did not pass.'
        || ' Cure: mend or withdraw it and let every check pass; the deviation stays on record.'
      WHEN 'late' THEN 'The checks on ' || d.content || ' ended after the ' || d.tests_before
        || ', the first at ' || utc(d.late_at) || COALESCE('; deployed at ' || utc(d.deployed_at), '')
        || '. Why: it went to production untested.'
        || ' Cure: deploy only what has passed; the deviation stays on record.'
      WHEN 'head_only' THEN 'Checks ran on the head ' || d.head || ', none on ' || d.content
        || ', whose tree is another'
        || CASE WHEN d.landed_edited = 1 THEN ': the merge itself was edited.' ELSE '.' END
        || ' Why: what was merged and deployed is not what was tested.'
        || ' Cure: test the merged commit, or bring the branch up to date before it is merged; the deviation stays on record.'
      ELSE 'No check ran on ' || d.content
        || COALESCE(' before it was deployed at ' || utc(d.deployed_at), '') || '.'
        || CASE
          WHEN d.ground = 'direct' THEN ' It was pushed straight to the branch; no pull request holds it.'
          ELSE ''
        END
        || ' Why: it went to production untested.'
        || ' Cure: run the checks now and say what they find; the deviation stays on record.'
    END AS reason,
    d.events || CASE
      WHEN d.state IN ('passed_after', 'emergency') THEN ',' || d.emergency_event ELSE '' END
      AS evidence
  FROM decided AS d
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
