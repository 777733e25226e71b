/*
id: around/unilateral_path
title: Nobody can bring a change to production alone, or somebody else looks at what they did
criterion: CC6.1, CC6.3, CC8.1
subject: system
severity: high
policy: [cadence.unilateral_path_review, production_environments]
checks: >
  Who may both write and deploy is known. Where somebody can do both, another human has looked at
  what they did within the policy's cadence; that stands in for separation and is shown as such.
  What they did to production by hand, for no change, is counted.
does_not_check: >
  Whether the lists of access are complete. Changes that somebody wrote and deployed alone: each is
  judged on its own (cc8_1/08, cc8_1/09, segregation). Bots, whose runs are attributed.
re_perform: >
  Take the lists of who may write and who may deploy; note who stands on both; read the reviews of
  what they did, with who held them and when.
*/
WITH known AS (
  SELECT a.subject, COUNT(CASE WHEN a.area = 'write' THEN 1 END) AS writers,
    COUNT(CASE WHEN a.area = 'production' THEN 1 END) AS deployers, STRING_AGG(a.events, ',') AS events
  FROM access_state AS a
  WHERE a.area IN ('write', 'production')
  GROUP BY a.subject
),
able AS (
  SELECT p.subject, COUNT(*) AS people, MIN(p.account) AS account, SUM(p.acts) AS acts,
    COUNT(CASE WHEN p.due_at < :as_of THEN 1 END) AS overdue,
    MIN(p.due_at) AS due_at, STRING_AGG(p.events, ',') AS events
  FROM unilateral_person AS p
  GROUP BY p.subject
),
longest AS (
  SELECT p.subject, p.account, p.due_at,
    ROW_NUMBER() OVER (PARTITION BY p.subject ORDER BY p.due_at, p.account) AS place
  FROM unilateral_person AS p
),
decided AS (
  SELECT s.subject, COALESCE(k.writers, 0) AS writers, COALESCE(k.deployers, 0) AS deployers,
    a.people, a.account, COALESCE(a.acts, 0) AS acts, a.overdue,
    l.account AS overdue_account, l.due_at AS overdue_since, a.due_at, v.said, v.last_at, v.last_by,
    COALESCE(k.events, '') || COALESCE(',' || a.events, '')
      || CASE WHEN a.subject IS NULL THEN '' ELSE COALESCE(',' || v.events, '') END AS events,
    CASE
      WHEN COALESCE(k.writers, 0) = 0 OR COALESCE(k.deployers, 0) = 0 THEN 'unknown'
      WHEN a.subject IS NULL THEN 'nobody'
      WHEN v.subject IS NULL THEN 'never'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN a.overdue > 0 THEN 'own'
      ELSE 'covered'
    END AS state
  FROM subject AS s
  LEFT JOIN known AS k ON k.subject = s.subject
  LEFT JOIN able AS a ON a.subject = s.subject
  LEFT JOIN longest AS l ON l.subject = s.subject AND l.place = 1
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'unilateral_path_review'
  WHERE s.kind = 'system'
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('unknown', 'never') THEN 'not_verifiable'
    WHEN d.state IN ('overdue', 'own') THEN 'deviation'
    ELSE 'met'
  END AS verdict,
  CASE WHEN d.state = 'covered' THEN 'compensating' ELSE 'direct' END AS basis,
  CASE d.state
    WHEN 'unknown' THEN 'Who may '
      || CASE
        WHEN d.writers = 0 AND d.deployers = 0 THEN 'write and who may deploy is'
        WHEN d.writers = 0 THEN 'write is'
        ELSE 'deploy is'
      END
      || ' not on record. Why: whether anybody can do both cannot be seen.'
      || ' Cure: record both lists (event AccessGranted, access write and deploy).'
    WHEN 'nobody' THEN 'Nobody may both write and deploy.'
    ELSE d.people || CASE WHEN d.people = 1 THEN ' person, {' || d.account || '}, may'
      ELSE ' people, {' || d.account || '} among them, may' END
      || ' both write and deploy'
      || CASE WHEN d.acts = 0 THEN '' WHEN d.acts = 1 THEN ', and acted on production by hand once'
        ELSE ', and acted on production by hand ' || d.acts || ' times' END
      || CASE d.state
        WHEN 'never' THEN '; no review of what they did is on record.'
          || ' Why: whether anybody looked cannot be seen.'
          || ' Cure: separate the two, or have somebody else review it and record that (Desk, Reviews and controls).'
        WHEN 'overdue' THEN '; the review of what they did was ' || d.said
          || '. Why: in that time nothing but good will kept their own work from production.'
          || ' Cure: hold the review and record it; the deviation stays on record.'
        WHEN 'own' THEN '; what {' || d.overdue_account || '} did was due for a look by somebody else by '
          || utc(d.overdue_since) || '. Why: nobody reviews what they did themselves.'
          || ' Cure: have another person review it, and record that.'
        ELSE '; last reviewed' || COALESCE(' by {' || d.last_by || '}', '') || ' at ' || utc(d.last_at)
          || ', next due by ' || utc(d.due_at) || '.'
      END
  END AS reason,
  d.events AS evidence
FROM decided AS d
