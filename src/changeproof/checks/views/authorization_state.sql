/*
view: >
  Was each implementation authorized, and before the moment that policy names? `state` is one of
  `closed`, `waiting`, `authorized`, `emergency`, `git` (git alone tells of it), `unseen`,
  `untimed` (nobody stated when), `late`, `settling` (unexplained so far), `missing`.
index: ["change_id, implementation"]
*/
WITH counted AS (
  SELECT w.change_id, w.implementation,
    MIN(CASE WHEN a.hindrance = '' AND a.authorized_at <= w.authorize_until
      AND a.authorized_at < 9000000000000000000 THEN a.authorized_at END) AS authorized_at,
    MIN(CASE WHEN a.hindrance = '' AND a.authorized_at > w.authorize_until
      AND a.authorized_at < 9000000000000000000 THEN a.authorized_at END) AS late_at,
    MIN(CASE WHEN a.hindrance = '' AND a.authorized_at >= 9000000000000000000
      THEN a.account END) AS untimed_account,
    MIN(CASE WHEN a.hindrance <> '' THEN a.hindrance || '=' || COALESCE(a.account, '') END)
      AS hindered,
    STRING_AGG(a.event, ',') AS events
  FROM work AS w
  LEFT JOIN authorization_act AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation
  GROUP BY w.change_id, w.implementation
),
first_act AS (
  SELECT c.change_id, c.implementation, MIN(a.account) AS account, MIN(a.way) AS way
  FROM counted AS c
  JOIN authorization_act AS a
    ON a.change_id = c.change_id AND a.implementation = c.implementation
    AND a.hindrance = '' AND a.authorized_at = COALESCE(c.authorized_at, c.late_at)
  GROUP BY c.change_id, c.implementation
)
SELECT w.change_id, w.implementation, f.account, f.way, c.authorized_at, c.late_at, c.untimed_account,
  c.hindered,
  CASE
    WHEN w.closed_at IS NOT NULL THEN 'closed'
    WHEN w.deployed = 0 THEN 'waiting'
    WHEN c.authorized_at IS NOT NULL THEN 'authorized'
    WHEN e.fault = '' THEN 'emergency'
    WHEN w.ground = 'git' AND c.late_at IS NULL AND c.hindered IS NULL THEN 'git'
    WHEN u.blind_from IS NOT NULL THEN 'unseen'
    WHEN c.untimed_account IS NOT NULL THEN 'untimed'
    WHEN c.late_at IS NOT NULL THEN 'late'
    WHEN x.settles_at IS NOT NULL AND c.hindered IS NULL THEN 'settling'
    ELSE 'missing'
  END AS state,
  e.authorized_by, e.declared_at,
  CASE WHEN e.declared_at > w.authorize_until THEN 1 ELSE 0 END AS declared_after,
  u.blind_from, u.blind_until, u.scope, x.settles_at,
  COALESCE(c.events, '') || COALESCE(',' || e.event, '') || COALESCE(',' || u.events, '')
    AS events
FROM work AS w
JOIN counted AS c ON c.change_id = w.change_id AND c.implementation = w.implementation
LEFT JOIN first_act AS f
  ON f.change_id = w.change_id AND f.implementation = w.implementation
LEFT JOIN emergency_state AS e ON e.change_id = w.change_id
LEFT JOIN unseen_interval AS u
  ON u.change_id = w.change_id AND u.implementation = w.implementation
LEFT JOIN unexplained AS x
  ON x.change_id = w.change_id AND x.implementation = w.implementation
