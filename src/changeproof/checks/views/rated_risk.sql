/*
view: >
  Which risk has a change at least, by the rules of the policy that judges it? The highest of the
  rules whose every stated part holds, and that rule's number. The number of paths is that of its
  largest commit; outside business time is when it first went live, in the years of the calendar.
index: [change_id]
*/
WITH rule AS (
  SELECT j.change_id, j.policy_version, j.deployed_at, r.number, r.value AS risk
  FROM judging_policy AS j
  JOIN policy_rule AS r
    ON r.policy_version = j.policy_version AND r.rule = 'risk_rule' AND r.part = 'risk'
),
wanted AS (
  SELECT u.change_id, u.number, q.part,
    MAX(CASE WHEN t.value IS NULL THEN 0 ELSE 1 END) AS held
  FROM rule AS u
  JOIN policy_rule AS q
    ON q.policy_version = u.policy_version AND q.rule = 'risk_rule' AND q.number = u.number
  LEFT JOIN change_trait AS t
    ON t.change_id = u.change_id AND t.part = q.part AND t.value = q.value
  WHERE q.part IN ('system', 'area', 'data_class', 'kind')
  GROUP BY u.change_id, u.number, q.part
),
commit_size AS (
  SELECT n.change_id, t.revision, SUM(t.path_count) AS paths
  FROM (SELECT DISTINCT u.change_id FROM rule AS u) AS n
  JOIN implementation AS i ON i.change_id = n.change_id
  JOIN revision_implementation AS r ON r.implementation = i.implementation
  JOIN revision_touch AS t ON t.revision = r.revision
  GROUP BY n.change_id, t.revision
),
size AS (
  SELECT z.change_id, MAX(z.paths) AS paths FROM commit_size AS z GROUP BY z.change_id
),
refused AS (
  SELECT w.change_id, w.number FROM wanted AS w WHERE w.held = 0
  UNION
  SELECT u.change_id, u.number
  FROM rule AS u
  JOIN policy_rule AS q
    ON q.policy_version = u.policy_version AND q.rule = 'risk_rule' AND q.number = u.number
    AND q.part = 'paths_over'
  LEFT JOIN size AS z ON z.change_id = u.change_id
  WHERE COALESCE(z.paths, 0) <= CAST(q.value AS BIGINT)
  UNION
  SELECT u.change_id, u.number
  FROM rule AS u
  JOIN policy_rule AS q
    ON q.policy_version = u.policy_version AND q.rule = 'risk_rule' AND q.number = u.number
    AND q.part = 'outside_business'
  LEFT JOIN business_time AS b
    ON b.policy_version = u.policy_version AND b.closes_at <= u.deployed_at
    AND u.deployed_at < b.next_opens_at
  WHERE b.opens_at IS NULL
),
ranked AS (
  SELECT u.change_id, u.risk, u.number,
    ROW_NUMBER() OVER (
      PARTITION BY u.change_id
      ORDER BY CASE u.risk WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END,
        u.number
    ) AS place
  FROM rule AS u
  LEFT JOIN refused AS x ON x.change_id = u.change_id AND x.number = u.number
  WHERE x.number IS NULL
)
SELECT r.change_id, r.risk, r.number AS rule,
  CASE r.risk WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END AS level
FROM ranked AS r
WHERE r.place = 1
