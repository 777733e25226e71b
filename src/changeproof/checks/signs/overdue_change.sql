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
  SELECT p.change_id, COUNT(*) AS windows, STRING_AGG(p.event, ',') AS events
  FROM planned_window AS p
  GROUP BY p.change_id
),
missed AS (
  SELECT p.change_id, p.ends_at, p.moved_at,
    ROW_NUMBER() OVER (PARTITION BY p.change_id ORDER BY p.ends_at, p.event) AS place
  FROM planned_window AS p
  WHERE p.missed = 1
),
progress AS (
  SELECT w.change_id, w.change_events, SUM(w.deployed) AS deployed, COUNT(w.deployed_at) AS dated,
    COUNT(*) AS works
  FROM work AS w
  GROUP BY w.change_id, w.change_events
),
unseen AS (
  SELECT w.change_id, u.blind_from, u.scope,
    ROW_NUMBER() OVER (PARTITION BY w.change_id ORDER BY u.blind_from, u.scope) AS place
  FROM work AS w
  JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  WHERE w.deployed = 0
),
hole AS (
  SELECT h.change_id, MIN(h.missing) AS missing FROM walk_hole AS h GROUP BY h.change_id
),
decided AS (
  SELECT p.change_id, m.ends_at AS missed_end, m.moved_at, c.ends_at AS last_end, c.deployed_at,
    c.closed_at, n.windows, n.events, p.deployed AS deployed_works, p.works, u.blind_from, u.scope,
    h.missing, p.change_events,
    CASE
      WHEN n.change_id IS NULL THEN 'none'
      WHEN m.change_id IS NULL AND p.deployed = p.works AND p.dated < p.works
        AND c.ends_at < :as_of THEN 'undated'
      WHEN m.change_id IS NULL THEN 'clear'
      WHEN h.missing IS NOT NULL THEN 'hole'
      -- What came after the window came too late, seen or not.
      WHEN u.blind_from <= m.ends_at THEN 'unseen'
      ELSE 'missed'
    END AS state
  FROM progress AS p
  LEFT JOIN counted AS n ON n.change_id = p.change_id
  LEFT JOIN planned_window AS c ON c.change_id = p.change_id AND c.moved_at IS NULL
  LEFT JOIN missed AS m ON m.change_id = p.change_id AND m.place = 1
  LEFT JOIN unseen AS u ON u.change_id = p.change_id AND u.place = 1
  LEFT JOIN hole AS h ON h.change_id = p.change_id
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
