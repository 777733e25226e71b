/*
view: >
  Which areas do the files of a piece of work lie in (configuration, dependencies, migration and so
  on), as far as a source told? Without a row nobody told which files it touches.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, t.area, MIN(t.event) AS event
FROM work AS w
JOIN revision_implementation AS r ON r.implementation = w.implementation
JOIN revision_touch AS t ON t.revision = r.revision
GROUP BY w.change_id, w.implementation, t.area
