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
WITH scoped AS (
  SELECT g.change_id, g.policy_version, g.system, g.record_until,
    COALESCE(g.deployed_at, :as_of) AS deployed_at
  FROM change_progress AS g
  JOIN policy_list AS c
    ON c.policy_version = g.policy_version AND c.parameter = 'category' AND c.value = 'availability'
),
performed AS (
  SELECT s.change_id, c.activity AS kind, c.performed_at, c.event,
    ROW_NUMBER() OVER (PARTITION BY s.change_id ORDER BY c.performed_at DESC, c.event) AS place
  FROM scoped AS s
  JOIN policy_deadline AS d
    ON d.policy_version = s.policy_version AND d.name = 'cadence.restore_test'
  JOIN policy_list AS l
    ON l.policy_version = s.policy_version AND l.parameter = 'resilience_evidence'
  JOIN control_activity AS c
    ON c.system IN ('', s.system) AND c.outcome = 'passed'
    AND c.activity = CASE l.value
      WHEN 'capacity' THEN 'capacity_review'
      WHEN 'backup' THEN 'restore_test'
      WHEN 'failover' THEN 'failover_test'
    END
    AND c.performed_at <= s.record_until AND c.performed_at >= s.deployed_at - d.within
),
decided AS (
  SELECT g.change_id, g.risk, g.deployed_at, g.closed_at, g.review_due, a.answer, a.by_whom,
    a.assessed_at, h.kind, h.performed_at, e.assessed_at AS late_at,
    g.events || COALESCE(',' || a.event, '') || COALESCE(',' || h.event, '')
      || COALESCE(',' || p.events, '') || COALESCE(',' || s.events, '') AS events,
    CASE
      WHEN c.change_id IS NULL THEN 'no_category'
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
  LEFT JOIN scoped AS c ON c.change_id = g.change_id
  LEFT JOIN affected_system AS s ON s.change_id = c.change_id
  LEFT JOIN assessed AS a
    ON a.change_id = c.change_id AND a.topic = 'availability' AND a.late = 0
  LEFT JOIN assessed AS e
    ON e.change_id = c.change_id AND e.topic = 'availability' AND e.late = 1
  LEFT JOIN performed AS h ON h.change_id = c.change_id AND h.place = 1
  LEFT JOIN policy_list AS l
    ON l.policy_version = c.policy_version AND l.parameter = 'resilience_evidence'
    AND l.value = 'back_out'
  LEFT JOIN documented_part AS p ON p.change_id = c.change_id AND p.part = 'back_out'
  LEFT JOIN policy_list AS r
    ON r.policy_version = c.policy_version AND r.parameter = 'resilience_required_at'
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
      || ': ' || d.by_whom || ' at ' || utc(d.assessed_at) || '.'
    WHEN 'tested' THEN
      CASE d.kind
        WHEN 'capacity_review' THEN 'The capacity of its system was reviewed'
        WHEN 'restore_test' THEN 'A backup of its system was restored as a test'
        ELSE 'The failover of its system was tested'
      END || ' at ' || utc(d.performed_at) || ', within the policy''s time before the deployment.'
    WHEN 'back_out' THEN 'A back-out plan was on record by its deployment.'
    WHEN 'owed' THEN 'Deployed at ' || utc(d.deployed_at)
      || ' under an emergency; it waits until ' || utc(d.review_due) || ' for a word on resilience.'
    WHEN 'rejected' THEN d.by_whom || ' found against it as to availability at '
      || utc(d.assessed_at) || ', and it was deployed'
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
