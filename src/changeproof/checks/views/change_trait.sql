/*
view: >
  What does a change touch that a rule of its policy can ask for? Parts: `system`, `kind`, `area`
  and `data_class` (those of its systems). A registered system counts as touched as soon as an
  assessment has ever named it. Only for changes whose policy has such rules.
index: ["change_id, part"]
*/
WITH asked AS (
  SELECT DISTINCT j.change_id
  FROM judging_policy AS j
  JOIN policy_rule AS r ON r.policy_version = j.policy_version
),
placed AS (
  SELECT a.change_id, c.system AS value
  FROM asked AS a
  JOIN change AS c ON c.change_id = a.change_id
  UNION
  SELECT a.change_id, k.system
  FROM asked AS a
  JOIN implementation AS i ON i.change_id = a.change_id
  JOIN revision_implementation AS r ON r.implementation = i.implementation
  JOIN revision_repository AS y ON y.revision = r.revision
  JOIN repository_system AS k ON k.repository = y.repository
  UNION
  SELECT a.change_id, s.system
  FROM asked AS a
  JOIN change_name AS n ON n.change_id = a.change_id
  JOIN assessment AS e ON e.change_name = n.name AND e.topic = 'systems'
  JOIN system_profile AS s
    ON REPLACE(',' || LOWER(e.items) || ',', ',' || s.system_key || ',', '')
      <> ',' || LOWER(e.items) || ','
)
SELECT p.change_id, 'system' AS part, p.value FROM placed AS p
UNION
SELECT p.change_id, 'data_class', s.value
FROM placed AS p
JOIN system_record AS y ON y.system = p.value
JOIN system_attribute AS s
  ON s.system = y.system AND s.event = y.event AND s.attribute = 'data_class'
UNION
SELECT a.change_id, 'kind', c.kind
FROM asked AS a
JOIN change AS c ON c.change_id = a.change_id
UNION
SELECT a.change_id, 'kind', p.kind
FROM asked AS a
JOIN implementation AS i ON i.change_id = a.change_id
JOIN production_act AS p ON i.implementation = 'act:' || p.act
UNION
SELECT a.change_id, 'area', t.area
FROM asked AS a
JOIN implementation AS i ON i.change_id = a.change_id
JOIN revision_implementation AS r ON r.implementation = i.implementation
JOIN revision_touch AS t ON t.revision = r.revision
