/*
view: >
  What does the policy that judges a change ask of it, and how many approvals at its risk? The
  risk is the higher of the stated one and the rules' (`rated_risk`); without both, `unrated_risk`.
index: [change_id]
*/
WITH risked AS (
  SELECT c.change_id, j.policy_version, j.deployed_at, t.unrated_risk, r.rule AS risk_rule,
    CASE
      WHEN r.risk IS NULL THEN COALESCE(c.risk, t.unrated_risk)
      WHEN c.risk = 'critical' OR c.risk = 'high' AND r.level < 4
        OR c.risk = 'medium' AND r.level < 3 THEN c.risk
      ELSE r.risk
    END AS risk
  FROM change AS c
  JOIN judging_policy AS j ON j.change_id = c.change_id
  JOIN policy_terms AS t ON t.policy_version = j.policy_version
  LEFT JOIN rated_risk AS r ON r.change_id = c.change_id
)
SELECT k.change_id, t.policy_version, k.risk, k.risk_rule, k.deployed_at,
  CASE k.risk
    WHEN 'low' THEN t.approvals_low
    WHEN 'high' THEN t.approvals_high
    WHEN 'critical' THEN t.approvals_critical
    ELSE t.approvals_medium
  END AS approvals_required,
  t.blocking_reviews_count, t.approve_before, t.authorize_before, t.tests_before, t.tests_on,
  t.trailers_accepted, t.declare_within, t.approve_within, t.review_within, t.incident_required,
  t.has_emergencies, t.unexplained_for
FROM risked AS k
JOIN policy_terms AS t ON t.policy_version = k.policy_version
