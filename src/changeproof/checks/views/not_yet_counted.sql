/*
view: >
  Which subjects does a check not count for yet, because policy announced it for a later day? A
  change by the moment of its first production deployment, all else by the moment of judging.
index: ["subject, check_id"]
*/
SELECT j.change_id AS subject, a.check_id, utc(a.effective_from) AS begins
FROM judging_policy AS j
JOIN announced_check AS a
  ON a.policy_version = j.policy_version AND COALESCE(j.deployed_at, :as_of) < a.effective_from
UNION ALL
SELECT s.subject, a.check_id, utc(a.effective_from)
FROM subject AS s
JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
JOIN announced_check AS a
  ON a.policy_version = t.policy_version AND :as_of < a.effective_from
WHERE s.kind <> 'change'
