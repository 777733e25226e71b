/*
view: Which two duties of one change may one person not hold both of, by version of the policy?
index: [policy_version]
*/
WITH duty AS (
  SELECT 'requester' AS name UNION ALL SELECT 'authorizer' UNION ALL SELECT 'author'
  UNION ALL SELECT 'co_author' UNION ALL SELECT 'last_pusher' UNION ALL SELECT 'reviewer'
  UNION ALL SELECT 'tester' UNION ALL SELECT 'merger' UNION ALL SELECT 'deployer'
  UNION ALL SELECT 'post_reviewer'
)
SELECT q.policy_version, a.name AS one, b.name AS other
FROM policy_list AS q
JOIN duty AS a ON a.name = SUBSTR(q.value, 1, LENGTH(a.name))
JOIN duty AS b ON q.value = a.name || ':' || b.name
WHERE q.parameter = 'separate_duties'
