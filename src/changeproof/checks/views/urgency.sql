/*
view: >
  Which verdict comes first where several are at hand? A subject takes the most urgent one: what
  was found before what could not be seen, that before what waits, that before what is in order.
index: [verdict]
*/
SELECT 'deviation' AS verdict, 1 AS urgency
UNION ALL SELECT 'raised', 1
UNION ALL SELECT 'not_verifiable', 2
UNION ALL SELECT 'pending', 3
UNION ALL SELECT 'met', 4
UNION ALL SELECT 'clear', 4
UNION ALL SELECT 'not_applicable', 5
