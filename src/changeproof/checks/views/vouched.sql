/*
view: >
  Did others vouch for each piece of work as the policy asks, and if not, why may that be? `enough`
  is 1 with all the approvals that its risk asks for and no objection left, `reviewed` with one of an
  independent human. `way` and `review_way` are empty where they came in time; else `after` (a declared emergency
  allows it), `compensating` (an alternative control stands in), `template` (a standard change is
  approved beforehand), `emergency` (still owed, see point 13), `git`, `unseen`, `untimed`,
  `cut_short` (of which commit is not known), `settling`, or `missing`.
index: ["change_id, implementation"]
*/
WITH counted AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN w.blocking_reviews_count = 'true' AND s.blocked_by IS NOT NULL THEN 0
      WHEN s.counted >= w.approvals_required THEN 1
      ELSE 0
    END AS enough,
    CASE WHEN s.counted > 0 THEN 1 ELSE 0 END AS reviewed,
    CASE
      WHEN w.blocking_reviews_count = 'true' AND s.blocked_by IS NOT NULL THEN 'missing'
      WHEN g.type = 'emergency' AND s.counted_soon_after >= w.approvals_required
        AND s.counted_soon_after > 0 THEN 'after'
      WHEN l.account IS NOT NULL THEN 'compensating'
      WHEN g.type = 'standard' THEN 'template'
      WHEN g.type = 'emergency' THEN 'emergency'
      WHEN w.ground = 'git' AND s.counted = 0 THEN 'git'
      WHEN g.blind = 1 THEN 'unseen'
      WHEN s.untimed_account IS NOT NULL THEN 'untimed'
      WHEN s.cut_short IS NOT NULL THEN 'cut_short'
      WHEN g.settles_at IS NOT NULL AND s.hindrance = '' THEN 'settling'
      ELSE 'missing'
    END AS otherwise,
    s.approvers, l.account AS later_account, s.events || COALESCE(',' || l.event, '') AS events
  FROM work AS w
  JOIN approval_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation
  JOIN work_progress AS g
    ON g.change_id = w.change_id AND g.implementation = w.implementation
  LEFT JOIN alternative_control AS c
    ON c.policy_version = w.policy_version AND c.check_id = 'cc8_1/08_approval'
    AND c.control_kind = 'post_review_by_other'
  LEFT JOIN later_review AS l
    ON l.change_id = w.change_id AND l.implementation = w.implementation
    AND l.reviewed_at <= w.deployed_at + c.within
)
SELECT c.change_id, c.implementation, c.enough, c.reviewed,
  CASE WHEN c.enough = 1 THEN '' ELSE c.otherwise END AS way,
  CASE WHEN c.reviewed = 1 THEN '' ELSE c.otherwise END AS review_way,
  c.approvers, c.later_account, c.events
FROM counted AS c
