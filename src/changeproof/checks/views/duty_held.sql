/*
view: >
  Which persons held which duty in each piece of work: requester, authorizer, author, co_author,
  last_pusher, reviewer, tester, merger, deployer, post_reviewer? Persons are those whose accounts
  they are; whoever stands behind a bot, agent or service holds what it did, and a machine with
  nobody behind it holds nothing, unless it is one by a commit's own words alone. Of yeses and authorizations only those count on which the
  decision rests, or all where none is valid. A tester is who signed the acceptance test.
  `found_at` is when it was recorded that the account is that person's. `judges` is 1 for duties
  that judge the work (any one who is independent will do), 0 for those that do it.
index: ["change_id, implementation, duty, person"]
*/
WITH acted AS (
  SELECT w.change_id, w.implementation, 'requester' AS duty, w.requested_by AS account,
    w.opened_at AS acted_at, w.change_events AS events
  FROM work AS w
  UNION ALL
  SELECT a.change_id, a.implementation, 'authorizer', a.account, a.authorized_at, a.event
  FROM authorization_act AS a
  JOIN authorization_state AS s
    ON s.change_id = a.change_id AND s.implementation = a.implementation
  WHERE a.hindrance = ''
    OR (a.hindrance <> 'withdrawn' AND s.authorized_at IS NULL AND s.late_at IS NULL)
  UNION ALL
  SELECT e.change_id, e.implementation, 'authorizer', e.authorized_by, e.authorized_at, e.event
  FROM emergency_state AS e
  UNION ALL
  SELECT c.change_id, c.implementation, c.part, c.account, c.moment, c.events
  FROM contribution AS c
  WHERE c.part IN ('author', 'co_author')
  UNION ALL
  SELECT c.change_id, c.implementation, 'last_pusher', c.account, c.moment, c.events
  FROM contribution AS c
  JOIN work AS w
    ON w.change_id = c.change_id AND w.implementation = c.implementation AND w.head = c.revision
  WHERE c.part = 'pusher'
  UNION ALL
  SELECT a.change_id, a.implementation, 'reviewer', a.account, a.said_at, a.event
  FROM approval_act AS a
  JOIN work AS w ON w.change_id = a.change_id AND w.implementation = a.implementation
  JOIN approval_state AS s
    ON s.change_id = a.change_id AND s.implementation = a.implementation
  WHERE a.verdict = 'approved' AND a.late = 0
    AND (a.hindrance = '' OR s.counted < w.approvals_required)
  UNION ALL
  SELECT w.change_id, w.implementation, 'tester', a.account, a.assessed_at, a.event
  FROM assessment AS a
  JOIN change_name AS n ON n.name = a.change_name
  JOIN work AS w ON w.change_id = n.change_id
  WHERE a.topic = 'acceptance' AND a.answer = 'addressed'
  UNION ALL
  SELECT w.change_id, w.implementation, 'merger', w.merged_by, w.merged_at, w.events
  FROM work AS w
  WHERE w.kind = 'pull'
  UNION ALL
  SELECT w.change_id, w.implementation, 'deployer', COALESCE(w.triggered_by, w.deployed_by),
    w.deployed_at, w.deployment_events
  FROM work AS w
  UNION ALL
  SELECT w.change_id, w.implementation, 'post_reviewer', r.account, r.reviewed_at, r.event
  FROM post_review AS r
  JOIN change_name AS n ON n.name = r.change_name
  JOIN work AS w ON w.change_id = n.change_id
),
behind AS (
  SELECT a.change_id, a.implementation, a.duty, COALESCE(b.run_by, a.account) AS account,
    COALESCE(a.acted_at, 0) AS acted_at, a.events
  FROM acted AS a
  LEFT JOIN nonhuman AS b ON b.account = a.account
  WHERE a.account IS NOT NULL AND (b.account IS NULL OR b.run_by IS NOT NULL OR b.claimed = 1)
)
SELECT b.change_id, b.implementation, b.duty, COALESCE(h.person, b.account) AS person,
  CASE WHEN b.duty IN ('authorizer', 'reviewer', 'tester', 'post_reviewer') THEN 1 ELSE 0 END
    AS judges,
  MIN(b.account) AS account, MAX(h.found_at) AS found_at, MIN(b.events) AS events
FROM behind AS b
LEFT JOIN account_holder AS h
  ON h.account = b.account AND h.held_from <= b.acted_at AND b.acted_at < h.held_until
GROUP BY b.change_id, b.implementation, b.duty, COALESCE(h.person, b.account)
