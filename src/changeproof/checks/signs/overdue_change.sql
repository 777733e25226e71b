/*
id: signs/overdue_change
title: Planned, and not deployed in time
criterion: CC8.1
subject: change
severity: low
checks: >
  A window was planned for it and ended before all of it was deployed, and it was not moved on
  record before that window ended.
does_not_check: Whether the plan was realistic. Changes without a planned window.
re_perform: List the windows set for it with the times of setting; compare each end with the deployment.
*/
WITH counted AS (
  SELECT p.change_id, MAX(p.missed) AS missed, COUNT(*) AS windows,
    MIN(CASE WHEN p.missed = 1 THEN p.ends_at END) AS missed_end,
    MAX(p.ends_at) AS last_end, MAX(p.deployed_at) AS deployed_at,
    STRING_AGG(p.event, ',') AS events
  FROM planned_window AS p
  GROUP BY p.change_id
)
SELECT c.change_id AS subject,
  CASE
    WHEN n.change_id IS NULL THEN 'not_applicable'
    WHEN n.missed = 1 THEN 'raised'
    ELSE 'clear'
  END AS verdict,
  'direct' AS basis,
  CASE
    WHEN n.change_id IS NULL THEN 'No window was planned for it.'
    WHEN n.missed = 1 THEN 'Planned to be deployed by ' || utc(n.missed_end)
      || COALESCE('; deployed at ' || utc(n.deployed_at), '; not deployed')
      || ', and not moved on record before that.'
      || ' Why: a plan that silently slips is no plan. Cure: deploy it, or set a new window before the next one ends.'
    ELSE 'Planned to be deployed by ' || utc(n.last_end)
      || COALESCE('; deployed at ' || utc(n.deployed_at), '')
      || CASE WHEN n.windows > 1 THEN '; moved on record in time.' ELSE '.' END
  END AS reason,
  c.events || COALESCE(',' || n.events, '') AS evidence
FROM change AS c
LEFT JOIN counted AS n ON n.change_id = c.change_id
