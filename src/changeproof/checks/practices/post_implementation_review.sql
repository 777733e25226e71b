/*
id: practices/post_implementation_review
title: What a change achieved was set against what was expected
criterion: CC8.1, CC4.1
subject: change
severity: medium
policy: [post_review_required_at, cadence.post_review]
checks: >
  A change at a risk for which policy asks for it was looked at after its deployment, each piece of
  its work within the policy's time after its own, by a human who neither asked for it nor made any of it. So was, at any risk, a
  change whose deployment to production failed, of which a step failed that people carried out,
  or that was taken out of production again, counted from the first of these.
does_not_check: >
  What the review found, and whether it was thorough. The review of an emergency (cc8_1/13).
re_perform: Compare the time and the name of the review with deployment (or failure), requester and authors.
*/
WITH came AS (
  SELECT q.change_id, q.implementation, q.due_at, q.failed, q.way, q.since_at, q.events, w.deployed,
    w.closed_at
  FROM post_review_due AS q
  LEFT JOIN work AS w
    ON w.change_id = q.change_id AND w.implementation = q.implementation AND q.failed = 0
),
held AS (
  SELECT n.change_id, MIN(r.account) AS account, STRING_AGG(r.event, ',') AS events
  FROM post_review AS r
  JOIN change_name AS n ON n.name = r.change_name
  GROUP BY n.change_id
),
after_failure AS (
  SELECT l.change_id, l.account, l.reviewed_at,
    ROW_NUMBER() OVER (PARTITION BY l.change_id ORDER BY l.reviewed_at, l.event) AS place
  FROM independent_look AS l
  JOIN came AS m ON m.change_id = l.change_id AND m.failed = 1 AND m.since_at <= l.reviewed_at
),
looked AS (
  SELECT l.change_id, l.implementation, l.account, l.reviewed_at
  FROM later_review AS l
  UNION ALL
  SELECT l.change_id, '', l.account, l.reviewed_at
  FROM after_failure AS l
  WHERE l.place = 1
),
decided AS (
  SELECT c.change_id, COALESCE(m.implementation, '') AS implementation, p.risk, m.since_at, m.closed_at, l.account, l.reviewed_at,
    h.account AS other, m.due_at,
    c.events || COALESCE(',' || m.events, '') || COALESCE(',' || h.events, '') AS events,
    CASE
      WHEN m.way = 'taken_out' THEN 'It was taken out of production again'
      WHEN m.way = 'step' THEN 'A step of it failed'
      WHEN m.failed = 1 THEN 'Its deployment to production failed'
      ELSE 'Deployed'
    END AS came,
    CASE
      WHEN m.way = 'taken_out' THEN 'before it was taken out'
      WHEN m.failed = 1 THEN 'before it failed'
      ELSE 'before it was deployed'
    END AS too_soon,
    CASE
      WHEN m.change_id IS NULL THEN 'none'
      WHEN m.deployed = 0 AND m.closed_at IS NOT NULL THEN 'closed'
      WHEN m.deployed = 0 THEN 'waiting'
      WHEN m.due_at IS NULL THEN 'untimed'
      WHEN l.reviewed_at <= m.due_at THEN 'done'
      WHEN l.reviewed_at IS NOT NULL THEN 'late'
      WHEN m.due_at >= :as_of THEN 'owed'
      ELSE 'missed'
    END AS state
  FROM change AS c
  JOIN effective_policy AS p ON p.change_id = c.change_id
  LEFT JOIN came AS m ON m.change_id = c.change_id
  LEFT JOIN looked AS l
    ON l.change_id = m.change_id AND l.implementation = m.implementation
  LEFT JOIN held AS h ON h.change_id = c.change_id
),
told AS (
  SELECT d.change_id, d.implementation, d.due_at, d.events AS evidence,
    CASE
      WHEN d.state IN ('none', 'closed') THEN 'not_applicable'
      WHEN d.state IN ('waiting', 'owed') THEN 'pending'
      WHEN d.state = 'untimed' THEN 'not_verifiable'
      WHEN d.state = 'done' THEN 'met'
      ELSE 'deviation'
    END AS verdict,
    CASE d.state
      WHEN 'none' THEN 'Policy asks for no review after a change of ' || d.risk || ' risk.'
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'waiting' THEN 'It waits for its first production deployment.'
      WHEN 'untimed' THEN d.came || ', but nobody stated when.'
        || ' Why: by when it was to be reviewed cannot be counted. Cure: state the time of the deployment.'
      WHEN 'done' THEN d.came || ' at ' || utc(d.since_at) || ', reviewed by {' || d.account
        || '} at ' || utc(d.reviewed_at) || '.'
      WHEN 'owed' THEN d.came || ' at ' || utc(d.since_at) || '; it waits for a review until '
        || utc(d.due_at) || '.'
      WHEN 'late' THEN d.came || ' at ' || utc(d.since_at) || ', reviewed by {' || d.account
        || '} only at ' || utc(d.reviewed_at) || '; policy allows it until ' || utc(d.due_at) || '.'
        || ' Why: what a change did is learned from while people still know it.'
        || ' Cure: hold the next one in time; the deviation stays on record.'
      ELSE d.came || ' at ' || utc(d.since_at) || '; nobody else reviewed it by ' || utc(d.due_at)
        || COALESCE(' ({' || d.other || '} asked for it, made it, or looked ' || d.too_soon || ')', '') || '.'
        || ' Why: whether it achieved what was expected is not known.'
        || ' Cure: have somebody who made none of it review it now; the deviation stays on record.'
    END AS reason
  FROM decided AS d
),
worst AS (
  SELECT t.change_id, t.verdict, COALESCE(l.which, '') || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY u.urgency, COALESCE(t.due_at, 9000000000000000000), t.implementation
    ) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  LEFT JOIN work_label AS l
    ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, 'direct' AS basis, w.reason, w.evidence
FROM worst AS w
WHERE w.place = 1
