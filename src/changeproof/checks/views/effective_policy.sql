/*
view: >
  Which policy judges a change: the one in force at its first production deployment, before that
  the one at the moment of judging? And how many approvals does it ask for at the change's risk?
index: [change_id]
*/
WITH moment AS (
  SELECT c.change_id, MIN(d.deployed_at) AS deployed_at
  FROM change AS c
  LEFT JOIN implementation AS i ON i.change_id = c.change_id
  LEFT JOIN deployed_work AS d ON d.implementation = i.implementation
  GROUP BY c.change_id
)
SELECT c.change_id, t.policy_version, COALESCE(c.risk, t.unrated_risk) AS risk, m.deployed_at,
  CASE COALESCE(c.risk, t.unrated_risk)
    WHEN 'low' THEN t.approvals_low
    WHEN 'high' THEN t.approvals_high
    WHEN 'critical' THEN t.approvals_critical
    ELSE t.approvals_medium
  END AS approvals_required,
  t.blocking_reviews_count, t.approve_before, t.authorize_before, t.tests_before, t.tests_on,
  t.trailers_accepted, t.declare_within, t.approve_within, t.review_within, t.incident_required,
  t.has_emergencies, t.settle
FROM change AS c
JOIN moment AS m ON m.change_id = c.change_id
JOIN policy_terms AS t
  ON COALESCE(m.deployed_at, :as_of) >= t.judges_from
  AND COALESCE(m.deployed_at, :as_of) < t.judges_until
