/*
view: >
  Did a named human try a piece of work by hand before the moment that policy names, and with what
  answer? The last such answer counts. `on_content` = 1 where it names the content that was
  deployed, landed or proposed last, or names none and came after that was there; of what is done
  by hand, where it came before. `verdict` is `accepted` or `rejected`.
index: ["change_id, implementation"]
*/
WITH proposed AS (
  SELECT h.pull, h.revision, MIN(h.revised_at) AS revised_at
  FROM pull_head AS h
  GROUP BY h.pull, h.revision
),
said AS (
  SELECT w.change_id, w.implementation, a.account, a.answer, a.assessed_at, a.event,
    ',' || a.items || ',' AS listed, w.deployed_revision, w.landed, w.head, w.artifact,
    COALESCE(p.revised_at, w.merged_at, w.opened_at, 0) AS there_at, a.items
  FROM assessment AS a
  JOIN change_name AS n ON n.name = a.change_name
  JOIN work AS w ON w.change_id = n.change_id
  LEFT JOIN proposed AS p ON p.pull = w.implementation AND p.revision = w.head
  LEFT JOIN nonhuman AS b ON b.account = a.account
  WHERE a.topic = 'acceptance' AND a.answer <> 'not_affected' AND a.account IS NOT NULL
    AND b.account IS NULL AND a.assessed_at <= w.tests_until
),
placed AS (
  SELECT s.change_id, s.implementation, s.account, s.answer, s.assessed_at, s.event,
    CASE
      WHEN s.items = '' AND s.assessed_at >= s.there_at THEN 1
      WHEN REPLACE(s.listed, ',' || s.deployed_revision || ',', '') <> s.listed THEN 1
      WHEN REPLACE(s.listed, ',' || s.landed || ',', '') <> s.listed THEN 1
      WHEN REPLACE(s.listed, ',' || s.head || ',', '') <> s.listed THEN 1
      WHEN REPLACE(s.listed, ',' || s.artifact || ',', '') <> s.listed THEN 1
      ELSE 0
    END AS on_content
  FROM said AS s
),
ranked AS (
  SELECT p.change_id, p.implementation, p.account, p.answer, p.assessed_at, p.event, p.on_content,
    ROW_NUMBER() OVER (
      PARTITION BY p.change_id, p.implementation
      ORDER BY p.on_content DESC, p.assessed_at DESC, p.answer DESC, p.event
    ) AS place
  FROM placed AS p
)
SELECT r.change_id, r.implementation, r.account, r.assessed_at, r.on_content, r.event,
  CASE WHEN r.answer = 'addressed' THEN 'accepted' ELSE 'rejected' END AS verdict
FROM ranked AS r
WHERE r.place = 1
