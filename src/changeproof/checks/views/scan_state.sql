/*
view: >
  Which scanners looked at what a piece of work brings: at the deployed commit, at the one that
  landed, or at the head, unless the merge holds edits of its own? By kind: how many ran in time (in
  the second of the deployment at the latest), and how many findings the last run of each tool
  left open, in time and ever.
index: ["change_id, implementation, kind"]
*/
WITH content AS (
  SELECT w.change_id, w.implementation, w.deployed_revision AS revision FROM work AS w
  WHERE w.deployed_revision IS NOT NULL
  UNION
  SELECT w.change_id, w.implementation, w.landed FROM work AS w
  WHERE w.landed IS NOT NULL AND w.other_head_deployed = 0
  UNION
  SELECT w.change_id, w.implementation, w.head FROM work AS w
  WHERE w.head IS NOT NULL AND w.other_head_deployed = 0 AND w.landed_edited <> 1
),
placed AS (
  SELECT c.change_id, c.implementation, s.kind, s.tool, s.open_findings, s.finished_at, s.event,
    CASE
      WHEN s.finished_at <= COALESCE(w.deployed_at - w.deployed_at % 1000000 + 999999,
        9000000000000000000) THEN 1
      ELSE 0
    END AS timely
  FROM content AS c
  JOIN scan_run AS s ON s.revision = c.revision
  JOIN work AS w ON w.change_id = c.change_id AND w.implementation = c.implementation
),
ranked AS (
  SELECT p.change_id, p.implementation, p.kind, p.open_findings, p.finished_at, p.timely, p.event,
    ROW_NUMBER() OVER (
      PARTITION BY p.change_id, p.implementation, p.kind, p.tool, p.timely
      ORDER BY COALESCE(p.finished_at, 0) DESC, p.open_findings DESC, p.event DESC
    ) AS place
  FROM placed AS p
)
SELECT r.change_id, r.implementation, r.kind, SUM(r.timely) AS in_time,
  SUM(CASE WHEN r.timely = 1 THEN r.open_findings ELSE 0 END) AS open_in_time,
  MAX(r.open_findings) AS open_ever,
  MIN(CASE WHEN r.timely = 0 THEN r.finished_at END) AS late_at,
  STRING_AGG(r.event, ',') AS events
FROM ranked AS r
WHERE r.place = 1
GROUP BY r.change_id, r.implementation, r.kind
