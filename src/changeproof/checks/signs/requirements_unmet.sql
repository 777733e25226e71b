/*
id: signs/requirements_unmet
title: A requirement of the company's own policy was missed
criterion: CC8.1
subject: change
severity: medium
second: true
checks: Any point of CC8.1 that is judged here has a deviation on this change, by the policy in force that day.
does_not_check: Requirements that no check reads. It adds no deviation of its own.
re_perform: List the deviations of this change among the points of CC8.1.
*/
WITH counted AS (
  SELECT f.subject,
    SUM(CASE WHEN f.verdict = 'deviation' THEN 1 ELSE 0 END) AS deviations,
    MIN(CASE WHEN f.verdict = 'deviation' THEN f.check_id END) AS first_check,
    SUM(CASE WHEN f.verdict = 'not_verifiable' THEN 1 ELSE 0 END) AS unseen,
    SUM(CASE WHEN f.verdict = 'met' THEN 1 ELSE 0 END) AS met,
    STRING_AGG(CASE WHEN f.verdict = 'deviation' THEN f.evidence END, ',') AS evidence
  FROM finding AS f
  WHERE SUBSTR(f.check_id, 1, 6) = 'cc8_1/'
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
      || '. Why: the company''s own rules did not hold. Cure: as those checks say.'
    WHEN c.unseen > 0 THEN 'Of ' || c.unseen
      || CASE WHEN c.unseen = 1 THEN ' requirement' ELSE ' requirements' END
      || ' it could not be seen whether it held.'
      || ' Why: the evidence is missing. Cure: as the checks that are not verifiable say.'
    WHEN c.met > 0 THEN 'Every requirement that applies and is judged here held.'
    ELSE 'No requirement applies to it yet.'
  END AS reason,
  COALESCE(c.evidence, '') AS evidence
FROM counted AS c
JOIN subject AS s ON s.subject = c.subject AND s.kind = 'change'
