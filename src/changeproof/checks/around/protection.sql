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
  judged on its own evidence besides. Where administrators may go around it, or could for a time, or
  it ceased to ask for approvals, that is said. Reviews
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
gap AS (
  SELECT k.system, g.repository, g.pattern, g.open_from, g.open_until, g.landed, g.is_open, g.account,
    g.events,
    ROW_NUMBER() OVER (
      PARTITION BY k.system ORDER BY g.open_from, g.pattern, g.repository
    ) AS place
  FROM repository_system AS k
  JOIN protection_gap AS g ON g.repository = k.repository
),
gaps AS (
  SELECT g.system, COUNT(*) AS gaps, COUNT(DISTINCT g.repository || ' ' || g.pattern) AS branches,
    SUM(g.open_until - g.open_from) AS length, MIN(g.open_from) AS first_from,
    SUM(g.landed) AS landed, MAX(g.is_open) AS is_open,
    MAX(CASE WHEN g.place = 1 THEN g.pattern END) AS pattern,
    MAX(CASE WHEN g.place = 1 THEN g.account END) AS account,
    STRING_AGG(g.events, ',') AS events
  FROM gap AS g
  GROUP BY g.system
),
seconds AS (
  SELECT g.system, g.gaps, g.branches, g.first_from, g.landed, g.is_open, g.pattern, g.account,
    g.events, CAST((g.length - g.length % 1000000) AS VARCHAR) AS digits
  FROM gaps AS g
),
setting AS (
  SELECT p.repository, p.pattern, p.enforced, p.administrators_bound, p.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.repository, p.pattern
      ORDER BY COALESCE(p.changed_at, p.stated_at) DESC, p.stated_at DESC, p.event DESC
    ) AS place
  FROM protection AS p
),
bypass AS (
  SELECT k.system, MIN(n.pattern) AS pattern
  FROM repository_system AS k
  JOIN setting AS n
    ON n.repository = k.repository AND n.place = 1 AND n.enforced = 1 AND n.administrators_bound = 0
  GROUP BY k.system
),
stretch AS (
  SELECT p.repository, p.pattern, p.administrators_bound, p.approvals_required, p.enforced,
    COALESCE(p.changed_at, p.stated_at) AS loose_from,
    LAG(p.approvals_required) OVER (
      PARTITION BY p.repository, p.pattern
      ORDER BY COALESCE(p.changed_at, p.stated_at), p.stated_at, p.event
    ) AS asked_before,
    LEAD(COALESCE(p.changed_at, p.stated_at)) OVER (
      PARTITION BY p.repository, p.pattern
      ORDER BY COALESCE(p.changed_at, p.stated_at), p.stated_at, p.event
    ) AS loose_until
  FROM protection AS p
),
loosened AS (
  SELECT k.system, t.pattern, t.administrators_bound, t.loose_from, t.loose_until,
    ROW_NUMBER() OVER (
      PARTITION BY k.system ORDER BY t.loose_from, t.pattern, t.repository
    ) AS place
  FROM repository_system AS k
  JOIN stretch AS t ON t.repository = k.repository
  WHERE t.enforced = 1 AND COALESCE(t.loose_until, :as_of) > t.loose_from
    AND (
      (t.administrators_bound = 0 AND t.loose_until IS NOT NULL)
      OR (t.approvals_required = 0 AND t.asked_before > 0)
    )
),
alternative AS (
  SELECT MIN(a.control_id) AS control_id
  FROM policy_terms AS t
  JOIN alternative_control AS a
    ON a.policy_version = t.policy_version AND a.check_id = 'around/protection'
  WHERE t.judges_from <= :as_of AND :as_of < t.judges_until
),
decided AS (
  SELECT h.subject, h.repositories, h.told, h.first_at, g.gaps, g.branches, g.first_from, g.landed,
    g.is_open, g.pattern, g.account, g.digits, b.pattern AS bypassed, a.control_id, v.said, v.last_at,
    v.due_at, l.pattern AS loose, l.administrators_bound AS loose_bound, l.loose_from, l.loose_until,
    COALESCE(h.events, '') || COALESCE(',' || g.events, '') || COALESCE(',' || v.events, '')
      AS events,
    CASE
      WHEN g.system IS NOT NULL THEN 'off'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN h.told < h.repositories AND a.control_id IS NOT NULL AND v.subject IS NOT NULL
        THEN 'alternative'
      WHEN h.repositories = 0 THEN 'no_forge'
      WHEN h.told < h.repositories THEN 'untold'
      ELSE 'protected'
    END AS state
  FROM held AS h
  CROSS JOIN alternative AS a
  LEFT JOIN seconds AS g ON g.system = h.name
  LEFT JOIN bypass AS b ON b.system = h.name
  LEFT JOIN loosened AS l ON l.system = h.name AND l.place = 1
  LEFT JOIN cadence_state AS v ON v.subject = h.subject AND v.cadence = 'protection_review'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('off', 'overdue') THEN 'deviation'
    WHEN d.state IN ('no_forge', 'untold') THEN 'not_verifiable'
    ELSE 'met'
  END AS verdict,
  CASE WHEN d.state = 'alternative' THEN 'compensating' ELSE 'direct' END AS basis,
  CASE d.state
    WHEN 'off' THEN 'The protection of ' || d.pattern
      || CASE WHEN d.branches > 1 THEN ' and ' || (d.branches - 1) || ' more' ELSE '' END
      || ' was off for '
      || CASE WHEN d.digits = '0' THEN '0' ELSE SUBSTR(d.digits, 1, LENGTH(d.digits) - 6) END
      || ' s' || CASE WHEN d.gaps > 1 THEN ' in ' || d.gaps || ' intervals' ELSE '' END
      || ', from ' || utc(d.first_from)
      || CASE WHEN d.is_open = 1 THEN ', and still is' ELSE '' END
      || COALESCE(', switched by {' || d.account || '}', '')
      || '; ' || d.landed || ' landed inside.'
      || ' Why: in that time nothing but good will kept unreviewed work out.'
      || ' Cure: keep it on; where it must be off, plan it and review what landed. The deviation stays on record.'
    WHEN 'overdue' THEN 'The review of branch protection was ' || d.said
      || '. Why: a setting that nobody looks at may have been loosened.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'alternative' THEN 'Of ' || d.repositories
      || CASE WHEN d.repositories = 1 THEN ' repository' ELSE ' repositories' END
      || ', ' || d.told || ' told of branch protection; the control ' || d.control_id
      || ' stands in, last performed at ' || utc(d.last_at) || ', next due by ' || utc(d.due_at) || '.'
    WHEN 'no_forge' THEN 'No forge tells of this system.'
      || ' Why: whether its branches are protected cannot be seen. Cure: connect the forge that holds its repositories.'
    WHEN 'untold' THEN 'Of ' || d.repositories
      || CASE WHEN d.repositories = 1 THEN ' repository' ELSE ' repositories' END || ', '
      || d.told || ' told of branch protection.'
      || ' Why: whether the others were protected cannot be seen. Cure: let the forge send its branch protection events.'
    ELSE 'Protected without a gap since ' || utc(d.first_at) || '.'
      || COALESCE(' Administrators may go around the protection of ' || d.bypassed || '.', '')
      || COALESCE(' The protection of ' || d.loose || ' was looser from ' || utc(d.loose_from)
        || COALESCE(' to ' || utc(d.loose_until), ' on')
        || CASE WHEN d.loose_bound = 0 THEN ': administrators could go around it.'
          ELSE ': it asked for no approval.' END, '')
  END AS reason,
  d.events AS evidence
FROM decided AS d
