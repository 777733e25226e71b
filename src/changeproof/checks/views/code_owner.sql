/*
view: >
  Who owns what a piece of work changes, so that their yes is asked for? `part` is `system` for
  the registered owner of one of its systems, and `pipeline` for those who may administer the
  pipeline of one, from when until when. Without a row nobody is on record as owner.
index: ["change_id, implementation, person"]
*/
SELECT k.change_id, k.implementation, 'system' AS part, y.owner AS account,
  COALESCE(h.holder, y.owner) AS person, -9000000000000000000 AS held_from,
  9000000000000000000 AS held_until, y.event
FROM work_system AS k
JOIN system_record AS y ON LOWER(y.system) = LOWER(k.system)
LEFT JOIN account_holder AS h
  ON h.account = y.owner AND h.held_from <= COALESCE(y.registered_at, 0)
  AND COALESCE(y.registered_at, 0) < h.held_until
WHERE y.owner IS NOT NULL
UNION ALL
SELECT k.change_id, k.implementation, 'pipeline', p.account, p.holder, p.held_from,
  CASE
    WHEN p.ended_at < COALESCE(p.ends_at, 9000000000000000000) THEN p.ended_at
    ELSE COALESCE(p.ends_at, p.ended_at, 9000000000000000000)
  END,
  p.event
FROM work_system AS k
JOIN access_period AS p
  ON p.key_name IN ('', LOWER(k.system)) AND p.access = 'administer_pipeline'
