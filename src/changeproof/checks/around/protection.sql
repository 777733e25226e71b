/*
id: around/protection
title: Protected branches stayed protected
criterion: CC6.1
subject: system
severity: high
policy: [cadence.protection_review, alternative_controls]
checks: >
  The forge's protection of a branch was never switched off since it was first told of. Every
  interval without it is listed in seconds, with what landed in it; each change that landed is
  judged on its own evidence besides. Where administrators may go around it, that is said. Reviews
  of the settings, once begun, are held within the policy's cadence. Where no forge tells of the
  setting, or its plan has none, an alternative control that policy names for this check stands in
  while the settings are reviewed in time.
does_not_check: >
  What happened before the first word of the setting; which checks the protection asked for.
re_perform: List the forge's audit entries on branch protection in order; subtract times.
*/
WITH held AS (
  SELECT s.subject, s.name, COUNT(DISTINCT k.repository) AS repositories,
    COUNT(DISTINCT p.repository) AS told, MIN(p.stated_at) AS first_at,
    STRING_AGG(p.event, ',') AS events
  FROM subject AS s
  LEFT JOIN repository_system AS k
    ON k.system = s.name AND SUBSTR(k.repository, 1, 9) <> 'git:repo/'
  LEFT JOIN protection AS p ON p.repository = k.repository
  WHERE s.kind = 'system'
  GROUP BY s.subject, s.name
),
gaps AS (
  SELECT s.subject, COUNT(*) AS gaps, SUM(g.open_until - g.open_from) AS length,
    MIN(g.open_from) AS first_from, SUM(g.landed) AS landed, MAX(g.is_open) AS is_open,
    MIN(g.pattern) AS pattern, MIN(g.account) AS account, STRING_AGG(g.events, ',') AS events
  FROM subject AS s
  JOIN repository_system AS k ON k.system = s.name
  JOIN protection_gap AS g ON g.repository = k.repository
  WHERE s.kind = 'system'
  GROUP BY s.subject
),
seconds AS (
  SELECT g.subject, g.gaps, g.first_from, g.landed, g.is_open, g.pattern, g.account, g.events,
    CAST((g.length - g.length % 1000000) AS VARCHAR) AS digits
  FROM gaps AS g
),
setting AS (
  SELECT p.repository, p.pattern, p.enforced, p.administrators_bound, p.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.repository, p.pattern
      ORDER BY COALESCE(p.changed_at, p.stated_at) DESC, p.event DESC
    ) AS place
  FROM protection AS p
),
bypass AS (
  SELECT s.subject, MIN(n.pattern) AS pattern
  FROM subject AS s
  JOIN repository_system AS k ON k.system = s.name
  JOIN setting AS n
    ON n.repository = k.repository AND n.place = 1 AND n.enforced = 1 AND n.administrators_bound = 0
  WHERE s.kind = 'system'
  GROUP BY s.subject
),
alternative AS (
  SELECT s.subject, MIN(a.control_id) AS control_id
  FROM subject AS s
  JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
  JOIN alternative_control AS a
    ON a.policy_version = t.policy_version AND a.check_id = 'around/protection'
  WHERE s.kind = 'system'
  GROUP BY s.subject
)
SELECT h.subject,
  CASE
    WHEN g.subject IS NOT NULL OR v.overruns > 0 THEN 'deviation'
    WHEN h.told < h.repositories AND a.subject IS NOT NULL AND v.subject IS NOT NULL THEN 'met'
    WHEN h.told = 0 OR h.told < h.repositories THEN 'not_verifiable'
    ELSE 'met'
  END AS verdict,
  CASE
    WHEN g.subject IS NULL AND COALESCE(v.overruns, 0) = 0 AND h.told < h.repositories
      AND a.subject IS NOT NULL AND v.subject IS NOT NULL THEN 'compensating'
    ELSE 'direct'
  END AS basis,
  CASE
    WHEN g.subject IS NOT NULL THEN 'The protection of ' || g.pattern || ' was off for '
      || CASE WHEN g.digits = '0' THEN '0' ELSE SUBSTR(g.digits, 1, LENGTH(g.digits) - 6) END
      || ' s' || CASE WHEN g.gaps > 1 THEN ' in ' || g.gaps || ' intervals' ELSE '' END
      || ', from ' || utc(g.first_from)
      || CASE WHEN g.is_open = 1 THEN ', and still is' ELSE '' END
      || CASE WHEN g.account IS NULL THEN '' ELSE ', switched by {' || g.account || '}' END
      || '; ' || g.landed || ' landed inside.'
      || ' Why: in that time nothing but good will kept unreviewed work out.'
      || ' Cure: keep it on; where it must be off, plan it and review what landed. The deviation stays on record.'
    WHEN v.overruns > 0 THEN 'The review of branch protection was ' || v.said
      || '. Why: a setting that nobody looks at may have been loosened.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN h.told < h.repositories AND a.subject IS NOT NULL AND v.subject IS NOT NULL THEN 'Of '
      || h.repositories || CASE WHEN h.repositories = 1 THEN ' repository' ELSE ' repositories' END
      || ', ' || h.told || ' told of branch protection; the control ' || a.control_id
      || ' stands in, last performed at ' || utc(v.last_at) || ', next due by ' || utc(v.due_at) || '.'
    WHEN h.repositories = 0 THEN 'No forge tells of this system.'
      || ' Why: whether its branches are protected cannot be seen. Cure: connect the forge that holds its repositories.'
    WHEN h.told < h.repositories THEN 'Of ' || h.repositories
      || CASE WHEN h.repositories = 1 THEN ' repository' ELSE ' repositories' END || ', '
      || h.told || ' told of branch protection.'
      || ' Why: whether the others were protected cannot be seen. Cure: let the forge send its branch protection events.'
    ELSE 'Protected without a gap since ' || utc(h.first_at) || '.'
      || COALESCE(' Administrators may go around the protection of ' || b.pattern || '.', '')
  END AS reason,
  COALESCE(h.events, '') || COALESCE(',' || g.events, '') || COALESCE(',' || v.events, '') AS evidence
FROM held AS h
LEFT JOIN seconds AS g ON g.subject = h.subject
LEFT JOIN bypass AS b ON b.subject = h.subject
LEFT JOIN alternative AS a ON a.subject = h.subject
LEFT JOIN cadence_state AS v ON v.subject = h.subject AND v.cadence = 'protection_review'
