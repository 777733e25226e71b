/*
view: >
  Which deployments went to production, by the policy in force on that day? A commit on the
  production branch that stands for a deployment (landing = 1) always did.
index: [deployment, revision]
*/
SELECT d.deployment, d.lane, d.system, d.environment, d.revision, d.artifact, d.previous,
  d.previous_revision, d.rollback, d.landing, d.account, d.triggered_by, d.deployed_at, d.events, d.trust
FROM deployment AS d
JOIN policy_terms AS t
  ON COALESCE(d.deployed_at, :as_of) >= t.judges_from
  AND COALESCE(d.deployed_at, :as_of) < t.judges_until
WHERE d.landing = 1
  OR EXISTS (
    SELECT 1 FROM production_environment AS e
    WHERE e.policy_version = t.policy_version AND e.environment = LOWER(d.environment)
  )
