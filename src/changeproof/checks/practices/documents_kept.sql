/*
id: practices/documents_kept
title: Procedures and runbooks are looked at again, and read by those who need them
criterion: CC5.3, CC2.2
subject: organisation
severity: low
policy: []
checks: >
  Each document that is in force was looked at again, or put in force anew, within the time that
  its version states; whoever it names, or holds a role that it names, acknowledged the version in
  force within the time that it states, counted from its coming into force or from their role.
does_not_check: >
  Whether the text is right, and whether those who acknowledged it read it. Documents kept elsewhere.
  Whether a version was approved: its change is judged like every other. The change process itself
  (practices/process_reviewed).
re_perform: >
  For each document list the days on which it came into force or was reviewed, and subtract; hold
  the list of those it names against the acknowledgements of the version in force.
*/
WITH counted AS (
  SELECT COUNT(DISTINCT k.document) AS documents
  FROM document_look AS k
),
unlooked AS (
  SELECT k.document, k.due_at, k.next_at,
    ROW_NUMBER() OVER (ORDER BY k.due_at, k.document, k.event) AS place
  FROM document_look AS k
  WHERE COALESCE(k.next_at, :as_of) > k.due_at
),
unread AS (
  SELECT r.document, r.account, r.due_at,
    ROW_NUMBER() OVER (ORDER BY r.due_at, r.document, r.account) AS place
  FROM document_reading AS r
  WHERE r.due_at < :as_of AND (r.acknowledged_at IS NULL OR r.acknowledged_at > r.due_at)
),
late_look AS (
  SELECT COUNT(*) AS times, MIN(CASE WHEN u.place = 1 THEN u.document END) AS document,
    MIN(CASE WHEN u.place = 1 THEN u.due_at END) AS due_at,
    MIN(CASE WHEN u.place = 1 THEN u.next_at END) AS next_at
  FROM unlooked AS u
),
late_reader AS (
  SELECT COUNT(*) AS people, MIN(CASE WHEN n.place = 1 THEN n.document END) AS document,
    MIN(CASE WHEN n.place = 1 THEN n.account END) AS account,
    MIN(CASE WHEN n.place = 1 THEN n.due_at END) AS due_at
  FROM unread AS n
),
reading AS (
  SELECT COUNT(*) AS obliged, COUNT(r.acknowledged_at) AS acknowledged
  FROM document_reading AS r
),
told AS (
  SELECT STRING_AGG(e.event, ',') AS events
  FROM (
    SELECT k.event FROM document_look AS k
    UNION
    SELECT r.event FROM document_reading AS r WHERE r.event IS NOT NULL
  ) AS e
)
SELECT s.subject,
  CASE
    WHEN c.documents = 0 THEN 'not_applicable'
    WHEN u.times > 0 OR n.people > 0 THEN 'deviation'
    ELSE 'met'
  END AS verdict,
  'direct' AS basis,
  CASE
    WHEN c.documents = 0 THEN 'No procedure, runbook or policy is kept here as a document.'
    WHEN u.times > 0 THEN 'The review of ' || u.document || ' was due by ' || utc(u.due_at)
      || COALESCE(' and came at ' || utc(u.next_at), ' and has not come')
      || CASE WHEN u.times > 1 THEN '; ' || u.times || ' reviews were late or are' ELSE '' END
      || '. Why: a text that nobody looks at again drifts away from what people do.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN n.people > 0 THEN n.people || ' of ' || r.obliged
      || ' who are to acknowledge a document did not in time; {' || n.account || '} was to acknowledge '
      || n.document || ' by ' || utc(n.due_at) || '.'
      || ' Why: who has not read it may not work by it.'
      || ' Cure: have them acknowledge it; the deviation stays until the next version.'
    ELSE c.documents || CASE WHEN c.documents = 1 THEN ' document' ELSE ' documents' END
      || ' in force, each looked at in time; ' || r.acknowledged || ' of ' || r.obliged
      || ' acknowledgements are there, and none is late.'
  END AS reason,
  COALESCE(t.events, '') AS evidence
FROM subject AS s
CROSS JOIN counted AS c
CROSS JOIN reading AS r
CROSS JOIN told AS t
CROSS JOIN late_look AS u
CROSS JOIN late_reader AS n
WHERE s.kind = 'organisation'
