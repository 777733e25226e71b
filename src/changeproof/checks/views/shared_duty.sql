/*
view: >
  Which pairs of duties, of those that policy keeps apart, did one person hold in a piece of work
  so that nobody else makes up for it? A duty that judges (authorizer, reviewer, tester,
  post-reviewer) may be shared as long as as many others held it as are asked for: the approvals of
  its risk for reviewers, else one. `found_at` is when the accounts were known to be one person's.
index: ["change_id, implementation"]
*/
WITH shared AS (
  SELECT w.change_id, w.implementation, p.one, p.other, a.judges AS one_judges,
    b.judges AS other_judges, MIN(a.account) AS one_account, MIN(b.account) AS other_account,
    MAX(CASE
      WHEN a.account <> b.account THEN
        CASE WHEN COALESCE(a.found_at, 0) > COALESCE(b.found_at, 0) THEN a.found_at ELSE b.found_at END
    END) AS found_at,
    COUNT(*) AS persons, MIN(a.events) AS one_events, MIN(b.events) AS other_events,
    MIN(CASE WHEN w.approvals_required > 1 THEN w.approvals_required ELSE 1 END) AS reviewers
  FROM work AS w
  JOIN separate_duty AS p ON p.policy_version = w.policy_version
  JOIN duty_held AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation AND a.duty = p.one
  JOIN duty_held AS b
    ON b.change_id = w.change_id AND b.implementation = w.implementation
    AND b.duty = p.other AND b.person = a.person
  GROUP BY w.change_id, w.implementation, p.one, p.other, a.judges, b.judges
),
holders AS (
  SELECT d.change_id, d.implementation, d.duty, COUNT(*) AS persons
  FROM (SELECT DISTINCT s.change_id, s.implementation FROM shared AS s) AS w
  JOIN duty_held AS d ON d.change_id = w.change_id AND d.implementation = w.implementation
  GROUP BY d.change_id, d.implementation, d.duty
)
SELECT s.change_id, s.implementation, s.one, s.other, s.one_account, s.other_account, s.found_at,
  s.persons, s.one_events || ',' || s.other_events AS events,
  '{' || s.one_account || '}' || CASE
    WHEN s.one_account <> s.other_account THEN ' (also {' || s.other_account || '})' ELSE ''
  END || ' was both '
    || CASE WHEN s.one = 'last_pusher' THEN 'last pusher' ELSE REPLACE(s.one, '_', '-') END
    || ' and '
    || CASE WHEN s.other = 'last_pusher' THEN 'last pusher' ELSE REPLACE(s.other, '_', '-') END
    AS sentence
FROM shared AS s
JOIN holders AS a
  ON a.change_id = s.change_id AND a.implementation = s.implementation AND a.duty = s.one
JOIN holders AS b
  ON b.change_id = s.change_id AND b.implementation = s.implementation AND b.duty = s.other
WHERE (s.one_judges = 0
    OR a.persons - s.persons < CASE WHEN s.one = 'reviewer' THEN s.reviewers ELSE 1 END)
  AND (s.other_judges = 0
    OR b.persons - s.persons < CASE WHEN s.other = 'reviewer' THEN s.reviewers ELSE 1 END)
