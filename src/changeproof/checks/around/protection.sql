/*
id: around/protection
title: Protected branches stayed protected
criterion: CC6.1
subject: system
severity: high
checks: >
  The forge's protection of a branch was never switched off since it was first told of. Every
  interval without it is listed in seconds, with what landed in it; each change that landed is
  judged on its own evidence besides.
does_not_check: >
  What happened before the first word of the setting; what the protection asked for; who may go
  around it.
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
)
SELECT h.subject,
  CASE
    WHEN g.subject IS NOT NULL THEN 'deviation'
    WHEN h.told = 0 OR h.told < h.repositories THEN 'not_verifiable'
    ELSE 'met'
  END AS verdict,
  'direct' AS basis,
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
    WHEN h.repositories = 0 THEN 'No forge tells of this system.'
      || ' Why: whether its branches are protected cannot be seen. Cure: connect the forge that holds its repositories.'
    WHEN h.told < h.repositories THEN 'Of ' || h.repositories
      || CASE WHEN h.repositories = 1 THEN ' repository' ELSE ' repositories' END || ', '
      || h.told || ' told of branch protection.'
      || ' Why: whether the others were protected cannot be seen. Cure: let the forge send its branch protection events.'
    ELSE 'Protected without a gap since ' || utc(h.first_at) || '.'
  END AS reason,
  COALESCE(h.events, '') || COALESCE(',' || g.events, '') AS evidence
FROM held AS h
LEFT JOIN seconds AS g ON g.subject = h.subject
