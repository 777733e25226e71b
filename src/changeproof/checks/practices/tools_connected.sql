/*
id: practices/tools_connected
title: The tools that log changes are connected and not silent
criterion: CC2.1, CC7.2
subject: organisation
severity: high
policy: [settle]
checks: >
  Version control, requests or tickets, and tests tell of changes; no source is silent now, and
  what was missed while one was silent has been read since. Silent time is given in seconds.
does_not_check: >
  Whether each repository's tests and tickets are told of (around/scope holds the sources against
  an inventory); whether what a source tells is right.
re_perform: >
  List the sources connected and the intervals in which nothing came; ask each tool for its own
  list of the day and count.
*/
WITH forges AS (
  SELECT COUNT(k.covered_from) AS covered, COUNT(*) AS repositories, MIN(k.covered_from) AS since
  FROM repository_system AS k
),
silent AS (
  SELECT s.scope, s.silent_from, r.silent_until, COALESCE(r.filled, 0) AS filled,
    r.silent_until - s.silent_from AS length,
    s.event || COALESCE(',' || r.event, '') AS events
  FROM silence AS s
  LEFT JOIN recovery AS r ON r.scope = s.scope AND r.silent_from = s.silent_from
),
silences AS (
  SELECT COUNT(*) AS times,
    MIN(CASE WHEN t.silent_until IS NULL THEN t.scope END) AS silent_scope,
    MIN(CASE WHEN t.silent_until IS NULL THEN t.silent_from END) AS silent_from,
    MIN(CASE WHEN t.silent_until IS NOT NULL AND t.filled = 0 THEN t.scope END) AS missed_scope,
    COALESCE(SUM(CASE WHEN t.silent_until IS NOT NULL AND t.filled = 0 THEN t.length END), 0)
      AS missed,
    STRING_AGG(t.events, ',') AS events
  FROM silent AS t
),
life AS (
  SELECT 'requests' AS kind, q.change_name AS name FROM change_request AS q
  UNION ALL
  SELECT 'requests', m.change_name FROM ticket_move AS m
  UNION ALL
  SELECT 'tests', r.run FROM test_run AS r
),
asked AS (
  SELECT COUNT(CASE WHEN l.kind = 'requests' THEN 1 END) AS requests,
    COUNT(CASE WHEN l.kind = 'tests' THEN 1 END) AS tests
  FROM life AS l
),
unread AS (
  SELECT COUNT(*) AS deliveries, MIN(q.received_at) AS received_at, STRING_AGG(q.event, ',') AS events
  FROM quarantined_delivery AS q
  WHERE NOT EXISTS (
    SELECT 1 FROM replayed_delivery AS p WHERE p.kind = q.kind AND p.delivery = q.delivery
  )
),
decided AS (
  SELECT s.subject, f.covered, f.repositories, f.since, z.times, z.silent_scope, z.silent_from,
    z.missed_scope, CAST(z.missed AS VARCHAR) AS missed,
    u.deliveries, u.received_at, CASE WHEN a.requests > 0 THEN 1 ELSE 0 END AS has_requests,
    CASE WHEN a.tests > 0 THEN 1 ELSE 0 END AS has_tests,
    -- Of coverage no entry is named: an earlier statement may take the place of the one that told
    -- of it first, and nothing would have changed.
    COALESCE(z.events, '') || COALESCE(',' || u.events, '') AS events
  FROM subject AS s
  CROSS JOIN forges AS f
  CROSS JOIN silences AS z
  CROSS JOIN asked AS a
  CROSS JOIN unread AS u
  WHERE s.kind = 'organisation'
)
SELECT d.subject,
  CASE
    WHEN d.silent_scope IS NOT NULL OR d.covered = 0 OR d.has_requests = 0 OR d.has_tests = 0
      OR d.missed_scope IS NOT NULL OR d.deliveries > 0 THEN 'not_verifiable'
    ELSE 'met'
  END AS verdict,
  'direct' AS basis,
  CASE
    WHEN d.silent_scope IS NOT NULL THEN 'Nothing has come from ' || d.silent_scope || ' since '
      || utc(d.silent_from) || '. Why: what changes cannot be seen meanwhile.'
      || ' Cure: mend the connection, and read the interval afterwards.'
    WHEN d.covered = 0 THEN CASE
        WHEN d.repositories = 0 THEN 'No version control tells of changes.'
        ELSE 'Version control is known from clones alone; no forge tells of changes as they happen.'
      END
      || ' Why: who proposed, reviewed and merged what cannot be watched.'
      || ' Cure: connect the forge that holds the repositories.'
    WHEN d.has_requests = 0 THEN 'No tool for requests or tickets tells of changes.'
      || ' Why: who asked for a change, and who let it begin, cannot be watched.'
      || ' Cure: connect the ticket system, or request changes at the desk.'
    WHEN d.has_tests = 0 THEN 'No tool tells of tests.'
      || ' Why: whether changes were tested cannot be watched.'
      || ' Cure: let the pipeline send its test results.'
    WHEN d.missed_scope IS NOT NULL THEN d.missed_scope || ' was silent for '
      || CASE WHEN LENGTH(d.missed) <= 6 THEN '0' ELSE SUBSTR(d.missed, 1, LENGTH(d.missed) - 6) END
      || ' s that nobody has read afterwards.'
      || ' Why: what changed in that time cannot be seen. Cure: read the interval from the source.'
    WHEN d.deliveries > 0 THEN d.deliveries
      || CASE WHEN d.deliveries = 1 THEN ' delivery stands' ELSE ' deliveries stand' END
      || ' unread in quarantine, the first since ' || utc(d.received_at)
      || '. Why: what is in it cannot be seen. Cure: replay it once it can be read.'
    ELSE 'Version control, requests and tests tell of changes; ' || d.covered || ' of '
      || d.repositories || CASE WHEN d.repositories = 1 THEN ' repository is' ELSE ' repositories are' END
      || ' covered by a forge'
      || CASE
        WHEN d.times = 0 THEN '; no silence is on record.'
        ELSE '; of ' || d.times || CASE WHEN d.times = 1 THEN ' silence' ELSE ' silences' END
          || ' on record all was read afterwards.'
      END
  END AS reason,
  d.events AS evidence
FROM decided AS d
