/*
view: >
  How long may something take, by version of the policy? `business` is its length in business time
  (table `business_time`), null where plain time counts; `within` is then its plain rendering.
index: ["policy_version, name"]
*/
-- What a version does not state has the standard's value; only emergencies may be left out.
WITH standard AS (
  SELECT 'cadence.access_review' AS name, 7948800000000 AS within
  UNION ALL SELECT 'cadence.baseline_review', 31536000000000
  UNION ALL SELECT 'cadence.deviations_review', 2678400000000
  UNION ALL SELECT 'cadence.drift_scan', 604800000000
  UNION ALL SELECT 'cadence.pipeline_review', 7948800000000
  UNION ALL SELECT 'cadence.post_review', 2592000000000
  UNION ALL SELECT 'cadence.process_review', 31536000000000
  UNION ALL SELECT 'cadence.protection_review', 7948800000000
  UNION ALL SELECT 'cadence.prover_review', 7948800000000
  UNION ALL SELECT 'cadence.restore_test', 31536000000000
  UNION ALL SELECT 'cadence.scope_review', 31536000000000
  UNION ALL SELECT 'cadence.unilateral_path_review', 7948800000000
  UNION ALL SELECT 'cadence.vendor_assessment', 31536000000000
  UNION ALL SELECT 'deadline.deviation_review_within', 1209600000000
  UNION ALL SELECT 'deadline.drift_answer_within', 259200000000
  UNION ALL SELECT 'deadline.incident_change_within.critical', 172800000000
  UNION ALL SELECT 'deadline.incident_change_within.high', 432000000000
  UNION ALL SELECT 'deadline.incident_change_within.low', 2592000000000
  UNION ALL SELECT 'deadline.incident_change_within.medium', 1209600000000
  UNION ALL SELECT 'deadline.leaver_removed_within', 86400000000
  UNION ALL SELECT 'emergency.approve_within', 86400000000
  UNION ALL SELECT 'emergency.declare_within', 3600000000
  UNION ALL SELECT 'emergency.review_within', 432000000000
  UNION ALL SELECT 'patch_within.critical', 1209600000000
  UNION ALL SELECT 'patch_within.high', 2592000000000
  UNION ALL SELECT 'patch_within.known_exploited', 604800000000
  UNION ALL SELECT 'patch_within.low', 15552000000000
  UNION ALL SELECT 'patch_within.medium', 7776000000000
)
SELECT t.policy_version, s.name,
  CASE WHEN p.value IS NULL THEN s.within ELSE CAST(p.value AS BIGINT) END AS within,
  CAST(b.value AS BIGINT) AS business
FROM policy_terms AS t
CROSS JOIN standard AS s
LEFT JOIN policy_parameter AS p
  ON p.policy_version = t.policy_version AND p.parameter = s.name AND p.position = 0
LEFT JOIN policy_parameter AS b
  ON b.policy_version = t.policy_version AND b.parameter = s.name || '.business'
  AND b.position = 0
WHERE p.value IS NOT NULL OR SUBSTR(s.name, 1, 10) <> 'emergency.' OR t.policy_version = 0
