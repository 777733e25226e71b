/*
view: >
  Who may now both write to a system and deploy it to production, and by when must somebody else
  have looked at what they did? `acts` counts what they did to production by hand, for no change.
index: [subject]
*/
WITH able AS (
  SELECT w.subject, w.person, MIN(w.account) AS account,
    MIN(CASE WHEN w.held_from > d.held_from THEN w.held_from ELSE d.held_from END) AS able_from,
    MIN(w.events) || ',' || MIN(d.events) AS events
  FROM access_state AS w
  JOIN access_state AS d
    ON d.subject = w.subject AND d.person = w.person AND d.area = 'production' AND d.is_held = 1
    AND d.access = 'deploy'
  WHERE w.area = 'write' AND w.is_held = 1
    AND NOT EXISTS (SELECT 1 FROM nonhuman AS n WHERE n.account = w.account)
  GROUP BY w.subject, w.person
),
looked AS (
  SELECT a.subject, a.person, a.account, a.able_from, a.events, MAX(r.due_at) AS due_at,
    MAX(r.done_at) AS done_at
  FROM able AS a
  JOIN subject AS s ON s.subject = a.subject
  LEFT JOIN cadence_act AS r
    ON r.cadence = 'unilateral_path_review' AND r.key_name IN ('', LOWER(s.name))
    AND r.person <> a.person AND r.done_at >= a.able_from
    AND NOT EXISTS (SELECT 1 FROM nonhuman AS n WHERE n.account = r.account)
  GROUP BY a.subject, a.person, a.account, a.able_from, a.events
),
acted AS (
  SELECT s.subject, COALESCE(h.person, p.account) AS person, COUNT(*) AS acts,
    STRING_AGG(p.event, ',') AS events
  FROM subject AS s
  JOIN production_act AS p ON p.system = s.name
  LEFT JOIN account_holder AS h
    ON h.account = p.account AND h.held_from <= p.acted_at AND p.acted_at < h.held_until
  WHERE s.kind = 'system' AND p.automatic = 0 AND p.change_name IS NULL AND p.account IS NOT NULL
  GROUP BY s.subject, COALESCE(h.person, p.account)
)
SELECT l.subject, l.person, l.account, l.able_from, l.done_at,
  COALESCE(l.due_at, l.able_from + d.within) AS due_at, COALESCE(x.acts, 0) AS acts,
  l.events || COALESCE(',' || x.events, '') AS events
FROM looked AS l
JOIN policy_terms AS t ON t.judges_from <= l.able_from AND l.able_from < t.judges_until
JOIN policy_deadline AS d
  ON d.policy_version = t.policy_version AND d.name = 'cadence.unilateral_path_review'
LEFT JOIN acted AS x ON x.subject = l.subject AND x.person = l.person
