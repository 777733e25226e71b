/*
id: signs/overdue_change
title: Planned, and not deployed in time
criterion: CC8.1
subject: change
severity: low
checks: >
  A window was planned for it and ended before all of it was deployed, and it was not moved on
  record before that window ended. Where the deployment may only be unseen, or nobody stated when it
  was, it is not verifiable.
does_not_check: Whether the plan was realistic. Changes without a planned window.
re_perform: List the windows set for it with the times of setting; compare each end with the deployment.
*/
WITH counted AS (
  SELECT p.change_id, MAX(p.missed) AS missed, COUNT(*) AS windows,
    MIN(CASE WHEN p.missed = 1 THEN p.ends_at END) AS missed_end,
    MIN(CASE WHEN p.missed = 1 THEN p.moved_at END) AS moved_at,
    MAX(p.ends_at) AS last_end, MAX(p.deployed_at) AS deployed_at,
    STRING_AGG(p.event, ',') AS events
  FROM planned_window AS p
  GROUP BY p.change_id
),
progress AS (
  SELECT w.change_id, MIN(w.deployed) AS deployed,
    MAX(CASE WHEN w.deployed = 1 AND w.deployed_at IS NULL THEN 1 ELSE 0 END) AS undated,
    SUM(w.deployed) AS deployed_works, COUNT(*) AS works, MAX(w.closed_at) AS closed_at,
    MIN(CASE WHEN w.deployed = 0 THEN u.blind_from END) AS blind_from,
    MIN(CASE WHEN w.deployed = 0 THEN u.scope END) AS scope,
    MIN(CASE WHEN h.missing IS NOT NULL THEN h.missing END) AS missing,
    MIN(w.change_events) AS events
  FROM work AS w
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN walk_hole AS h ON h.change_id = w.change_id AND h.implementation = w.implementation
  GROUP BY w.change_id
),
decided AS (
  SELECT p.change_id, n.missed_end, n.moved_at, n.last_end, n.deployed_at, n.windows, n.events,
    p.deployed_works, p.works, p.closed_at, p.blind_from, p.scope, p.missing,
    p.events AS change_events,
    CASE
      WHEN n.change_id IS NULL THEN 'none'
      WHEN n.missed = 0 AND p.deployed = 1 AND p.undated = 1 AND n.last_end < :as_of THEN 'undated'
      WHEN n.missed = 0 THEN 'clear'
      WHEN p.deployed = 0 AND p.missing IS NOT NULL THEN 'hole'
      -- What came after the window came too late, seen or not.
      WHEN p.deployed = 0 AND p.blind_from <= n.missed_end THEN 'unseen'
      ELSE 'missed'
    END AS state
  FROM progress AS p
  LEFT JOIN counted AS n ON n.change_id = p.change_id
)
SELECT d.change_id AS subject,
  CASE d.state
    WHEN 'none' THEN 'not_applicable'
    WHEN 'clear' THEN 'clear'
    WHEN 'missed' THEN 'raised'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'none' THEN 'No window was planned for it.'
    WHEN 'missed' THEN 'Planned to be deployed by ' || utc(d.missed_end)
      || CASE
        WHEN d.deployed_at IS NOT NULL THEN '; deployed at ' || utc(d.deployed_at)
        WHEN d.deployed_works > 0 THEN '; ' || d.deployed_works || ' of its ' || d.works
          || ' pieces of work are deployed'
        ELSE '; not deployed'
      END
      || CASE
        WHEN d.moved_at IS NULL THEN ', and not moved on record before that.'
        ELSE ', and moved on record only at ' || utc(d.moved_at) || '.'
      END
      || ' Why: a plan that silently slips is no plan. Cure: deploy it, or set a new window before the next one ends.'
    WHEN 'undated' THEN 'Planned to be deployed by ' || utc(d.last_end)
      || '; it is deployed, and nobody stated when.'
      || ' Why: whether it was in time cannot be told. Cure: state the time of the deployment.'
    WHEN 'hole' THEN 'Planned to be deployed by ' || utc(d.missed_end)
      || '; the walk back from a deployment met ' || SUBSTR(d.missing, 1, 7)
      || ', and nobody told what came before.'
      || ' Why: whether it is deployed cannot be told. Cure: import the repository''s history.'
    WHEN 'unseen' THEN 'Planned to be deployed by ' || utc(d.missed_end)
      || '; no deployment was seen, but ' || d.scope || ' could not be seen from '
      || utc(d.blind_from)
      || '. Why: a deployment in that time would not have reached us. Cure: read that interval afterwards.'
    ELSE 'Planned to be deployed by ' || utc(d.last_end)
      || CASE
        WHEN d.deployed_at IS NOT NULL THEN '; deployed at ' || utc(d.deployed_at)
        WHEN d.closed_at IS NOT NULL THEN '; closed at ' || utc(d.closed_at) || ' before that'
        ELSE ''
      END
      || CASE WHEN d.windows > 1 THEN '; moved on record in time.' ELSE '.' END
  END AS reason,
  d.change_events || COALESCE(',' || d.events, '') AS evidence
FROM decided AS d
