/*
view: >
  Which test runs were there on a piece of work, and was each on the content that was deployed?
  `accepted` = 1 on the deployed commit; unless policy asks for that one (`tests_on: deployed`),
  also on the commit that landed and on a head with the same tree; with `tests_on: head` on any
  merged head, unless the merge itself was edited. `timely` = 1 if it ended before the moment that policy names, in the same second
  at the latest; `soon` = 1 if it ended within the time that an emergency has for its review.
index: ["change_id, implementation"]
*/
WITH content AS (
  SELECT w.change_id, w.implementation, w.deployed_revision AS revision FROM work AS w
  UNION
  SELECT w.change_id, w.implementation, w.landed FROM work AS w
  UNION
  SELECT w.change_id, w.implementation, w.head FROM work AS w
  UNION
  -- Whatever its commit is called: a head before the last one that holds the very same.
  SELECT w.change_id, w.implementation, p.revision
  FROM work AS w
  JOIN pull_head AS p ON p.pull = w.implementation
  JOIN revision_content AS v ON v.revision = p.revision
  JOIN revision_content AS d ON d.tree = v.tree AND d.revision IN (w.deployed_revision, w.landed)
)
SELECT c.change_id, c.implementation, t.run, t.attempt, t.name, COALESCE(t.poster, '') AS poster,
  t.conclusion, t.finished_at, t.revision, t.event,
  CASE
    WHEN c.revision = w.deployed_revision THEN 1
    WHEN v.tree = d.tree AND w.tests_on <> 'deployed' THEN 1
    WHEN w.tests_on = 'deployed' OR w.other_head_deployed = 1 THEN 0
    WHEN c.revision = w.landed OR v.tree = l.tree THEN 1
    WHEN w.tests_on = 'head' AND w.landed_edited <> 1 THEN 1
    WHEN w.head_is_landed = 1 THEN 1
    ELSE 0
  END AS accepted,
  CASE
    WHEN t.finished_at <= CASE
      WHEN w.tests_before = 'approval' AND s.approved_at IS NOT NULL
        THEN s.approved_at - s.approved_at % 1000000 + 999999
      ELSE w.tests_until
    END THEN 1
    ELSE 0
  END AS timely,
  CASE WHEN t.finished_at <= COALESCE(y.review_due, w.deployed_at + w.review_within)
    THEN 1 ELSE 0 END AS soon
FROM content AS c
JOIN test_run AS t ON t.revision = c.revision
JOIN work AS w ON w.change_id = c.change_id AND w.implementation = c.implementation
JOIN approval_state AS s
  ON s.change_id = c.change_id AND s.implementation = c.implementation
LEFT JOIN review_deadline AS y
  ON y.change_id = c.change_id AND y.implementation = c.implementation
LEFT JOIN revision_content AS v ON v.revision = c.revision
LEFT JOIN revision_content AS l ON l.revision = w.landed
LEFT JOIN revision_content AS d ON d.revision = w.deployed_revision
