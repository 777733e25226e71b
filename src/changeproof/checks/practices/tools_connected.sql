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
  SELECT COUNT(k.covered_from) AS covered, COUNT(*) AS repositories
  FROM repository_system AS k
),
silent AS (
  SELECT s.scope, s.silent_from, r.silent_until, r.silent_until - s.silent_from AS length,
    s.event || COALESCE(',' || r.event, '') AS events,
    CASE
      WHEN r.silent_until IS NULL THEN 'lasting'
      WHEN r.filled = 1 THEN 'read'
      ELSE 'missed'
    END AS state
  FROM silence AS s
  LEFT JOIN recovery AS r ON r.scope = s.scope AND r.silent_from = s.silent_from
),
placed AS (
  SELECT t.scope, t.silent_from, t.silent_until, t.length, t.events, t.state,
    ROW_NUMBER() OVER (PARTITION BY t.state ORDER BY t.silent_from, t.scope) AS place
  FROM silent AS t
),
silences AS (
  SELECT COUNT(*) AS times,
    MIN(CASE WHEN t.state = 'lasting' AND t.place = 1 THEN t.scope END) AS silent_scope,
    MIN(CASE WHEN t.state = 'lasting' THEN t.silent_from END) AS silent_from,
    MIN(CASE WHEN t.state = 'missed' AND t.place = 1 THEN t.scope END) AS missed_scope,
    MIN(CASE WHEN t.state = 'missed' AND t.place = 1 THEN t.silent_from END) AS missed_from,
    MIN(CASE WHEN t.state = 'missed' AND t.place = 1 THEN t.silent_until END) AS missed_until,
    COUNT(DISTINCT CASE WHEN t.state = 'missed' THEN t.scope END) AS missed_scopes,
    CAST(SUM(CASE WHEN t.state = 'missed' THEN t.length END) AS VARCHAR) AS missed,
    STRING_AGG(t.events, ',') AS events
  FROM placed AS t
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
  SELECT s.subject, f.covered, f.repositories, z.times, z.silent_scope, z.silent_from,
    z.missed_scope, z.missed_from, z.missed_until, z.missed_scopes, z.missed, u.deliveries, u.received_at,
    -- Of coverage no entry is named: an earlier statement may take the place of the one that told
    -- of it first, and nothing would have changed.
    COALESCE(z.events, '') || COALESCE(',' || u.events, '') AS events,
    CASE
      WHEN z.silent_scope IS NOT NULL THEN 'silent'
      WHEN f.repositories = 0 THEN 'no_repository'
      WHEN f.covered = 0 THEN 'no_forge'
      WHEN a.requests = 0 THEN 'no_requests'
      WHEN a.tests = 0 THEN 'no_tests'
      WHEN z.missed_scope IS NOT NULL THEN 'missed'
      WHEN u.deliveries > 0 THEN 'unread'
      ELSE 'connected'
    END AS state
  FROM subject AS s
  CROSS JOIN forges AS f
  CROSS JOIN silences AS z
  CROSS JOIN asked AS a
  CROSS JOIN unread AS u
  WHERE s.kind = 'organisation'
)
SELECT d.subject,
  CASE WHEN d.state = 'connected' THEN 'met' ELSE 'not_verifiable' END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'silent' THEN 'Nothing has come from ' || d.silent_scope || ' since '
      || utc(d.silent_from) || '. Why: what changes cannot be seen meanwhile.'
      || ' Cure: mend the connection, and read the interval afterwards.'
    WHEN 'no_repository' THEN 'No version control tells of changes.'
      || ' Why: who proposed, reviewed and merged what cannot be watched.'
      || ' Cure: connect the forge that holds the repositories.'
    WHEN 'no_forge' THEN
      'Version control is known from clones alone; no forge tells of changes as they happen.'
      || ' Why: who proposed, reviewed and merged what cannot be watched.'
      || ' Cure: connect the forge that holds the repositories.'
    WHEN 'no_requests' THEN 'No tool for requests or tickets tells of changes.'
      || ' Why: who asked for a change, and who let it begin, cannot be watched.'
      || ' Cure: connect the ticket system, or request changes at the desk.'
    WHEN 'no_tests' THEN 'No tool tells of tests.'
      || ' Why: whether changes were tested cannot be watched.'
      || ' Cure: let the pipeline send its test results.'
    WHEN 'missed' THEN d.missed_scope
      || CASE
        WHEN d.missed_scopes = 1 THEN ' was'
        ELSE ' and ' || (d.missed_scopes - 1) || ' more were'
      END
      || ' silent for '
      || CASE WHEN LENGTH(d.missed) <= 6 THEN '0' ELSE SUBSTR(d.missed, 1, LENGTH(d.missed) - 6) END
      || ' s that nobody has read afterwards, the first from ' || utc(d.missed_from) || ' to '
      || utc(d.missed_until) || '.'
      || ' Why: what changed in that time cannot be seen. Cure: read the interval from the source.'
    WHEN 'unread' THEN d.deliveries
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
