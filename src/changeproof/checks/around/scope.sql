/*
id: around/scope
title: What exists is in scope, or somebody decided that it is not
criterion: CC2.1
subject: organisation
severity: high
policy: [cadence.scope_review, settle]
checks: >
  Every item of an inventory from elsewhere is told of by a source (a repository, system or
  environment of that name, or its boundary) since it was first listed, or somebody decided with a
  reason that it is out of scope. The scope was reviewed within the policy's cadence. Time in which
  an item existed and no source told of it is given in seconds.
does_not_check: >
  Whether the inventory is complete; items of an inventory that were deleted since: they stay, for
  their changes stay in the population.
re_perform: >
  Fetch the list of repositories, clusters and accounts from where they are kept; hold it against
  the sources and the decisions on what is out of scope; compare the first listing with the
  beginning of coverage.
*/
WITH listing AS (
  SELECT LOWER(i.item) AS key_name, i.item, i.listed_at, i.event,
    ROW_NUMBER() OVER (
      PARTITION BY LOWER(i.item) ORDER BY COALESCE(i.listed_at, 9000000000000000000), i.event
    ) AS place
  FROM inventory_item AS i
),
source AS (
  SELECT LOWER(k.repository) AS key_name, k.covered_from FROM repository_system AS k
  UNION ALL
  SELECT LOWER(r.name), k.covered_from
  FROM repository AS r
  JOIN repository_system AS k ON k.repository = r.repository
  UNION ALL
  SELECT LOWER(k.system), k.covered_from FROM repository_system AS k
  UNION ALL
  SELECT LOWER(y.system), NULL FROM system_record AS y
  UNION ALL
  SELECT LOWER(e.boundary), NULL FROM environment_record AS e
),
told AS (
  SELECT z.key_name, MIN(COALESCE(z.covered_from, 0)) AS told_from
  FROM source AS z
  GROUP BY z.key_name
),
decision AS (
  SELECT LOWER(c.item) AS key_name, c.in_scope, c.account, c.reason_digest, c.event,
    ROW_NUMBER() OVER (
      PARTITION BY LOWER(c.item) ORDER BY COALESCE(c.decided_at, 0) DESC, c.event DESC
    ) AS place
  FROM scope_decision AS c
),
held AS (
  SELECT i.item, i.listed_at, t.told_from, c.account,
    i.event || COALESCE(',' || c.event, '') AS events,
    CASE
      WHEN c.in_scope = 0 AND c.account IS NOT NULL AND c.reason_digest IS NOT NULL THEN 'out'
      WHEN t.key_name IS NULL AND c.in_scope = 0 THEN 'unexplained'
      WHEN t.key_name IS NULL THEN 'untold'
      WHEN t.told_from > i.listed_at + p.settle THEN 'late'
      ELSE 'told'
    END AS state
  FROM listing AS i
  JOIN policy_terms AS p ON p.judges_from <= :as_of AND :as_of < p.judges_until
  LEFT JOIN told AS t ON t.key_name = i.key_name
  LEFT JOIN decision AS c ON c.key_name = i.key_name AND c.place = 1
  WHERE i.place = 1
),
counted AS (
  SELECT COUNT(*) AS items, COUNT(CASE WHEN h.state = 'out' THEN 1 END) AS excluded,
    COUNT(CASE WHEN h.state = 'untold' THEN 1 END) AS untold,
    MIN(CASE WHEN h.state = 'untold' THEN h.item END) AS untold_item,
    COUNT(CASE WHEN h.state = 'unexplained' THEN 1 END) AS unexplained,
    MIN(CASE WHEN h.state = 'unexplained' THEN h.item END) AS unexplained_item,
    COUNT(CASE WHEN h.state = 'late' THEN 1 END) AS late,
    MIN(CASE WHEN h.state = 'late' THEN h.item END) AS late_item,
    CAST(SUM(CASE WHEN h.state = 'late' THEN h.told_from - h.listed_at END) AS VARCHAR) AS digits,
    STRING_AGG(CASE WHEN h.state <> 'told' THEN h.events END, ',') AS events,
    MIN(h.events) AS any_events
  FROM held AS h
),
decided AS (
  SELECT s.subject, c.items, c.excluded, c.untold, c.untold_item, c.unexplained, c.unexplained_item,
    c.late, c.late_item, c.digits, v.said, v.last_at, v.last_by, v.due_at,
    COALESCE(c.events, c.any_events, '') || COALESCE(',' || v.events, '') AS events,
    CASE
      WHEN c.items = 0 THEN 'unknown'
      WHEN c.untold > 0 THEN 'untold'
      WHEN c.late > 0 THEN 'late'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN c.unexplained > 0 THEN 'unexplained'
      WHEN v.subject IS NULL THEN 'never'
      ELSE 'done'
    END AS state
  FROM subject AS s
  CROSS JOIN counted AS c
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'scope_review'
  WHERE s.kind = 'organisation'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('untold', 'late', 'overdue') THEN 'deviation'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'unknown' THEN 'No inventory from elsewhere is on record.'
      || ' Why: whether the sources connected are all that exist cannot be seen.'
      || ' Cure: record the list of repositories, clusters and accounts from where they are kept (event InventoryTaken).'
    WHEN 'untold' THEN d.untold_item
      || CASE WHEN d.untold > 1 THEN ' and ' || (d.untold - 1) || ' more of ' ELSE ', of ' END
      || d.items || CASE WHEN d.items = 1 THEN ' item' ELSE ' items' END
      || ' in the inventory, is told of by no source, and nobody decided that it is out of scope.'
      || ' Why: changes to it would be seen by nobody.'
      || ' Cure: connect it, or decide with a reason that it is out of scope; the deviation stays on record.'
    WHEN 'late' THEN d.late_item
      || CASE WHEN d.late > 1 THEN ' and ' || (d.late - 1) || ' more' ELSE '' END
      || ' existed for ' || CASE WHEN LENGTH(d.digits) <= 6 THEN '0'
        ELSE SUBSTR(d.digits, 1, LENGTH(d.digits) - 6) END
      || ' s before a source told of it. Why: changes in that time were seen by nobody.'
      || ' Cure: read that time from the source afterwards; the deviation stays on record.'
    WHEN 'overdue' THEN 'The review of the scope was ' || d.said
      || '. Why: what was added meanwhile may be missing. Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'unexplained' THEN 'Why ' || d.unexplained_item
      || CASE WHEN d.unexplained > 1 THEN ' and ' || (d.unexplained - 1) || ' more' ELSE '' END
      || ' is out of scope, or who decided so, is not on record.'
      || ' Why: whether it may be left out cannot be seen. Cure: decide again, with a reason.'
    WHEN 'never' THEN d.items || CASE WHEN d.items = 1 THEN ' item' ELSE ' items' END
      || ' in the inventory, ' || d.excluded || ' out of scope; no review of the scope is on record.'
      || ' Why: whether somebody agreed to it as a whole cannot be seen.'
      || ' Cure: review it and record that (Desk, Reviews and controls).'
    ELSE 'Of ' || d.items || CASE WHEN d.items = 1 THEN ' item' ELSE ' items' END
      || ' in the inventory, sources tell of ' || (d.items - d.excluded) || ' and '
      || d.excluded || CASE WHEN d.excluded = 1 THEN ' is' ELSE ' are' END
      || ' out of scope by decision; last reviewed' || COALESCE(' by {' || d.last_by || '}', '')
      || ' at ' || utc(d.last_at) || ', next due by ' || utc(d.due_at) || '.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
