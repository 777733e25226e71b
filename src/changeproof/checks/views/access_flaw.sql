/*
view: >
  How does access of one kind stand, by system: how many hold it, which grant is wrong, said how,
  and whose approval is not on record? `flaws` counts what is a deviation, `said` tells of the
  first, with the seconds of what ended.
index: ["subject, area"]
*/
WITH ranked AS (
  SELECT a.subject, a.area, a.access, a.account, a.person, a.is_held, a.flaw, a.left_at, a.held_from,
    a.flawed_from, a.events, CAST(a.flawed_until - a.flawed_from AS VARCHAR) AS digits,
    CASE WHEN a.flaw IN ('', 'unapproved') THEN 0 ELSE 1 END AS is_flaw,
    ROW_NUMBER() OVER (
      PARTITION BY a.subject, a.area
      ORDER BY
        CASE a.flaw
          WHEN 'left' THEN 1 WHEN 'overstayed' THEN 2 WHEN 'unending' THEN 3 WHEN 'self' THEN 4
          WHEN 'unapproved' THEN 5 ELSE 6
        END,
        a.held_from, a.events
    ) AS place
  FROM access_state AS a
),
told AS (
  SELECT r.subject, r.area, r.place, r.is_flaw,
    CASE r.flaw
      WHEN 'left' THEN '{' || r.account || '} left at ' || utc(r.left_at) || ' and kept the access ('
        || r.access || ') past ' || utc(r.flawed_from)
      WHEN 'overstayed' THEN 'The access of {' || r.account || '} (' || r.access || ') was agreed until '
        || utc(r.flawed_from) || ' and kept after that'
      WHEN 'unending' THEN 'The access of {' || r.account || '} to break glass, given at '
        || utc(r.held_from) || ', has no agreed end'
      ELSE 'The access of {' || r.account || '} (' || r.access || '), held since '
        || utc(r.flawed_from) || ', was given or approved by themselves'
    END
      || CASE
        WHEN r.flaw = 'unending' AND r.is_held = 1 THEN ''
        WHEN r.is_held = 1 THEN ', and it is still held'
        WHEN LENGTH(r.digits) <= 6 THEN ', for 0 s'
        ELSE ', for ' || SUBSTR(r.digits, 1, LENGTH(r.digits) - 6) || ' s'
      END AS said
  FROM ranked AS r
)
SELECT r.subject, r.area, COUNT(DISTINCT CASE WHEN r.is_held = 1 THEN r.person END) AS holders,
  COUNT(*) AS grants, SUM(r.is_flaw) AS flaws,
  MIN(CASE WHEN t.place = 1 AND t.is_flaw = 1 THEN t.said END) AS said,
  COUNT(CASE WHEN r.flaw = 'unapproved' AND r.is_held = 1 THEN 1 END) AS unapproved,
  MIN(CASE WHEN r.flaw = 'unapproved' AND r.is_held = 1 THEN r.account END) AS unapproved_account,
  STRING_AGG(r.events, ',') AS events
FROM ranked AS r
JOIN told AS t ON t.subject = r.subject AND t.area = r.area AND t.place = r.place
GROUP BY r.subject, r.area
