/*
view: Which lists does each version of the policy state? Where none is on record, the standard's.
index: ["policy_version, parameter"]
*/
WITH standard AS (
  SELECT 'category' AS parameter, 0 AS position, 'security' AS value
  UNION ALL SELECT 'design_required_at', 0, 'high'
  UNION ALL SELECT 'design_required_at', 1, 'critical'
  UNION ALL SELECT 'documentation.critical', 0, 'requester'
  UNION ALL SELECT 'documentation.critical', 1, 'authorizer'
  UNION ALL SELECT 'documentation.critical', 2, 'implementer'
  UNION ALL SELECT 'documentation.critical', 3, 'reason'
  UNION ALL SELECT 'documentation.critical', 4, 'impact'
  UNION ALL SELECT 'documentation.critical', 5, 'back_out'
  UNION ALL SELECT 'documentation.critical', 6, 'result'
  UNION ALL SELECT 'documentation.high', 0, 'requester'
  UNION ALL SELECT 'documentation.high', 1, 'authorizer'
  UNION ALL SELECT 'documentation.high', 2, 'implementer'
  UNION ALL SELECT 'documentation.high', 3, 'reason'
  UNION ALL SELECT 'documentation.high', 4, 'impact'
  UNION ALL SELECT 'documentation.high', 5, 'back_out'
  UNION ALL SELECT 'documentation.high', 6, 'result'
  UNION ALL SELECT 'documentation.low', 0, 'requester'
  UNION ALL SELECT 'documentation.low', 1, 'implementer'
  UNION ALL SELECT 'documentation.low', 2, 'reason'
  UNION ALL SELECT 'documentation.low', 3, 'result'
  UNION ALL SELECT 'documentation.medium', 0, 'requester'
  UNION ALL SELECT 'documentation.medium', 1, 'implementer'
  UNION ALL SELECT 'documentation.medium', 2, 'reason'
  UNION ALL SELECT 'documentation.medium', 3, 'result'
  UNION ALL SELECT 'life_cycle.emergency', 0, 'request'
  UNION ALL SELECT 'life_cycle.emergency', 1, 'develop'
  UNION ALL SELECT 'life_cycle.emergency', 2, 'deploy'
  UNION ALL SELECT 'life_cycle.emergency', 3, 'review'
  UNION ALL SELECT 'life_cycle.normal', 0, 'request'
  UNION ALL SELECT 'life_cycle.normal', 1, 'authorize'
  UNION ALL SELECT 'life_cycle.normal', 2, 'develop'
  UNION ALL SELECT 'life_cycle.normal', 3, 'approve'
  UNION ALL SELECT 'life_cycle.normal', 4, 'test'
  UNION ALL SELECT 'life_cycle.normal', 5, 'deploy'
  UNION ALL SELECT 'life_cycle.standard', 0, 'request'
  UNION ALL SELECT 'life_cycle.standard', 1, 'develop'
  UNION ALL SELECT 'life_cycle.standard', 2, 'test'
  UNION ALL SELECT 'life_cycle.standard', 3, 'deploy'
  UNION ALL SELECT 'post_review_required_at', 0, 'critical'
  UNION ALL SELECT 'resilience_evidence', 0, 'capacity'
  UNION ALL SELECT 'resilience_evidence', 1, 'back_out'
  UNION ALL SELECT 'resilience_evidence', 2, 'backup'
  UNION ALL SELECT 'resilience_evidence', 3, 'failover'
  UNION ALL SELECT 'resilience_required_at', 0, 'high'
  UNION ALL SELECT 'resilience_required_at', 1, 'critical'
  UNION ALL SELECT 'separate_duties', 0, 'requester:authorizer'
  UNION ALL SELECT 'separate_duties', 1, 'author:reviewer'
  UNION ALL SELECT 'separate_duties', 2, 'co_author:reviewer'
  UNION ALL SELECT 'separate_duties', 3, 'last_pusher:reviewer'
  UNION ALL SELECT 'separate_duties', 4, 'author:post_reviewer'
  UNION ALL SELECT 'waivable', 0, 'cc8_1/14_patches'
)
SELECT q.policy_version, q.parameter, q.position, q.value
FROM policy_parameter AS q
UNION ALL
SELECT t.policy_version, s.parameter, s.position, s.value
FROM policy_terms AS t
CROSS JOIN standard AS s
WHERE t.policy_version = 0
