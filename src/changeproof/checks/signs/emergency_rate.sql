/*
id: signs/emergency_rate
title: Many emergencies among its deployments
criterion: CC8.1
subject: system
severity: low
policy: [emergency_rate.percent, emergency_rate.within, emergency_rate.at_least]
checks: >
  Of a system's deployments to production within the policy's time, no more were emergencies than
  the policy's share, or fewer of them than it takes for a share to mean something. An indicator
  beside the eight signs of the criterion: each emergency may be met by itself.
does_not_check: >
  Whether each of them was one (cc8_1/13). A deployment that brings several changes in counts once;
  emergencies that name no system, or another than their change, do not count.
re_perform: >
  Count the changes declared emergencies of the system within the time, and its deployments to
  production; multiply the first by a hundred and compare with the share times the second.
*/
WITH asked AS (
  SELECT s.subject, s.name, t.policy_version, t.event,
    COALESCE(CAST(MAX(CASE WHEN q.parameter = 'emergency_rate.percent' THEN q.value END) AS BIGINT), 20)
      AS most,
    COALESCE(CAST(MAX(CASE WHEN q.parameter = 'emergency_rate.within' THEN q.value END) AS BIGINT),
      7948800000000) AS within,
    COALESCE(CAST(MAX(CASE WHEN q.parameter = 'emergency_rate.at_least' THEN q.value END) AS BIGINT), 3)
      AS at_least
  FROM subject AS s
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  LEFT JOIN policy_parameter AS q
    ON q.policy_version = t.policy_version
  WHERE s.kind = 'system'
  GROUP BY s.subject, s.name, t.policy_version, t.event
),
urgent AS (
  SELECT a.subject, COUNT(DISTINCT e.change_name) AS emergencies, STRING_AGG(e.event, ',') AS events
  FROM asked AS a
  JOIN emergency AS e
    ON e.system = a.name AND e.declared_at > :as_of - a.within
  GROUP BY a.subject
),
made AS (
  SELECT a.subject, COUNT(*) AS deployments
  FROM asked AS a
  JOIN production_deployment AS d
    ON d.system = a.name AND d.deployed_at > :as_of - a.within
  GROUP BY a.subject
),
decided AS (
  SELECT a.subject, a.most, a.at_least, u.emergencies, m.deployments, a.event,
    u.events,
    CASE
      WHEN COALESCE(u.emergencies, 0) < a.at_least THEN 'few'
      WHEN m.deployments IS NULL THEN 'unseen'
      WHEN u.emergencies * 100 > a.most * m.deployments THEN 'many'
      ELSE 'within'
    END AS state
  FROM asked AS a
  LEFT JOIN urgent AS u ON u.subject = a.subject
  LEFT JOIN made AS m ON m.subject = a.subject
)
SELECT d.subject,
  CASE d.state WHEN 'many' THEN 'raised' WHEN 'unseen' THEN 'not_verifiable' ELSE 'clear' END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'few' THEN 'Fewer than ' || d.at_least || ' emergencies were declared for it within the time that policy names.'
    WHEN 'unseen' THEN d.emergencies || ' emergencies were declared for it within the time that policy names,'
      || ' and no deployment of it to production is on record. Why: without deployments there is no rate.'
      || ' Cure: have what deploys it report its deployments.'
    WHEN 'many' THEN d.emergencies || ' emergencies were declared for it within the time that policy names, beside '
      || d.deployments || CASE WHEN d.deployments = 1 THEN ' deployment' ELSE ' deployments' END
      || ' to production; policy expects at most ' || d.most || ' in a hundred.'
      || ' Why: where much cannot wait, the ordinary way is too slow or is gone around.'
      || ' Cure: look at what made them urgent, and at what keeps others from being in time.'
    ELSE 'At most ' || d.most || ' in a hundred of its deployments to production were emergencies,'
      || ' within the time that policy names.'
  END AS reason,
  CASE WHEN d.state IN ('few', 'within') THEN d.event ELSE d.events END AS evidence
FROM decided AS d
