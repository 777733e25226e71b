/*
view: >
  Was what somebody set or ran in production by hand what others had authorized for it? By the best of the
  authorizations of that item: `equal`, `unrecorded` (the act's own digest or number of rows is not
  known), `unnamed` (it names no content), `differs` (`difference` says in what), `late`, `own` (by
  whoever did it, or asked for it), `nonhuman`; or `none`. `recorded` is 1 where it is known what was there
  before and after, or what was run on how many rows.
index: ["change_id, implementation"]
*/
WITH compared AS (
  SELECT w.change_id, w.implementation, i.account, i.authorized_at, i.event,
    CASE
      WHEN i.account IS NULL OR b.account IS NOT NULL THEN 'nonhuman'
      WHEN COALESCE(hi.person, i.account) IN (
        COALESCE(ha.person, a.account, ''), COALESCE(hb.person, a.on_behalf_of, ''),
        COALESCE(hr.person, w.requested_by, '')
      ) THEN 'own'
      WHEN i.authorized_at IS NULL
        OR i.authorized_at > a.acted_at - a.acted_at % 1000000 + 999999 THEN 'late'
      WHEN i.after_digest <> a.after_digest OR i.executed_digest <> a.executed_digest
        OR i.before_digest <> a.before_digest OR a.row_count > i.most_rows THEN 'differs'
      WHEN i.after_digest IS NULL AND i.executed_digest IS NULL THEN 'unnamed'
      WHEN a.acted_at IS NULL THEN 'unrecorded'
      WHEN i.after_digest IS NOT NULL AND a.after_digest IS NULL
        OR i.executed_digest IS NOT NULL AND a.executed_digest IS NULL
        OR i.before_digest IS NOT NULL AND a.before_digest IS NULL
        OR i.most_rows IS NOT NULL AND a.row_count IS NULL THEN 'unrecorded'
      ELSE 'equal'
    END AS state,
    CASE
      WHEN i.executed_digest <> a.executed_digest THEN 'what was run is not what was authorized'
      WHEN i.after_digest <> a.after_digest THEN 'what was set is not what was authorized'
      WHEN i.before_digest <> a.before_digest THEN 'it stood otherwise before than was thought'
      WHEN a.row_count > i.most_rows
        THEN a.row_count || ' rows were altered, ' || i.most_rows || ' were authorized'
    END AS difference
  FROM work AS w
  JOIN production_act AS a ON w.implementation = 'act:' || a.act
  JOIN change_name AS n ON n.change_id = w.change_id
  JOIN authorized_item AS i ON i.change_name = n.name AND i.item = a.item
  LEFT JOIN nonhuman AS b ON b.account = i.account
  LEFT JOIN account_holder AS hi
    ON hi.account = i.account AND hi.held_from <= COALESCE(i.authorized_at, 0)
    AND COALESCE(i.authorized_at, 0) < hi.held_until
  LEFT JOIN account_holder AS ha
    ON ha.account = a.account AND ha.held_from <= COALESCE(a.acted_at, 0)
    AND COALESCE(a.acted_at, 0) < ha.held_until
  LEFT JOIN account_holder AS hb
    ON hb.account = a.on_behalf_of AND hb.held_from <= COALESCE(a.acted_at, 0)
    AND COALESCE(a.acted_at, 0) < hb.held_until
  LEFT JOIN account_holder AS hr
    ON hr.account = w.requested_by AND hr.held_from <= COALESCE(i.authorized_at, 0)
    AND COALESCE(i.authorized_at, 0) < hr.held_until
  WHERE w.kind = 'act'
),
ranked AS (
  SELECT c.change_id, c.implementation, c.account, c.authorized_at, c.state, c.difference, c.event,
    ROW_NUMBER() OVER (
      PARTITION BY c.change_id, c.implementation
      ORDER BY CASE c.state
          WHEN 'equal' THEN 1
          WHEN 'unrecorded' THEN 2
          WHEN 'unnamed' THEN 3
          WHEN 'differs' THEN 4
          WHEN 'late' THEN 5
          WHEN 'own' THEN 6
          ELSE 7
        END,
        c.authorized_at, c.event
    ) AS place
  FROM compared AS c
)
SELECT w.change_id, w.implementation, a.item, a.kind, a.system, a.account, a.acted_at,
  CASE
    WHEN a.executed_digest IS NOT NULL AND a.row_count IS NOT NULL THEN 1
    WHEN a.before_digest IS NOT NULL AND a.after_digest IS NOT NULL THEN 1
    ELSE 0
  END AS recorded,
  CASE WHEN a.executed_digest IS NULL THEN 0 ELSE 1 END AS executed, a.row_count,
  COALESCE(r.state, 'none') AS state, r.difference, r.account AS authorized_by, r.authorized_at,
  a.event || COALESCE(',' || r.event, '') AS events
FROM work AS w
JOIN production_act AS a ON w.implementation = 'act:' || a.act
LEFT JOIN ranked AS r
  ON r.change_id = w.change_id AND r.implementation = w.implementation AND r.place = 1
WHERE w.kind = 'act'
