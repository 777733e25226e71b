/*
view: >
  Who said that the work may begin, when, and in which way: at the desk (`desk`), by moving the
  ticket to a status that policy names (`ticket`), or by an approval that policy lets authorize
  at this risk (`review`)? `hindrance` is empty where it counts, else `unattributed`, `nonhuman`,
  `requester`, `withdrawn` (whoever said it took it back in time), `not_entitled`, `ticket` (the request that the work cites authorizes nothing:
  view `ticket_flaw`), `board` (policy asks an advisory board, and this was none) or `not_carried`
  (a board's, on which too few voted, or not more for it than against it).
index: ["change_id, implementation"]
*/
WITH said AS (
  SELECT a.change_id, a.account, a.authorized_at,
    CASE WHEN a.meeting IS NULL THEN 'desk' ELSE 'board' END AS way, a.event, a.withdrawn_at,
    a.absent, a.entitled, a.meeting, a.given
  FROM desk_authorization AS a
  UNION ALL
  SELECT n.change_id, m.account, m.moved_at, 'ticket', m.event, NULL, NULL, NULL, NULL, NULL
  FROM ticket_move AS m
  JOIN change_name AS n ON n.name = m.change_name
  JOIN effective_policy AS p ON p.change_id = n.change_id
  JOIN authorizing_status AS s
    ON s.policy_version = p.policy_version AND LOWER(s.status) = LOWER(m.to_status)
),
placed AS (
  SELECT DISTINCT s.change_id, s.account, COALESCE(h.person, s.account) AS person,
    COALESCE(s.authorized_at, 9000000000000000000) AS authorized_at, s.way, s.event,
    s.withdrawn_at, s.absent, s.meeting, s.given,
    COALESCE(s.entitled, h.holder, s.account) AS entitled
  FROM said AS s
  LEFT JOIN account_holder AS h
    ON h.account = s.account AND h.held_from <= COALESCE(s.authorized_at, 0)
    AND COALESCE(s.authorized_at, 0) < h.held_until
),
not_entitled AS (
  -- A role was given for a system of it, and not to them.
  SELECT DISTINCT k.change_id, k.implementation, s.person, s.authorized_at
  FROM placed AS s
  JOIN work_system AS k ON k.change_id = s.change_id
  JOIN role_assigned AS g
    ON g.role IN ('change_manager', 'approver') AND g.system IN ('', k.system)
    AND g.assigned_from <= s.authorized_at
  LEFT JOIN role_held AS r
    ON r.role IN ('change_manager', 'approver') AND r.person = s.entitled
    AND r.system IN ('', k.system)
    AND r.held_from <= s.authorized_at AND s.authorized_at < r.held_until
  WHERE r.person IS NULL
)
SELECT w.change_id, w.implementation, s.account, s.authorized_at, s.way,
  s.event || COALESCE(',' || y.events, '') AS event,
  CASE
    WHEN s.account IS NULL THEN 'unattributed'
    WHEN b.account IS NOT NULL THEN 'nonhuman'
    WHEN COALESCE(q.person, w.requested_by) IN (s.person, s.absent) THEN 'requester'
    WHEN s.withdrawn_at <= w.authorize_until THEN 'withdrawn'
    WHEN e.person IS NOT NULL THEN 'not_entitled'
    WHEN t.flaw IS NOT NULL THEN 'ticket'
    WHEN s.meeting IS NOT NULL AND COALESCE(y.carried, 0) = 0 THEN 'not_carried'
    WHEN s.meeting IS NULL AND z.rule IS NOT NULL THEN 'board'
    ELSE ''
  END AS hindrance
FROM placed AS s
JOIN work AS w ON w.change_id = s.change_id
LEFT JOIN nonhuman AS b ON b.account = s.account
LEFT JOIN not_entitled AS e
  ON e.change_id = w.change_id AND e.implementation = w.implementation
  AND e.person = s.person AND e.authorized_at = s.authorized_at
LEFT JOIN ticket_flaw AS t
  ON t.change_id = w.change_id AND t.implementation = w.implementation
LEFT JOIN board_tally AS y ON y.given = s.given AND y.change_id = w.change_id
LEFT JOIN board_asked AS z ON z.change_id = w.change_id
LEFT JOIN account_holder AS q
  ON q.account = w.requested_by AND q.held_from <= s.authorized_at
  AND s.authorized_at < q.held_until
UNION ALL
SELECT i.change_id, i.implementation, i.account, i.approved_at, 'review', i.event,
  CASE WHEN z.rule IS NULL THEN '' ELSE 'board' END
FROM independent_approval AS i
JOIN work AS w ON w.change_id = i.change_id AND w.implementation = i.implementation
JOIN authorizing_risk AS r ON r.policy_version = w.policy_version AND r.risk = w.risk
LEFT JOIN board_asked AS z ON z.change_id = i.change_id
