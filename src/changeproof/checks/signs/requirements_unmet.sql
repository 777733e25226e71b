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
WITH counted AS (
  SELECT f.subject,
    SUM(CASE WHEN f.verdict = 'deviation' THEN 1 ELSE 0 END) AS deviations,
    MIN(CASE WHEN f.verdict = 'deviation' THEN f.check_id END) AS first_check,
    MAX(CASE WHEN f.verdict = 'deviation' THEN f.check_id END) AS last_check,
    -- That nobody told which files a change touches says nothing against the duties it shows.
    SUM(CASE WHEN f.verdict = 'not_verifiable' AND SUBSTR(f.check_id, 1, 12) <> 'segregation/'
      THEN 1 ELSE 0 END) AS unseen,
    MIN(CASE WHEN f.verdict = 'not_verifiable' AND SUBSTR(f.check_id, 1, 12) <> 'segregation/'
      THEN f.check_id END) AS first_unseen,
    SUM(CASE WHEN f.verdict = 'pending' THEN 1 ELSE 0 END) AS waiting,
    SUM(CASE WHEN f.verdict = 'met' THEN 1 ELSE 0 END) AS met,
    SUM(CASE WHEN f.verdict = 'met' AND f.basis = 'waived' THEN 1 ELSE 0 END) AS waived,
    STRING_AGG(CASE WHEN f.verdict = 'deviation' THEN f.evidence END, ',') AS evidence
  FROM finding AS f
  WHERE SUBSTR(f.check_id, 1, 6) = 'cc8_1/' OR SUBSTR(f.check_id, 1, 12) = 'segregation/'
    OR SUBSTR(f.check_id, 1, 7) = 'custom/'
  GROUP BY f.subject
)
SELECT c.subject,
  CASE
    WHEN c.deviations > 0 THEN 'raised'
    WHEN c.unseen > 0 THEN 'not_verifiable'
    WHEN c.met > 0 THEN 'clear'
    ELSE 'not_applicable'
  END AS verdict,
  'direct' AS basis,
  CASE
    WHEN c.deviations = 1 THEN 'One requirement of the policy was missed, see ' || c.first_check
      || '. Why: the company''s own rule did not hold. Cure: as that check says.'
    WHEN c.deviations > 1 THEN c.deviations
      || ' requirements of the policy were missed, the first in ' || c.first_check
      || ', the last in ' || c.last_check
      || '. Why: the company''s own rules did not hold. Cure: as those checks say.'
    WHEN c.unseen > 0 THEN 'Of ' || c.unseen
      || CASE WHEN c.unseen = 1 THEN ' requirement' ELSE ' requirements' END
      || ' it could not be seen whether it held, the first in ' || c.first_unseen || '.'
      || ' Why: the evidence is missing. Cure: as the checks that are not verifiable say.'
    WHEN c.met > 0 THEN 'Every requirement that applies and is judged here held.'
      || CASE WHEN c.waived = 0 THEN '' ELSE ' Of ' || c.waived || ' by a waiver.' END
      || CASE WHEN c.waiting = 0 THEN '' ELSE ' ' || c.waiting || ' wait.' END
    ELSE 'No requirement applies to it yet.'
  END AS reason,
  COALESCE(c.evidence, '') AS evidence
FROM counted AS c
JOIN subject AS s ON s.subject = c.subject AND s.kind = 'change'
