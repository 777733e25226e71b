/*
id: cc8_1/13_emergency
title: An emergency was declared, authorized and bounded, and what it skipped followed in time
criterion: CC8.1
subject: change
severity: high
policy: [emergency.declare_within, emergency.approve_within, emergency.review_within, emergency.incident_required]
checks: >
  Policy provides for emergencies. A change declared one names its incident where policy asks for one, ends at a stated
  time after which it covers nothing, and was declared before deployment or within the policy's
  time after it (declared late). Somebody entitled, other than the declarer, the requester and its
  authors, authorized it by an act of their own, before the declaration or within that time after
  declaration and deployment; whom the declarer names was only asked. Approval by others, passing tests and a review by somebody who made none of it
  follow within their deadlines on each piece of work that went live, counted from its own
  deployment; until then it is pending and says until when. Named sub-tests:
  declared in time, authorized by another, a running incident (begun before the deployment, not
  over before the declaration), within its time, within its system; then approved, tested and
  reviewed afterwards. The review's time may be business time.
does_not_check: >
  Whether the incident was grave enough. The words of the reason. How often emergencies are
  declared: that rate is an indicator of its own. That who owes a review declares no further
  emergency is kept by the gate.
re_perform: >
  Compare the times of declaration, deployment, approvals, test runs and the later review with
  the policy's limits, and who authorized it with declarer, requester and authors.
*/
WITH silent AS (
  -- A forge that was silent until the last deadline may hold what is missing.
  SELECT w.change_id, w.implementation, g.scope, g.blind_from, g.events,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation ORDER BY g.blind_from, g.scope
    ) AS place
  FROM work AS w
  JOIN emergency_state AS e
    ON e.change_id = w.change_id AND e.implementation = w.implementation
  JOIN coverage_gap AS g
    ON (g.repository = w.repository OR g.system_key = LOWER(w.system))
    AND g.blind_from <= e.review_due AND g.blind_until >= COALESCE(w.opened_at, g.blind_until)
),
hidden AS (
  SELECT s.change_id, s.implementation, MIN(s.blind_from) AS blind_from,
    MAX(CASE WHEN s.place = 1 THEN s.scope END) AS scope, STRING_AGG(s.events, ',') AS events
  FROM silent AS s
  GROUP BY s.change_id, s.implementation
),
piece AS (
  -- What each piece of work that went live was given, by its own deadlines.
  SELECT w.change_id, w.implementation, w.ground, w.deployed,
    CASE
      WHEN s.blocked_soon_by IS NOT NULL AND w.blocking_reviews_count = 'true' THEN 0
      WHEN s.counted_soon_after >= w.approvals_required THEN 1
      ELSE 0
    END AS approved,
    CASE
      WHEN t.all_passed = 1 OR t.all_passed_soon = 1 THEN 1
      WHEN COALESCE(t.asked, 0) = 0 AND COALESCE(t.checks, 0) = 0 AND h.verdict = 'accepted'
        AND h.on_content = 1 THEN 1
      ELSE 0
    END AS tested,
    CASE WHEN l.reviewed_at <= e.review_due THEN 1 ELSE 0 END AS reviewed,
    CASE WHEN w.blocking_reviews_count = 'true' THEN s.blocked_soon_by END AS objector,
    l.account AS reviewer, l.reviewed_at, g.scope, g.blind_from,
    CASE
      WHEN w.deployed = 0 THEN ''
      ELSE s.events || COALESCE(',' || t.events, '') || COALESCE(',' || h.event, '')
        || COALESCE(',' || l.event, '')
    END AS events,
    CASE WHEN w.ground <> 'git' THEN g.events END AS hidden_events
  FROM work AS w
  JOIN emergency_state AS e
    ON e.change_id = w.change_id AND e.implementation = w.implementation
  JOIN approval_state AS s ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN test_state AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN acceptance_state AS h
    ON h.change_id = w.change_id AND h.implementation = w.implementation
  LEFT JOIN later_review AS l
    ON l.change_id = w.change_id AND l.implementation = w.implementation
  LEFT JOIN hidden AS g
    ON g.change_id = w.change_id AND g.implementation = w.implementation
),
gathered AS (
  SELECT p.change_id,
    STRING_AGG(
      p.events || CASE
        WHEN p.deployed = 1 AND p.approved + p.tested < 2 THEN COALESCE(',' || p.hidden_events, '')
        ELSE ''
      END,
      ','
    ) AS events
  FROM piece AS p
  GROUP BY p.change_id
),
weighed AS (
  SELECT g.change_id, p.implementation, p.ground, p.deployed, g.closed_at, e.emergency, e.incident,
    e.declared_by, e.authorized_by, e.authorized, e.declared_at, e.deployed_at, e.ends_at,
    e.declare_due, e.approve_due, e.review_due, e.authorize_due, e.authorized_at, e.declared_after,
    e.fault, e.incident_at, e.resolved_at, e.system_key, p.approved, p.tested, p.reviewed,
    p.objector, p.reviewer, p.reviewed_at, p.scope, p.blind_from,
    CASE WHEN p.approved = 0 AND e.approve_due < :as_of THEN 1 ELSE 0 END AS lacks_approval,
    CASE WHEN p.tested = 0 AND e.review_due < :as_of THEN 1 ELSE 0 END AS lacks_tests,
    CASE WHEN p.reviewed = 0 AND e.review_due < :as_of THEN 1 ELSE 0 END AS lacks_review,
    CASE
      WHEN p.ground = 'git' THEN 'git'
      WHEN p.blind_from IS NOT NULL THEN 'blind'
      ELSE 'seen'
    END AS sight,
    -- The first named test that failed: those before it held, those after it are not said to.
    CASE
      WHEN e.fault IN ('unbounded', 'ended') THEN 5
      WHEN e.fault = 'not_provided' THEN 0
      WHEN e.fault = 'declared_late' THEN 1
      WHEN e.fault IN ('authorized_by_itself', 'not_entitled', 'authorized_late', 'not_authorized')
        THEN 2
      WHEN e.fault IN ('no_incident', 'incident_later', 'incident_over') THEN 3
      WHEN e.fault = 'other_system' THEN 4
      ELSE 6
    END AS failed_test,
    g.events || COALESCE(',' || e.event, '') || COALESCE(',' || o.events, '') AS events
  FROM change_progress AS g
  LEFT JOIN gathered AS o ON o.change_id = g.change_id
  -- What is not deployed is owed nothing where anything is.
  LEFT JOIN piece AS p ON p.change_id = g.change_id AND p.deployed = g.deployed
  LEFT JOIN emergency_state AS e
    ON e.change_id = p.change_id AND e.implementation = p.implementation
),
decided AS (
  SELECT w.change_id, w.implementation, w.scope, w.blind_from, w.closed_at, w.events, w.incident,
    w.declared_by, w.authorized_by, w.authorized, w.declared_at, w.deployed_at, w.ends_at,
    w.declare_due, w.approve_due, w.review_due, w.authorize_due, w.authorized_at, w.declared_after,
    w.fault, w.incident_at, w.resolved_at, w.system_key, w.objector, w.reviewer, w.reviewed_at,
    w.approved, w.tested, w.reviewed, w.failed_test, w.lacks_review,
    CASE WHEN w.sight = 'seen' THEN w.lacks_approval ELSE 0 END AS lacks_approval,
    CASE WHEN w.sight = 'seen' THEN w.lacks_tests ELSE 0 END AS lacks_tests,
    CASE
      WHEN w.emergency IS NULL THEN 'none'
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN w.deployed_at IS NULL THEN 'untimed'
      WHEN w.failed_test < 6 THEN 'fault'
      WHEN w.sight = 'seen' AND w.lacks_approval = 1 THEN 'not_approved'
      WHEN w.sight = 'seen' AND w.lacks_tests = 1 THEN 'not_tested'
      WHEN w.lacks_review = 1 THEN 'not_reviewed'
      WHEN w.sight = 'blind' AND w.lacks_approval + w.lacks_tests > 0 THEN 'unseen'
      WHEN w.sight = 'git' AND w.approved + w.tested < 2 THEN 'git'
      WHEN w.fault <> '' THEN 'not_yet'
      WHEN w.approved + w.tested + w.reviewed < 3 THEN 'owed'
      ELSE 'done'
    END AS state
  FROM weighed AS w
),
told AS (
  SELECT d.change_id, d.implementation, d.state, d.events AS evidence,
    -- Of several that wait, the first to fall due is told.
    CASE
      WHEN d.state = 'owed' AND d.approved = 0 THEN d.approve_due
      WHEN d.state = 'owed' THEN d.review_due
      ELSE 0
    END AS waits_until,
    CASE
      WHEN d.state IN ('none', 'closed') THEN 'not_applicable'
      WHEN d.state IN ('waiting', 'not_yet', 'owed') THEN 'pending'
      WHEN d.state IN ('untimed', 'git', 'unseen') THEN 'not_verifiable'
      WHEN d.state = 'done' THEN 'met'
      ELSE 'deviation'
    END AS verdict,
    CASE WHEN d.state = 'done' AND d.declared_after = 1 THEN 'late_declared' ELSE 'direct' END
      AS basis,
    CASE
      WHEN d.failed_test < 2 THEN ''
      ELSE ', declared in time'
        || CASE WHEN d.authorized = 1 THEN ', authorized by another' ELSE '' END
    END
      || CASE WHEN d.failed_test > 3 AND d.incident IS NOT NULL THEN ', an incident' ELSE '' END
      || CASE WHEN d.failed_test > 4 THEN ', within its system' ELSE '' END
      || CASE WHEN d.failed_test > 5 THEN ', within its time' ELSE '' END
      || CASE WHEN d.approved = 1 THEN ', approved afterwards' ELSE '' END
      || CASE WHEN d.tested = 1 THEN ', tested' ELSE '' END
      || CASE WHEN d.reviewed = 1 THEN ', reviewed afterwards' ELSE '' END AS held,
    CASE d.failed_test
      WHEN 1 THEN ', declared in time'
      WHEN 2 THEN ', authorized by another'
      WHEN 3 THEN ', an incident'
      WHEN 4 THEN ', within its system'
      WHEN 5 THEN ', within its time'
      ELSE ''
    END
      || CASE WHEN d.lacks_approval = 1 THEN ', approved afterwards' ELSE '' END
      || CASE WHEN d.lacks_tests = 1 THEN ', tested' ELSE '' END
      || CASE WHEN d.lacks_review = 1 THEN ', reviewed afterwards' ELSE '' END AS missed,
    CASE d.state
      WHEN 'none' THEN 'No emergency was declared for it.'
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'waiting' THEN 'Declared an emergency'
        || COALESCE(' at ' || utc(d.declared_at), '') || '; it waits for its first production deployment.'
      WHEN 'untimed' THEN 'Declared an emergency, but nobody stated when it was deployed.'
        || ' Why: no deadline can be counted. Cure: state the time of the deployment.'
      WHEN 'unseen' THEN 'Deployed at ' || utc(d.deployed_at)
        || ' under an emergency; what it owed was not seen in time, but ' || d.scope
        || ' could not be seen from ' || utc(d.blind_from)
        || '. Why: an approval or test in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'fault' THEN
        CASE d.fault
          WHEN 'not_provided' THEN 'Declared an emergency' || COALESCE(' at ' || utc(d.declared_at), '')
            || '; the policy in force at its deployment has no way for emergencies.'
            || ' Why: nothing says who may skip which control, and what must follow.'
            || ' Cure: state in the policy how an emergency is declared, and adopt it; the deviation stays on record.'
          WHEN 'declared_late' THEN 'Declared' || COALESCE(' at ' || utc(d.declared_at), ' at no stated time')
            || ', more than the allowed time after its deployment at ' || utc(d.deployed_at)
            || ' (until ' || utc(d.declare_due) || ').'
            || ' Why: an emergency that is named afterwards excuses anything.'
            || ' Cure: declare the next one before or just after it is deployed; the deviation stays on record.'
          WHEN 'not_authorized' THEN 'Declared at ' || utc(d.declared_at)
            || '; nobody else authorized it by ' || utc(d.authorize_due) || '.'
            || ' Why: one person alone decided to skip the controls; naming somebody is not their word.'
            || ' Cure: have somebody entitled authorize the next one themselves; the deviation stays on record.'
          WHEN 'authorized_late' THEN 'Authorized by {' || d.authorized_by || '}'
            || COALESCE(' only at ' || utc(d.authorized_at), ', nobody stated when')
            || '; policy allows it until ' || utc(d.authorize_due) || '.'
            || ' Why: one person alone decided to skip the controls.'
            || ' Cure: have the next one authorized at once; the deviation stays on record.'
          WHEN 'authorized_by_itself' THEN 'Authorized by {' || d.authorized_by
            || '}, who also asked for, declared or wrote it.'
            || ' Why: one person alone decided to skip the controls.'
            || ' Cure: have somebody else entitled allow it; the deviation stays on record.'
          WHEN 'not_entitled' THEN 'Authorized by {' || d.authorized_by
            || '}, who did not hold the role of change manager or approver on that day.'
            || ' Why: policy names who may let an emergency through.'
            || ' Cure: have somebody entitled allow it; the deviation stays on record.'
          WHEN 'no_incident' THEN 'Declared at ' || utc(d.declared_at) || ' without an incident.'
            || ' Why: without one it is planned work.'
            || ' Cure: name the incident that made it urgent; the deviation stays on record.'
          WHEN 'incident_later' THEN 'Deployed at ' || utc(d.deployed_at) || ' as an emergency; the incident '
            || d.incident || ' that it names began only at ' || utc(d.incident_at) || '.'
            || ' Why: what is deployed before anything happened is planned work.'
            || ' Cure: plan it, and have it approved beforehand; the deviation stays on record.'
          WHEN 'incident_over' THEN 'Declared at ' || utc(d.declared_at) || '; the incident '
            || d.incident || ' that it names was over at ' || utc(d.resolved_at) || '.'
            || ' Why: what can wait until all is well is planned work.'
            || ' Cure: plan it, and have it approved beforehand; the deviation stays on record.'
          WHEN 'other_system' THEN 'Declared at ' || utc(d.declared_at) || ' for ' || d.system_key
            || ', of which this change is not. Why: an emergency covers only the system that is in trouble.'
            || ' Cure: declare it for the system that is changed; the deviation stays on record.'
          WHEN 'unbounded' THEN 'Declared at ' || utc(d.declared_at) || ' without an end.'
            || ' Why: an emergency that never ends covers anything.'
            || ' Cure: state until when it holds; the deviation stays on record.'
          ELSE 'Deployed at ' || utc(d.deployed_at) || ', after the emergency had ended at '
            || utc(d.ends_at) || '.'
            || ' Why: it covers nothing after its end.'
            || ' Cure: declare again while it lasts; the deviation stays on record.'
        END
      WHEN 'not_approved' THEN 'Deployed at ' || utc(d.deployed_at)
        || ' under an emergency; the approval owed until ' || utc(d.approve_due) || ' did not come in time.'
        || CASE WHEN COALESCE(d.objector, '') = '' THEN '' ELSE ' {' || d.objector || '} objects to it.' END
        || ' Why: nobody else has vouched for it.'
        || ' Cure: somebody who wrote none of it looks at it now; the deviation stays on record.'
      WHEN 'not_tested' THEN 'Deployed at ' || utc(d.deployed_at)
        || ' under an emergency; the tests owed until ' || utc(d.review_due) || ' did not pass in time.'
        || ' Why: it runs untested. Cure: run them now; the deviation stays on record.'
      WHEN 'not_reviewed' THEN 'Deployed at ' || utc(d.deployed_at)
        || ' under an emergency; the review owed until ' || utc(d.review_due) || ' was not held in time.'
        || ' Why: nobody has looked at what was skipped and why.'
        || ' Cure: hold the review now, by somebody who made none of it; the deviation stays on record.'
      WHEN 'git' THEN 'Deployed at ' || utc(d.deployed_at)
        || ' under a declared emergency; git alone tells of it. Why: whether tests and approval followed cannot be seen.'
        || ' Cure: connect the systems that hold them, or approve at the desk.'
      WHEN 'not_yet' THEN 'Deployed at ' || utc(d.deployed_at)
        || ' under an emergency that nobody else has authorized; until ' || utc(d.authorize_due)
        || ' somebody entitled may.'
      WHEN 'owed' THEN 'Deployed at ' || utc(d.deployed_at) || ' under an emergency; it waits for'
        || SUBSTR(
          CASE WHEN d.approved = 0 THEN ', approval until ' || utc(d.approve_due) ELSE '' END
            || CASE WHEN d.tested = 0 THEN ', tests until ' || utc(d.review_due) ELSE '' END
            || CASE WHEN d.reviewed = 0 THEN ', a review until ' || utc(d.review_due) ELSE '' END,
          2
        ) || '.'
      ELSE 'Declared'
        || CASE WHEN d.declared_by IS NULL THEN '' ELSE ' by {' || d.declared_by || '}' END
        || ' at ' || utc(d.declared_at)
        || CASE WHEN d.declared_after = 1 THEN ', after its deployment and within the allowed time' ELSE '' END
        || ', authorized by {' || d.authorized_by || '}; deployed at ' || utc(d.deployed_at)
        || ', approved and tested, reviewed by {' || d.reviewer || '} at ' || utc(d.reviewed_at) || '.'
    END AS reason
  FROM decided AS d
),
worst AS (
  SELECT t.change_id, t.state, t.verdict, t.basis, t.held, t.missed, t.evidence,
    COALESCE(l.which, '') || t.reason AS reason,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY u.urgency, CASE WHEN t.basis = 'direct' THEN 1 ELSE 0 END, t.waits_until,
        t.implementation
    ) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  LEFT JOIN work_label AS l
    ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, w.basis,
  CASE
    WHEN w.state = 'done' THEN w.reason || ' Held: ' || SUBSTR(w.held, 3) || '.'
    WHEN w.state IN ('untimed', 'git', 'unseen') THEN w.reason
    ELSE REPLACE(
      w.reason,
      ' Why: ',
      CASE WHEN w.held = '' THEN '' ELSE ' Held: ' || SUBSTR(w.held, 3) || '.' END
        || CASE WHEN w.missed = '' THEN '' ELSE ' Missed: ' || SUBSTR(w.missed, 3) || '.' END
        || ' Why: '
    )
  END AS reason,
  w.evidence
FROM worst AS w
WHERE w.place = 1
