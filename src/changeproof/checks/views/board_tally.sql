/*
view: >
  How did a board vote on what its chair then authorized (`given`, that event)? The last vote of
  each person counts, cast by the moment of the decision, of a human whom the meeting was called
  for and who neither asked for the change nor wrote or pushed any of it.
  `carried`: as many as policy asks for voted, and more of them for it than against it.
index: [given]
*/
WITH decided AS (
  SELECT n.change_id, a.meeting, a.change_name, a.authorized_at, a.event AS given
  FROM change_authorization AS a
  JOIN change_name AS n ON n.name = a.change_name
  WHERE a.meeting IS NOT NULL AND a.authorized_at IS NOT NULL
),
own AS (
  SELECT d.given, d.change_id, COALESCE(h.person, c.requested_by) AS person
  FROM decided AS d
  JOIN change AS c ON c.change_id = d.change_id
  LEFT JOIN account_holder AS h
    ON h.account = c.requested_by AND h.held_from <= d.authorized_at
    AND d.authorized_at < h.held_until
  UNION
  SELECT d.given, d.change_id, w.person
  FROM decided AS d
  JOIN writer AS w ON w.change_id = d.change_id
),
cast_vote AS (
  SELECT d.given, d.change_id, COALESCE(h.person, v.account) AS person, v.vote, v.event,
    ROW_NUMBER() OVER (
      PARTITION BY d.given, d.change_id, COALESCE(h.holder, v.account)
      ORDER BY v.voted_at DESC, v.event DESC
    ) AS place
  FROM decided AS d
  JOIN board_vote AS v
    ON v.meeting = d.meeting AND v.change_name = d.change_name AND v.voted_at <= d.authorized_at
  JOIN board_seat AS b
    ON b.meeting = d.meeting AND b.change_name = d.change_name AND b.account = v.account
  LEFT JOIN nonhuman AS x ON x.account = v.account
  LEFT JOIN account_holder AS h
    ON h.account = v.account AND h.held_from <= v.voted_at AND v.voted_at < h.held_until
  WHERE x.account IS NULL
),
one_vote AS (
  -- Those who claim one account count as one, and may be two: the vote that is least for it.
  SELECT v.given, v.change_id, v.person, v.vote, v.event,
    ROW_NUMBER() OVER (
      PARTITION BY v.given, v.change_id, v.person
      ORDER BY CASE WHEN v.vote = 'against' THEN 0 WHEN v.vote = 'for' THEN 2 ELSE 1 END, v.event
    ) AS place
  FROM cast_vote AS v
  WHERE v.place = 1
),
counted AS (
  SELECT v.given, v.change_id, COUNT(*) AS votes,
    SUM(CASE WHEN v.vote = 'for' THEN 1 ELSE 0 END) AS in_favour,
    SUM(CASE WHEN v.vote = 'against' THEN 1 ELSE 0 END) AS opposed,
    STRING_AGG(v.event, ',') AS events
  FROM one_vote AS v
  LEFT JOIN own AS o
    ON o.given = v.given AND o.change_id = v.change_id AND o.person = v.person
  WHERE v.place = 1 AND o.person IS NULL
  GROUP BY v.given, v.change_id
),
needed AS (
  SELECT p.change_id, COALESCE(CAST(l.value AS BIGINT), 3) AS quorum
  FROM effective_policy AS p
  LEFT JOIN policy_parameter AS l
    ON l.policy_version = p.policy_version AND l.parameter = 'board.quorum' AND l.position = 0
)
SELECT d.given, d.change_id, d.meeting, COALESCE(c.votes, 0) AS votes,
  COALESCE(c.in_favour, 0) AS in_favour, COALESCE(c.opposed, 0) AS opposed, q.quorum,
  CASE
    WHEN c.votes >= q.quorum AND c.in_favour > c.opposed THEN 1
    ELSE 0
  END AS carried,
  c.events
FROM decided AS d
JOIN needed AS q ON q.change_id = d.change_id
LEFT JOIN counted AS c ON c.given = d.given AND c.change_id = d.change_id
