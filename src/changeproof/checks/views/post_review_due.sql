/*
view: >
  By when was a change to be looked at afterwards: where policy asks for it at the change's risk,
  each piece of its work from its own deployment; and wherever its deployment to production failed,
  a step of it that people carried out failed, or it was taken out again, from the first of these?
  `failed` is 1 then, `implementation` empty, and `way` says which it was: `deployment`, `step`,
  `taken_out`. Null before its deployment, and where nobody stated when.
index: ["change_id, implementation"]
*/
WITH trouble AS (
  SELECT f.change_id, f.failed_at, f.events, 'deployment' AS way FROM failed_deployment AS f
  UNION ALL
  SELECT o.change_id, o.deployed_at, o.events, 'taken_out' FROM taken_out AS o
  UNION ALL
  SELECT n.change_id, a.acted_at, a.event, 'step'
  FROM step_act AS a
  JOIN change_name AS n ON n.name = a.change_name
  WHERE a.outcome = 'failed'
),
ordered AS (
  SELECT t.change_id, t.failed_at, t.events, t.way,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY COALESCE(t.failed_at, 9000000000000000000), t.way, t.events
    ) AS place
  FROM trouble AS t
),
failure AS (
  SELECT r.change_id, MIN(r.failed_at) AS failed_at, STRING_AGG(r.events, ',') AS events,
    MAX(CASE WHEN r.place = 1 THEN r.way END) AS way
  FROM ordered AS r
  GROUP BY r.change_id
),
asked AS (
  SELECT p.change_id, '' AS implementation, p.policy_version, f.events, 1 AS failed, f.way,
    f.failed_at AS since_at
  FROM failure AS f
  JOIN effective_policy AS p ON p.change_id = f.change_id
  UNION ALL
  SELECT w.change_id, w.implementation, w.policy_version, NULL, 0, '', w.deployed_at
  FROM work AS w
  JOIN policy_list AS q
    ON q.policy_version = w.policy_version AND q.parameter = 'post_review_required_at'
    AND q.value = w.risk
  LEFT JOIN failure AS f ON f.change_id = w.change_id
  WHERE f.change_id IS NULL
),
owed AS (
  SELECT a.change_id, a.implementation, a.policy_version, a.failed, a.way, a.events, a.since_at, d.within,
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
SELECT o.change_id, o.implementation, o.failed, o.way, o.events, o.since_at,
  COALESCE(e.opens_at + o.target - e.open_before, o.since_at + o.within) AS due_at
FROM owed AS o
LEFT JOIN business_time AS e
  ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
