/*
view: What does each version of the policy ask for, and from when until when does it judge?
index: [policy_version]
*/
-- The first version judges all that came before it; without any, the values of `standard` hold.
WITH version AS (
  SELECT f.policy_version, f.in_force_from, f.event FROM policy_in_force AS f
  UNION ALL
  SELECT 0, 0, '' WHERE NOT EXISTS (SELECT 1 FROM policy_in_force AS g)
),
placed AS (
  SELECT v.policy_version, v.event,
    CASE
      WHEN ROW_NUMBER() OVER (ORDER BY v.in_force_from, v.policy_version) = 1
        THEN -9000000000000000000
      ELSE v.in_force_from
    END AS judges_from,
    COALESCE(
      LEAD(v.in_force_from) OVER (ORDER BY v.in_force_from, v.policy_version),
      9000000000000000000
    ) AS judges_until
  FROM version AS v
)
SELECT p.policy_version, p.event, p.judges_from, p.judges_until,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'approvals_required.low' THEN q.value END)
    AS BIGINT), 1) AS approvals_low,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'approvals_required.medium' THEN q.value END)
    AS BIGINT), 1) AS approvals_medium,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'approvals_required.high' THEN q.value END)
    AS BIGINT), 2) AS approvals_high,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'approvals_required.critical' THEN q.value END)
    AS BIGINT), 2) AS approvals_critical,
  COALESCE(MAX(CASE WHEN q.parameter = 'unrated_risk' THEN q.value END), 'medium') AS unrated_risk,
  COALESCE(MAX(CASE WHEN q.parameter = 'blocking_reviews_count' THEN q.value END), 'true')
    AS blocking_reviews_count,
  COALESCE(MAX(CASE WHEN q.parameter = 'approve_before' THEN q.value END), 'deployment')
    AS approve_before,
  COALESCE(MAX(CASE WHEN q.parameter = 'authorize_before' THEN q.value END), 'merge')
    AS authorize_before,
  COALESCE(MAX(CASE WHEN q.parameter = 'tests_before' THEN q.value END), 'deployment')
    AS tests_before,
  COALESCE(MAX(CASE WHEN q.parameter = 'tests_on' THEN q.value END), 'same_content') AS tests_on,
  COALESCE(MAX(CASE WHEN q.parameter = 'trailers_accepted' THEN q.value END), 'gerrit')
    AS trailers_accepted,
  COALESCE(MAX(CASE WHEN q.parameter = 'rollback_trusts_earlier' THEN q.value END), 'true')
    AS rollback_trusts_earlier,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'revert_window' THEN q.value END) AS BIGINT), 0)
    AS revert_window,
  COALESCE(MAX(CASE WHEN q.parameter = 'backports_inherit' THEN q.value END), 'false')
    AS backports_inherit,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'skew_limit' THEN q.value END) AS BIGINT), 300000000)
    AS skew_limit,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'emergency.declare_within' THEN q.value END)
    AS BIGINT), 3600000000) AS declare_within,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'emergency.approve_within' THEN q.value END)
    AS BIGINT), 86400000000) AS approve_within,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'emergency.review_within' THEN q.value END)
    AS BIGINT), 432000000000) AS review_within,
  COALESCE(MAX(CASE WHEN q.parameter = 'emergency.incident_required' THEN q.value END), 'true')
    AS incident_required,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'settle' THEN q.value END) AS BIGINT), 600000000)
    AS settle,
  -- A version from before this key waits for as long as it said for all records.
  COALESCE(CAST(COALESCE(MAX(CASE WHEN q.parameter = 'unexplained_for' THEN q.value END),
    MAX(CASE WHEN q.parameter = 'settle' THEN q.value END)) AS BIGINT), 600000000)
    AS unexplained_for,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'attempts_most' THEN q.value END) AS BIGINT), 0)
    AS attempts_most,
  COALESCE(MAX(CASE WHEN q.parameter = 'code_owner_approval' THEN q.value END), 'false')
    AS code_owner_approval,
  COALESCE(MAX(CASE WHEN q.parameter = 'patch_clock' THEN q.value END), 'found') AS patch_clock,
  COALESCE(CAST(MAX(CASE WHEN q.parameter = 'waiver_longest' THEN q.value END) AS BIGINT),
    7776000000000) AS waiver_longest,
  MAX(CASE WHEN p.policy_version = 0 OR q.parameter = 'emergency.declare_within' THEN 1 ELSE 0 END)
    AS has_emergencies
FROM placed AS p
LEFT JOIN policy_parameter AS q
  ON q.policy_version = p.policy_version AND q.position = 0
GROUP BY p.policy_version, p.event, p.judges_from, p.judges_until
