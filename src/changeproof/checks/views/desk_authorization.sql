/*
view: >
  Who said at the desk that work may begin, and since when have they taken it back
  (`withdrawn_at`), if ever? `entitled` is whose roles they acted with: their own, or as deputy of
  `absent` those of that person; empty where nobody had made them deputy on that day. `meeting` is
  that of the board whose chair they were, if any, and `given` the event alone.
index: [change_id]
*/
WITH given AS (
  SELECT n.change_id, a.account, COALESCE(h.person, a.account) AS person, a.on_behalf_of,
    COALESCE(h.holder, a.account) AS holder, COALESCE(x.holder, a.on_behalf_of) AS absent_holder,
    COALESCE(x.person, a.on_behalf_of) AS absent, a.authorized_at, a.meeting, a.event
  FROM change_authorization AS a
  JOIN change_name AS n ON n.name = a.change_name
  LEFT JOIN account_holder AS h
    ON h.account = a.account AND h.held_from <= COALESCE(a.authorized_at, 0)
    AND COALESCE(a.authorized_at, 0) < h.held_until
  LEFT JOIN account_holder AS x
    ON x.account = a.on_behalf_of AND x.held_from <= COALESCE(a.authorized_at, 0)
    AND COALESCE(a.authorized_at, 0) < x.held_until
),
taken_back AS (
  SELECT n.change_id, COALESCE(h.person, d.account) AS person, d.withdrawn_at, d.event
  FROM decision_withdrawal AS d
  JOIN change_name AS n ON n.name = d.change_name
  LEFT JOIN account_holder AS h
    ON h.account = d.account AND h.held_from <= d.withdrawn_at AND d.withdrawn_at < h.held_until
  WHERE d.decision = 'authorization'
),
ranked AS (
  SELECT g.change_id, g.event AS given_event, t.withdrawn_at, t.event,
    ROW_NUMBER() OVER (
      PARTITION BY g.change_id, g.event ORDER BY t.withdrawn_at, t.event
    ) AS place
  FROM given AS g
  JOIN taken_back AS t
    ON t.change_id = g.change_id AND t.person = g.person
    AND COALESCE(g.authorized_at, 0) <= t.withdrawn_at
)
SELECT DISTINCT g.change_id, g.account, g.person, g.absent,
  CASE
    WHEN g.on_behalf_of IS NULL THEN g.holder
    WHEN s.absent IS NOT NULL THEN g.absent_holder
    ELSE ''
  END AS entitled,
  g.authorized_at, r.withdrawn_at, g.meeting, g.event AS given,
  g.event || COALESCE(',' || s.event, '') || COALESCE(',' || r.event, '') AS event
FROM given AS g
LEFT JOIN stand_in AS s
  ON s.absent = g.on_behalf_of AND s.person = g.holder
  AND s.held_from <= g.authorized_at AND g.authorized_at < s.held_until
LEFT JOIN ranked AS r
  ON r.change_id = g.change_id AND r.given_event = g.event AND r.place = 1
