/*
view: >
  What does the register of systems say of each system: what is committed to on it (`has_categories` is
  0 where it names none, and then the policy's list counts), how many objectives and data classes
  it names, and whether personal data is among them?
index: [system_key]
*/
SELECT r.system, LOWER(r.system) AS system_key, r.event,
  MAX(CASE WHEN a.attribute = 'category' THEN 1 ELSE 0 END) AS has_categories,
  MAX(CASE WHEN a.attribute = 'category' AND a.value = 'availability' THEN 1 ELSE 0 END)
    AS availability,
  MAX(CASE WHEN a.attribute = 'category' AND a.value = 'confidentiality' THEN 1 ELSE 0 END)
    AS confidentiality,
  MAX(CASE WHEN a.attribute = 'category' AND a.value = 'privacy' THEN 1 ELSE 0 END) AS privacy,
  MAX(CASE WHEN a.attribute = 'data_class' AND SUBSTR(LOWER(a.value), 1, 8) = 'personal'
    THEN 1 ELSE 0 END) AS personal,
  SUM(CASE WHEN a.attribute = 'objective' THEN 1 ELSE 0 END) AS objectives,
  SUM(CASE WHEN a.attribute = 'data_class' THEN 1 ELSE 0 END) AS data_classes
FROM system_record AS r
LEFT JOIN system_attribute AS a ON a.system = r.system AND a.event = r.event
GROUP BY r.system, r.event
