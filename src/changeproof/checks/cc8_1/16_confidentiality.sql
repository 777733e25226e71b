/*
id: cc8_1/16_confidentiality
title: No secrets in the change, no production data in its tests
criterion: CC8.1
subject: change
severity: high
policy: [categories, scans_required]
checks: >
  With confidentiality in scope, and committed to on a system that the change reaches: a scan for
  secrets ran on what each piece of work brings and left none open (`secrets`), and the assessment
  says that no production data is used in its tests (`test_data`). A secret that a scan found after
  the deployment is one all the same. What is set by hand in production brings no files to scan.
does_not_check: >
  Secrets that the scanner does not know. Test data itself: no source shows it, so the assessment's
  answer is the evidence. Whether a secret that was found has been changed since.
re_perform: >
  Run a scanner for secrets over the change's commits; ask for the assessment of its test data.
*/
WITH scoped AS (
  SELECT w.change_id, k.open_ever, k.late_at, k.events,
    CASE
      WHEN k.open_ever > 0 THEN 'found'
      WHEN k.in_time > 0 THEN 'clean'
      WHEN q.value IS NOT NULL AND w.ground IN ('pull', 'direct') AND g.blind = 0 THEN 'missing'
      WHEN w.kind <> 'act' THEN 'unseen'
    END AS secrets
  FROM change_progress AS g
  JOIN policy_list AS c
    ON c.policy_version = g.policy_version AND c.parameter = 'category'
    AND c.value = 'confidentiality'
  JOIN work AS w ON w.change_id = g.change_id
  LEFT JOIN scan_state AS k
    ON k.change_id = w.change_id AND k.implementation = w.implementation AND k.kind = 'secrets'
  LEFT JOIN policy_list AS q
    ON q.policy_version = g.policy_version AND q.parameter = 'scans_required'
    AND q.value = 'secrets'
),
counted AS (
  SELECT s.change_id,
    MAX(CASE WHEN s.secrets = 'found' THEN s.open_ever ELSE 0 END) AS found,
    COUNT(CASE WHEN s.secrets = 'missing' THEN 1 END) AS missing,
    COUNT(CASE WHEN s.secrets = 'unseen' THEN 1 END) AS unseen,
    COUNT(CASE WHEN s.secrets = 'clean' THEN 1 END) AS clean,
    MIN(s.late_at) AS late_at, STRING_AGG(s.events, ',') AS events
  FROM scoped AS s
  GROUP BY s.change_id
),
decided AS (
  SELECT g.change_id, g.deployed_at, g.closed_at, g.git_alone, n.found, n.missing, n.unseen,
    n.clean, n.late_at, t.answer, t.by_whom, t.assessed_at, b.by_whom AS refused_by,
    g.events || COALESCE(',' || n.events, '') || COALESCE(',' || t.event, '')
      || COALESCE(',' || b.event, '') || COALESCE(',' || s.events, '') AS events,
    CASE
      WHEN n.change_id IS NULL THEN 'no_category'
      WHEN s.confidentiality = 0 THEN 'not_committed'
      WHEN n.found > 0 THEN 'found'
      WHEN g.closed_at IS NOT NULL THEN 'closed'
      WHEN g.deployed = 0 THEN 'waiting'
      WHEN t.answer = 'rejected' THEN 'production_data'
      WHEN b.answer = 'rejected' THEN 'refused'
      WHEN n.missing > 0 THEN 'not_scanned'
      WHEN n.unseen > 0 OR t.answer IS NULL THEN 'unseen'
      ELSE 'protected'
    END AS state
  FROM change_progress AS g
  LEFT JOIN counted AS n ON n.change_id = g.change_id
  LEFT JOIN affected_system AS s ON s.change_id = n.change_id
  LEFT JOIN assessed AS t
    ON t.change_id = n.change_id AND t.topic = 'test_data' AND t.late = 0
  LEFT JOIN assessed AS b
    ON b.change_id = n.change_id AND b.topic = 'confidentiality' AND b.late = 0
)
SELECT d.change_id AS subject,
  CASE
    WHEN d.state IN ('no_category', 'not_committed', 'closed') THEN 'not_applicable'
    WHEN d.state = 'waiting' THEN 'pending'
    WHEN d.state = 'protected' THEN 'met'
    WHEN d.state = 'unseen' THEN 'not_verifiable'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'no_category' THEN 'The category confidentiality is not in scope.'
    WHEN 'not_committed' THEN 'The register of systems names no commitment to confidentiality on what it reaches.'
    WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
    WHEN 'found' THEN 'A scan for secrets left ' || d.found
      || CASE WHEN d.found = 1 THEN ' finding' ELSE ' findings' END || ' open on what it brings'
      || COALESCE('; deployed at ' || utc(d.deployed_at), '')
      || '. Why: whoever reads the repository can use them.'
      || ' Cure: take the secret out of use and change it; the deviation stays on record.'
    WHEN 'waiting' THEN
      CASE WHEN d.clean > 0 THEN 'Scanned for secrets, none found' ELSE 'Not scanned for secrets so far' END
      || CASE WHEN d.answer IS NULL THEN '; its test data is not assessed so far' ELSE '; its test data was assessed' END
      || '; it waits for its first production deployment.'
    WHEN 'production_data' THEN 'By its assessment of ' || utc(d.assessed_at)
      || ' (' || d.by_whom || '), production data was used in its tests, unprotected.'
      || ' Why: confidential data stood where many can read it.'
      || ' Cure: mask or invent test data; the deviation stays on record.'
    WHEN 'refused' THEN d.refused_by || ' found against it as to confidentiality, and it was deployed'
      || COALESCE(' at ' || utc(d.deployed_at), '') || '. Why: confidential data may be exposed.'
      || ' Cure: take it back or mend it; the deviation stays on record.'
    WHEN 'not_scanned' THEN 'No scan for secrets ran on what it brings'
      || COALESCE(' before it was deployed at ' || utc(d.deployed_at), '')
      || COALESCE('; the first ended at ' || utc(d.late_at), '')
      || '. Why: the company''s own policy counts on that scan.'
      || ' Cure: run it now and hand in its result; the deviation stays on record.'
    WHEN 'unseen' THEN
      CASE
        WHEN d.unseen > 0 THEN 'No scan for secrets was seen on what it brings'
        WHEN d.clean > 0 THEN 'Scanned for secrets before deployment, none found'
        ELSE 'It brings no files to scan for secrets'
      END
      || CASE WHEN d.answer IS NULL THEN '; nobody said which data its tests use' ELSE '; its tests use no production data, by its assessment' END
      || '. Why: no source shows it.'
      || ' Cure: '
      || CASE WHEN d.unseen > 0 THEN 'hand in the scans of each revision' ELSE '' END
      || CASE WHEN d.unseen > 0 AND d.answer IS NULL THEN ', and ' ELSE '' END
      || CASE WHEN d.answer IS NULL THEN 'answer the question on test data in the change''s assessment' ELSE '' END
      || '.'
    ELSE CASE WHEN d.clean > 0 THEN 'Scanned for secrets before deployment, none found'
        ELSE 'It brings no files to scan for secrets' END
      || '; '
      || CASE WHEN d.answer = 'not_affected' THEN 'it needs no test data'
        ELSE 'its tests use no unprotected production data' END
      || ', by the assessment of ' || d.by_whom || '.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
