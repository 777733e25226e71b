/*
id: cc8_1/15_availability
title: Resilience was considered where policy asks for it
criterion: CC8.1
subject: change
severity: medium
policy: [categories, resilience_required_at, resilience_evidence, cadences.restore_test]
checks: >
  With availability in scope, and committed to on a system that the change reaches, and at a risk at
  which policy asks for it: by the deployment at least one of the kinds of evidence that policy
  accepts is on record: a capacity review (`capacity`) or a restore or failover test (`backup`,
  `failover`) of the system within the policy's time, or a back-out plan of the change
  (`back_out`); or the assessment says how availability was addressed, or that it is not affected.
does_not_check: >
  Whether the capacity suffices or the back-out works. Systems that the change reaches and
  nobody named. The register of systems counts as it is at the moment of judging.
re_perform: >
  Read the change's assessment on availability and its back-out plan; list the capacity reviews, restore
  and failover tests of its system in the time before the deployment.
*/
WITH held AS (
  SELECT g.change_id, c.activity AS kind, MAX(c.performed_at) AS at, MIN(c.event) AS events
  FROM change_progress AS g
  JOIN policy_list AS q
    ON q.policy_version = g.policy_version AND q.parameter = 'category' AND q.value = 'availability'
  JOIN control_activity AS c ON c.system IN ('', g.system) AND c.outcome = 'passed'
  JOIN policy_deadline AS d
    ON d.policy_version = g.policy_version AND d.name = 'cadence.restore_test'
  JOIN policy_list AS l
    ON l.policy_version = g.policy_version AND l.parameter = 'resilience_evidence'
    AND c.activity = CASE l.value
      WHEN 'capacity' THEN 'capacity_review'
      WHEN 'backup' THEN 'restore_test'
      WHEN 'failover' THEN 'failover_test'
    END
  WHERE c.performed_at <= g.record_until
    AND c.performed_at >= COALESCE(g.deployed_at, :as_of) - d.within
  GROUP BY g.change_id, c.activity
),
best AS (
  SELECT h.change_id, MIN(h.kind) AS kind FROM held AS h GROUP BY h.change_id
),
decided AS (
  SELECT g.change_id, g.risk, g.type, g.deployed_at, g.closed_at, g.review_due, a.answer, a.by_whom, a.assessed_at,
    h.kind, h.at, e.assessed_at AS late_at,
    g.events || COALESCE(',' || a.event, '') || COALESCE(',' || h.events, '')
      || COALESCE(',' || p.events, '') || COALESCE(',' || s.events, '') AS events,
    CASE
      WHEN c.value IS NULL THEN 'no_category'
      WHEN s.availability = 0 THEN 'not_committed'
      WHEN g.closed_at IS NOT NULL THEN 'closed'
      WHEN g.deployed = 0 THEN 'waiting'
      WHEN a.answer = 'rejected' THEN 'rejected'
      WHEN a.answer IS NOT NULL THEN 'assessed'
      WHEN h.kind IS NOT NULL THEN 'tested'
      WHEN l.value IS NOT NULL AND p.late = 0 THEN 'back_out'
      WHEN r.value IS NULL THEN 'not_asked'
      WHEN g.type = 'emergency' AND g.review_due >= :as_of THEN 'owed'
      WHEN g.on_desk = 1 AND g.git_alone = 0 THEN 'missing'
      ELSE 'unseen'
    END AS state
  FROM change_progress AS g
  LEFT JOIN policy_list AS c
    ON c.policy_version = g.policy_version AND c.parameter = 'category'
    AND c.value = 'availability'
  LEFT JOIN affected_system AS s ON s.change_id = g.change_id AND c.value IS NOT NULL
  LEFT JOIN assessed AS a
    ON a.change_id = g.change_id AND a.topic = 'availability' AND a.late = 0
    AND c.value IS NOT NULL
  LEFT JOIN assessed AS e
    ON e.change_id = g.change_id AND e.topic = 'availability' AND e.late = 1
    AND c.value IS NOT NULL
  LEFT JOIN best AS b ON b.change_id = g.change_id
  LEFT JOIN held AS h ON h.change_id = b.change_id AND h.kind = b.kind
  LEFT JOIN policy_list AS l
    ON l.policy_version = g.policy_version AND l.parameter = 'resilience_evidence'
    AND l.value = 'back_out' AND c.value IS NOT NULL
  LEFT JOIN documented_part AS p
    ON p.change_id = g.change_id AND p.part = 'back_out' AND c.value IS NOT NULL
  LEFT JOIN policy_list AS r
    ON r.policy_version = g.policy_version AND r.parameter = 'resilience_required_at'
    AND r.value = g.risk
)
SELECT d.change_id AS subject,
  CASE
    WHEN d.state IN ('no_category', 'not_committed', 'not_asked', 'closed') THEN 'not_applicable'
    WHEN d.state IN ('waiting', 'owed') THEN 'pending'
    WHEN d.state IN ('assessed', 'tested', 'back_out') THEN 'met'
    WHEN d.state = 'unseen' THEN 'not_verifiable'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'no_category' THEN 'The category availability is not in scope.'
    WHEN 'not_committed' THEN 'The register of systems names no commitment to availability on what it reaches.'
    WHEN 'not_asked' THEN 'Policy asks for no evidence of resilience at ' || d.risk || ' risk.'
    WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
    WHEN 'waiting' THEN
      CASE WHEN d.answer IS NULL THEN 'Nobody has spoken of availability so far'
        ELSE 'Availability was assessed by ' || d.by_whom END
      || '; it waits for its first production deployment.'
    WHEN 'assessed' THEN 'By its assessment, '
      || CASE WHEN d.answer = 'not_affected' THEN 'availability is not affected'
        ELSE 'availability was addressed' END
      || ': ' || d.by_whom || COALESCE(' at ' || utc(d.assessed_at), '') || '.'
    WHEN 'tested' THEN
      CASE d.kind
        WHEN 'capacity_review' THEN 'The capacity of its system was reviewed'
        WHEN 'restore_test' THEN 'A backup of its system was restored as a test'
        ELSE 'The failover of its system was tested'
      END || ' at ' || utc(d.at) || ', within the policy''s time before the deployment.'
    WHEN 'back_out' THEN 'A back-out plan was on record by its deployment.'
    WHEN 'owed' THEN 'Deployed at ' || utc(d.deployed_at)
      || ' under an emergency; it waits until ' || utc(d.review_due) || ' for a word on resilience.'
    WHEN 'rejected' THEN d.by_whom || ' found against it as to availability'
      || COALESCE(' at ' || utc(d.assessed_at), '') || ', and it was deployed'
      || COALESCE(' at ' || utc(d.deployed_at), '') || '. Why: it may take down what was promised.'
      || ' Cure: take it back or mend it; the deviation stays on record.'
    WHEN 'missing' THEN 'Deployed' || COALESCE(' at ' || utc(d.deployed_at), '') || ' at ' || d.risk
      || ' risk with nothing on record on resilience'
      || COALESCE('; it was first spoken of at ' || utc(d.late_at), '')
      || '. Why: nobody thought beforehand of what keeps the system up.'
      || ' Cure: assess availability, or state a back-out plan, before the next one goes live; the deviation stays on record.'
    ELSE 'Nothing was seen on resilience, which policy asks for at ' || d.risk
      || ' risk. Why: no source that keeps such papers told of this change.'
      || ' Cure: assess it at the desk, or hand in capacity reviews, restore and failover tests.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
