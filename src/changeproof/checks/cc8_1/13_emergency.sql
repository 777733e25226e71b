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
  follow within their deadlines; until then it is pending and says until when. Named sub-tests:
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
WITH owed AS (
  SELECT w.change_id, MAX(w.deployed) AS deployed, MAX(w.closed_at) AS closed_at,
    MIN(CASE WHEN w.deployed = 1 THEN
      CASE
        WHEN s.blocked_soon_by IS NOT NULL AND w.blocking_reviews_count = 'true' THEN 0
        WHEN s.counted_soon_after >= w.approvals_required THEN 1
        ELSE 0
      END END) AS approved,
    MIN(CASE WHEN w.deployed = 1 THEN
      CASE
        WHEN t.all_passed = 1 OR t.all_passed_soon = 1 THEN 1
        WHEN COALESCE(t.asked, 0) = 0 AND COALESCE(t.checks, 0) = 0 AND h.verdict = 'accepted'
          AND h.on_content = 1 THEN 1
        ELSE 0
      END END) AS tested,
    MIN(CASE WHEN w.deployed = 1 AND w.blocking_reviews_count = 'true' THEN s.blocked_soon_by END)
      AS objector,
    MAX(CASE WHEN w.ground = 'git' AND w.deployed = 1 THEN 1 ELSE 0 END) AS git_alone,
    STRING_AGG(w.change_events || ',' || w.events || ',' || w.deployment_events || ','
      || s.events || COALESCE(',' || t.events, '') || COALESCE(',' || h.event, ''), ',') AS events
  FROM work AS w
  JOIN emergency_state AS e ON e.change_id = w.change_id
  JOIN approval_state AS s ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN test_state AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN acceptance_state AS h
    ON h.change_id = w.change_id AND h.implementation = w.implementation
  GROUP BY w.change_id
),
blind AS (
  -- A forge that was silent until the last deadline may hold what is missing.
  SELECT w.change_id, MIN(g.scope) AS scope, MIN(g.blind_from) AS blind_from,
    STRING_AGG(g.events, ',') AS events
  FROM work AS w
  JOIN emergency_state AS e ON e.change_id = w.change_id
  JOIN coverage_gap AS g ON g.repository = w.repository OR g.system_key = LOWER(w.system)
  WHERE w.ground NOT IN ('none', 'git') AND g.blind_from <= e.review_due
    AND g.blind_until >= COALESCE(w.opened_at, 0)
  GROUP BY w.change_id
),
decided AS (
  SELECT c.change_id, b.scope, b.blind_from, o.closed_at, COALESCE(o.events, c.events) AS events, e.emergency, e.incident, e.declared_by,
    e.authorized_by, e.declared_at, e.deployed_at, e.ends_at, e.declare_due, e.approve_due,
    e.review_due, e.authorize_due, e.authorized_at, e.declared_after, e.fault, e.incident_at,
    e.resolved_at, e.system_key, o.objector, l.account AS reviewer, l.reviewed_at,
    COALESCE(e.event, '') || COALESCE(',' || l.event, '') || COALESCE(',' || b.events, '')
      AS own_events,
    o.approved, o.tested,
    CASE WHEN l.reviewed_at <= e.review_due THEN 1 ELSE 0 END AS reviewed,
    CASE
      WHEN e.emergency IS NULL THEN 'none'
      WHEN o.deployed = 0 AND o.closed_at IS NOT NULL THEN 'closed'
      WHEN o.deployed = 0 THEN 'waiting'
      WHEN e.deployed_at IS NULL THEN 'untimed'
      WHEN e.fault NOT IN ('', 'authorization_owed') THEN 'fault'
      WHEN b.blind_from IS NOT NULL AND o.git_alone = 0
        AND (e.review_due >= :as_of OR l.reviewed_at <= e.review_due)
        AND (o.approved = 0 AND e.approve_due < :as_of OR o.tested = 0 AND e.review_due < :as_of)
        THEN 'unseen'
      -- What could not be seen is not said to be missing: of two that are not there the review is.
      WHEN o.approved = 0 AND o.git_alone = 0 AND b.blind_from IS NULL AND e.approve_due < :as_of
        THEN 'not_approved'
      WHEN o.tested = 0 AND o.git_alone = 0 AND b.blind_from IS NULL AND e.review_due < :as_of
        THEN 'not_tested'
      WHEN COALESCE(l.reviewed_at, e.review_due + 1) > e.review_due AND e.review_due < :as_of
        THEN 'not_reviewed'
      WHEN (o.approved = 0 OR o.tested = 0) AND o.git_alone = 1 THEN 'git'
      WHEN e.fault <> '' THEN 'not_yet'
      WHEN o.approved = 0 OR o.tested = 0 OR l.reviewed_at IS NULL THEN 'owed'
      ELSE 'done'
    END AS state
  FROM change AS c
  LEFT JOIN owed AS o ON o.change_id = c.change_id
  LEFT JOIN emergency_state AS e ON e.change_id = c.change_id
  LEFT JOIN later_review AS l ON l.change_id = c.change_id
  LEFT JOIN blind AS b ON b.change_id = c.change_id
),
parted AS (
  SELECT d.change_id,
    CASE
      WHEN d.state NOT IN ('fault', 'not_approved', 'not_tested', 'not_reviewed', 'done') THEN ''
      ELSE
        -- The first fault hides those after it: what comes later is not said to have held.
        CASE WHEN d.fault IN ('not_provided', 'declared_late') THEN ''
          ELSE ', declared in time' END
        || CASE WHEN d.authorized_at <= d.authorize_due AND d.fault NOT IN ('not_provided',
            'declared_late', 'authorized_by_itself', 'not_entitled', 'authorized_late', 'not_authorized')
          THEN ', authorized by another' ELSE '' END
        || CASE WHEN d.fault IN ('', 'other_system', 'unbounded', 'ended') AND d.incident IS NOT NULL
          THEN ', an incident' ELSE '' END
        || CASE WHEN d.fault IN ('', 'unbounded', 'ended') THEN ', within its system' ELSE '' END
        || CASE WHEN d.fault = '' THEN ', within its time' ELSE '' END
        || CASE WHEN d.approved = 1 THEN ', approved afterwards' ELSE '' END
        || CASE WHEN d.tested = 1 THEN ', tested' ELSE '' END
        || CASE WHEN d.reviewed = 1 THEN ', reviewed afterwards' ELSE '' END
    END AS held,
    CASE
      WHEN d.state NOT IN ('fault', 'not_approved', 'not_tested', 'not_reviewed') THEN ''
      ELSE
        CASE
          WHEN d.fault = 'declared_late' THEN ', declared in time'
          WHEN d.fault IN ('authorized_by_itself', 'not_entitled', 'authorized_late', 'not_authorized')
            THEN ', authorized by another'
          WHEN d.fault IN ('no_incident', 'incident_later', 'incident_over') THEN ', an incident'
          WHEN d.fault = 'other_system' THEN ', within its system'
          WHEN d.fault IN ('unbounded', 'ended') THEN ', within its time'
          ELSE ''
        END
        || CASE WHEN d.approved = 0 AND d.blind_from IS NULL AND d.approve_due < :as_of
          THEN ', approved afterwards' ELSE '' END
        || CASE WHEN d.tested = 0 AND d.blind_from IS NULL AND d.review_due < :as_of
          THEN ', tested' ELSE '' END
        || CASE WHEN d.reviewed = 0 AND d.review_due < :as_of THEN ', reviewed afterwards' ELSE '' END
    END AS missed
  FROM decided AS d
),
told AS (
  SELECT d.change_id, d.state,
    CASE
      WHEN d.state IN ('none', 'closed') THEN 'not_applicable'
      WHEN d.state IN ('waiting', 'not_yet', 'owed') THEN 'pending'
      WHEN d.state IN ('untimed', 'git', 'unseen') THEN 'not_verifiable'
      WHEN d.state = 'done' THEN 'met'
      ELSE 'deviation'
    END AS verdict,
    CASE WHEN d.state = 'done' AND d.declared_after = 1 THEN 'late_declared' ELSE 'direct' END
      AS basis,
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
        || CASE WHEN d.approved = 0 THEN ' approval until ' || utc(d.approve_due) ELSE '' END
        || CASE WHEN d.approved = 0 AND (d.tested = 0 OR d.reviewed = 0) THEN ',' ELSE '' END
        || CASE WHEN d.tested = 0 THEN ' tests until ' || utc(d.review_due) ELSE '' END
        || CASE WHEN d.tested = 0 AND d.reviewed = 0 THEN ',' ELSE '' END
        || CASE WHEN d.reviewed = 0 THEN ' a review until ' || utc(d.review_due) ELSE '' END
        || '.'
      ELSE 'Declared'
        || CASE WHEN d.declared_by IS NULL THEN '' ELSE ' by {' || d.declared_by || '}' END
        || ' at ' || utc(d.declared_at)
        || CASE WHEN d.declared_after = 1 THEN ', after its deployment and within the allowed time' ELSE '' END
        || ', authorized by {' || d.authorized_by || '}; deployed at ' || utc(d.deployed_at)
        || ', approved and tested, reviewed by {' || d.reviewer || '} at ' || utc(d.reviewed_at) || '.'
    END AS reason,
    d.events || ',' || d.own_events AS evidence
  FROM decided AS d
)
SELECT t.change_id AS subject, t.verdict, t.basis,
  CASE
    WHEN t.state = 'done' THEN t.reason || ' Held: ' || SUBSTR(p.held, 3) || '.'
    ELSE REPLACE(
      t.reason,
      ' Why: ',
      CASE WHEN p.held = '' THEN '' ELSE ' Held: ' || SUBSTR(p.held, 3) || '.' END
        || CASE WHEN p.missed = '' THEN '' ELSE ' Missed: ' || SUBSTR(p.missed, 3) || '.' END
        || ' Why: '
    )
  END AS reason,
  t.evidence
FROM told AS t
JOIN parted AS p ON p.change_id = t.change_id
