/*
view: Which statuses of a ticket say that it is authorized, by version of the policy?
index: [policy_version]
*/
SELECT q.policy_version, q.value AS status
FROM policy_parameter AS q
WHERE q.parameter = 'authorized_statuses'
UNION ALL
SELECT t.policy_version, s.status
FROM policy_terms AS t
CROSS JOIN (SELECT 'Approved' AS status UNION ALL SELECT 'Authorized') AS s
WHERE t.policy_version = 0
