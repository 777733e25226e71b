/*
id: signs/requirements_unmet
title: A requirement of the company's own policy was missed
criterion: CC8.1
subject: change
severity: medium
second: true
checks: >
  Any point of CC8.1, the separation of duties, or a check of the company's own has a deviation on
  this change, by the policy in force that day.
does_not_check: >
  Requirements that no check reads. What is judged on incidents, items, vulnerabilities and systems
  has findings of its own. It adds no deviation of its own.
re_perform: List the deviations of this change among the points of CC8.1, segregation and custom checks.
*/
WITH required AS (
  SELECT f.subject, f.check_id, f.basis, f.evidence,
    CASE
      -- That nobody told which files a change touches says nothing against the duties it shows.
      WHEN f.verdict = 'not_verifiable' AND SUBSTR(f.check_id, 1, 12) = 'segregation/' THEN ''
      ELSE f.verdict
    END AS verdict
  FROM finding AS f
  JOIN subject AS s ON s.subject = f.subject AND s.kind = 'change'
  WHERE SUBSTR(f.check_id, 1, 6) = 'cc8_1/' OR SUBSTR(f.check_id, 1, 12) = 'segregation/'
    OR SUBSTR(f.check_id, 1, 7) = 'custom/'
),
counted AS (
  SELECT r.subject,
    COUNT(CASE WHEN r.verdict = 'deviation' THEN 1 END) AS deviations,
    MIN(CASE WHEN r.verdict = 'deviation' THEN r.check_id END) AS first_check,
    MAX(CASE WHEN r.verdict = 'deviation' THEN r.check_id END) AS last_check,
    COUNT(CASE WHEN r.verdict = 'not_verifiable' THEN 1 END) AS unseen,
    MIN(CASE WHEN r.verdict = 'not_verifiable' THEN r.check_id END) AS first_unseen,
    COUNT(CASE WHEN r.verdict = 'pending' THEN 1 END) AS waiting,
    COUNT(CASE WHEN r.verdict = 'met' THEN 1 END) AS met,
    COUNT(CASE WHEN r.basis = 'waived' THEN 1 END) AS waived,
    STRING_AGG(CASE WHEN r.verdict = 'deviation' THEN r.evidence END, ',') AS evidence
  FROM required AS r
  GROUP BY r.subject
),
decided AS (
  SELECT c.subject, c.deviations, c.first_check, c.last_check, c.unseen, c.first_unseen, c.waiting,
    c.waived, COALESCE(c.evidence, '') AS evidence,
    CASE
      WHEN c.deviations > 1 THEN 'several'
      WHEN c.deviations = 1 THEN 'one'
      WHEN c.unseen > 0 THEN 'unseen'
      WHEN c.met > 0 THEN 'held'
      ELSE 'none'
    END AS state
  FROM counted AS c
)
SELECT d.subject,
  CASE
    WHEN d.state IN ('one', 'several') THEN 'raised'
    WHEN d.state = 'unseen' THEN 'not_verifiable'
    WHEN d.state = 'held' THEN 'clear'
    ELSE 'not_applicable'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'several' THEN d.deviations
      || ' requirements of the policy were missed, the first in ' || d.first_check
      || ', the last in ' || d.last_check
      || '. Why: the company''s own rules did not hold. Cure: as those checks say.'
    WHEN 'one' THEN 'One requirement of the policy was missed, see ' || d.first_check
      || '. Why: the company''s own rule did not hold. Cure: as that check says.'
    WHEN 'unseen' THEN 'Of ' || d.unseen
      || CASE WHEN d.unseen = 1 THEN ' requirement' ELSE ' requirements' END
      || ' it could not be seen whether it held, the first in ' || d.first_unseen || '.'
      || ' Why: the evidence is missing. Cure: as the checks that are not verifiable say.'
    WHEN 'held' THEN 'Every requirement that applies and is judged here held'
      || CASE WHEN d.waived = 0 THEN '.' ELSE ', ' || d.waived || ' of them by a waiver.' END
      || CASE WHEN d.waiting = 0 THEN '' ELSE ' ' || d.waiting || ' wait.' END
    ELSE 'No requirement applies to it yet.'
  END AS reason,
  d.evidence
FROM decided AS d
