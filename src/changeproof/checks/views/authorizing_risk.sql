/*
view: At which risks does an approving review also authorize the change, by version of the policy?
index: ["policy_version, risk"]
*/
SELECT q.policy_version, q.value AS risk
FROM policy_parameter AS q
WHERE q.parameter = 'review_authorizes'
UNION ALL
SELECT t.policy_version, r.risk
FROM policy_terms AS t
CROSS JOIN (SELECT 'low' AS risk UNION ALL SELECT 'medium') AS r
WHERE t.policy_version = 0
