/*
view: >
  Where do times on a piece of work contradict each other by more than the policy's `skew_limit`
  (hard case 17)? A review that was given before its pull request existed; a commit written after
  it was received, or in 1970, where a clock that was never set begins. Nothing is put in another
  order by it: the receiving system's times count throughout. `sentence` says it.
index: ["change_id, implementation"]
*/
WITH early AS (
  SELECT w.change_id, w.implementation, MIN(r.submitted_at) AS stated_at,
    MIN(p.opened_at) AS other_at, MIN(r.event) AS event
  FROM work AS w
  JOIN policy_terms AS t ON t.policy_version = w.policy_version
  JOIN review AS r ON r.pull = w.implementation
  JOIN pull_opened AS p ON p.pull = w.implementation
  WHERE r.submitted_at < p.opened_at - t.skew_limit
  GROUP BY w.change_id, w.implementation
),
misdated AS (
  SELECT w.change_id, w.implementation, MAX(r.authored_at) AS stated_at,
    MIN(r.committed_at) AS other_at, MIN(r.event) AS event
  FROM work AS w
  JOIN policy_terms AS t ON t.policy_version = w.policy_version
  JOIN revision_implementation AS o ON o.implementation = w.implementation
  JOIN revision AS r ON r.revision = o.revision
  WHERE r.authored_at > r.committed_at + t.skew_limit
    OR (r.authored_at < 31536000000000 AND r.committed_at > r.authored_at + 31536000000000)
  GROUP BY w.change_id, w.implementation
)
SELECT w.change_id, w.implementation,
  CASE WHEN e.change_id IS NULL THEN '' ELSE ' A review of it is dated ' || utc(e.stated_at)
    || ', before it was opened at ' || utc(e.other_at) || '.' END
  || CASE WHEN m.change_id IS NULL THEN '' ELSE ' A commit of it says that it was written at '
    || utc(m.stated_at) || ', and was committed at ' || utc(m.other_at) || '.' END
  || ' A clock is off by more than policy allows; the times of whoever received it count.'
    AS sentence,
  COALESCE(',' || e.event, '') || COALESCE(',' || m.event, '') AS events
FROM work AS w
LEFT JOIN early AS e ON e.change_id = w.change_id AND e.implementation = w.implementation
LEFT JOIN misdated AS m ON m.change_id = w.change_id AND m.implementation = w.implementation
WHERE e.change_id IS NOT NULL OR m.change_id IS NOT NULL
