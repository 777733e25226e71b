/*
view: >
  By when was a change to be looked at afterwards: where policy asks for it at the change's risk,
  and wherever its deployment to production failed? Counted from the deployment, or from the first
  failure; `failed` is 1 for the latter. Null before its deployment, and where nobody stated when.
index: [change_id]
*/
WITH failure AS (
  SELECT f.change_id, MIN(f.failed_at) AS failed_at, STRING_AGG(f.events, ',') AS events
  FROM failed_deployment AS f
  GROUP BY f.change_id
),
asked AS (
  SELECT p.change_id, p.policy_version, f.events,
    CASE WHEN f.change_id IS NULL THEN 0 ELSE 1 END AS failed,
    CASE WHEN f.change_id IS NULL THEN p.deployed_at ELSE f.failed_at END AS since_at
  FROM effective_policy AS p
  LEFT JOIN failure AS f ON f.change_id = p.change_id
  LEFT JOIN policy_list AS q
    ON q.policy_version = p.policy_version AND q.parameter = 'post_review_required_at'
    AND q.value = p.risk
  WHERE f.change_id IS NOT NULL OR q.value IS NOT NULL
),
owed AS (
  SELECT a.change_id, a.policy_version, a.failed, a.events, a.since_at, d.within,
    s.open_before + d.business
      + CASE WHEN a.since_at < s.closes_at THEN a.since_at ELSE s.closes_at END - s.opens_at
      AS target
  FROM asked AS a
  JOIN policy_deadline AS d
    ON d.policy_version = a.policy_version AND d.name = 'cadence.post_review'
  LEFT JOIN business_time AS s
    ON d.business IS NOT NULL AND s.policy_version = a.policy_version
    AND s.opens_at <= a.since_at AND a.since_at < s.next_opens_at
)
SELECT o.change_id, o.failed, o.events, o.since_at,
  COALESCE(e.opens_at + o.target - e.open_before, o.since_at + o.within) AS due_at
FROM owed AS o
LEFT JOIN business_time AS e
  ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
