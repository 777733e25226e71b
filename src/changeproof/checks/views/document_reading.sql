/*
view: >
  Who is to acknowledge each document that is in force, by when, and when did they? Once a person:
  whoever is named, or holds a role that is named, on its system or on all, since they do. Programs
  and who left need not. `due_at` is null where there is no end.
index: [document]
*/
WITH ordered AS (
  SELECT f.document, f.document_version, f.in_force_from, f.event,
    ROW_NUMBER() OVER (PARTITION BY f.document ORDER BY f.in_force_from DESC, f.event DESC) AS place
  FROM document_in_force AS f
  WHERE f.in_force_from IS NOT NULL
),
current_version AS (
  SELECT v.document, v.document_version, v.system, v.acknowledge_within, o.in_force_from
  FROM ordered AS o
  JOIN document_version AS v
    ON v.document = o.document AND v.document_version = o.document_version
  WHERE o.place = 1
),
named AS (
  SELECT c.document, r.account, c.in_force_from AS since
  FROM current_version AS c
  JOIN document_reader AS r
    ON r.document = c.document AND r.document_version = c.document_version AND r.account <> ''
  UNION ALL
  SELECT c.document, g.account,
    CASE WHEN g.granted_at > c.in_force_from THEN g.granted_at ELSE c.in_force_from END
  FROM current_version AS c
  JOIN document_reader AS r
    ON r.document = c.document AND r.document_version = c.document_version AND r.role <> ''
  JOIN role_grant AS g ON g.role = r.role AND g.system IN ('', c.system)
  WHERE NOT EXISTS (
    SELECT 1 FROM role_revocation AS e
    WHERE e.account = g.account AND e.role = g.role AND e.system IN ('', g.system)
      AND e.revoked_at >= g.granted_at
  )
),
obliged AS (
  -- Whose it is in name: of those who may be one person, none reads for the other.
  SELECT n.document, COALESCE(h.holder, n.account) AS person, MIN(n.account) AS account,
    MIN(n.since) AS since
  FROM named AS n
  LEFT JOIN account_holder AS h
    ON h.account = n.account AND h.held_from <= :as_of AND :as_of < h.held_until
  WHERE NOT EXISTS (SELECT 1 FROM nonhuman AS b WHERE b.account = n.account)
    AND NOT EXISTS (SELECT 1 FROM leaver AS l WHERE l.account = n.account AND l.returned_at IS NULL)
  GROUP BY n.document, COALESCE(h.holder, n.account)
),
reading AS (
  SELECT k.document, k.document_version, COALESCE(h.holder, k.account) AS person,
    MIN(k.acknowledged_at) AS acknowledged_at, MIN(k.event) AS event
  FROM acknowledgement AS k
  LEFT JOIN account_holder AS h
    ON h.account = k.account AND h.held_from <= :as_of AND :as_of < h.held_until
  WHERE k.acknowledged_at IS NOT NULL
  GROUP BY k.document, k.document_version, COALESCE(h.holder, k.account)
)
SELECT o.document, c.document_version, o.person, o.account,
  o.since + c.acknowledge_within AS due_at, r.acknowledged_at, r.event
FROM obliged AS o
JOIN current_version AS c ON c.document = o.document
LEFT JOIN reading AS r
  ON r.document = o.document AND r.document_version = c.document_version AND r.person = o.person
