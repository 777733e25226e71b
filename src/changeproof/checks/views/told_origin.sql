/*
view: >
  Which other commits does the message of a landed commit name as its origin: that it reverts one,
  or was picked from one? A claim, that gives nothing of the other's record to this one.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation,
  MIN(CASE WHEN c.claim = 'reverts' THEN c.value END) AS reverts,
  MIN(CASE WHEN c.claim = 'cherry_pick' THEN c.value END) AS picked
FROM work AS w
JOIN revision_claim AS c ON c.revision = w.landed AND c.claim IN ('reverts', 'cherry_pick')
GROUP BY w.change_id, w.implementation
