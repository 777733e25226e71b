/*
id: practices/post_implementation_review
title: What a change achieved was set against what was expected
criterion: CC8.1, CC4.1
subject: change
severity: medium
policy: [post_review_required_at, cadence.post_review]
checks: >
  A change at a risk for which policy asks for it was looked at after its deployment, within the
  policy's time, by a human who neither asked for it nor made any of it.
does_not_check: >
  What the review found, and whether it was thorough. The review of an emergency (cc8_1/13).
re_perform: Compare the time and the name of the review with deployment, requester and authors.
*/
WITH owed AS (
  SELECT c.change_id, c.events, p.risk, p.policy_version, p.deployed_at, d.within,
    CASE WHEN q.value IS NULL THEN 0 ELSE 1 END AS is_required,
    s.open_before + d.business
      + CASE WHEN p.deployed_at < s.closes_at THEN p.deployed_at ELSE s.closes_at END - s.opens_at
      AS target
  FROM change AS c
  JOIN effective_policy AS p ON p.change_id = c.change_id
  LEFT JOIN policy_list AS q
    ON q.policy_version = p.policy_version AND q.parameter = 'post_review_required_at'
    AND q.value = p.risk
  LEFT JOIN policy_deadline AS d
    ON d.policy_version = p.policy_version AND d.name = 'cadence.post_review'
  LEFT JOIN business_time AS s
    ON d.business IS NOT NULL AND s.policy_version = p.policy_version
    AND s.opens_at <= p.deployed_at AND p.deployed_at < s.next_opens_at
),
came AS (
  SELECT o.change_id, MAX(w.deployed) AS deployed, MAX(w.closed_at) AS closed_at
  FROM owed AS o
  JOIN work AS w ON w.change_id = o.change_id
  WHERE o.is_required = 1
  GROUP BY o.change_id
),
held AS (
  SELECT n.change_id, MIN(r.account) AS account, STRING_AGG(r.event, ',') AS events
  FROM post_review AS r
  JOIN change_name AS n ON n.name = r.change_name
  GROUP BY n.change_id
),
decided AS (
  SELECT o.change_id, o.risk, o.deployed_at, m.closed_at, l.account, l.outcome, l.reviewed_at,
    h.account AS other,
    COALESCE(e.opens_at + o.target - e.open_before, o.deployed_at + o.within) AS due_at,
    o.events || COALESCE(',' || h.events, '') AS events,
    CASE
      WHEN o.is_required = 0 THEN 'none'
      WHEN COALESCE(m.deployed, 0) = 0 AND m.closed_at IS NOT NULL THEN 'closed'
      WHEN COALESCE(m.deployed, 0) = 0 THEN 'waiting'
      WHEN o.deployed_at IS NULL THEN 'untimed'
      WHEN l.reviewed_at <= COALESCE(e.opens_at + o.target - e.open_before, o.deployed_at + o.within)
        THEN 'done'
      WHEN l.reviewed_at IS NOT NULL THEN 'late'
      WHEN COALESCE(e.opens_at + o.target - e.open_before, o.deployed_at + o.within) >= :as_of
        THEN 'owed'
      ELSE 'missed'
    END AS state
  FROM owed AS o
  LEFT JOIN came AS m ON m.change_id = o.change_id
  LEFT JOIN later_review AS l ON l.change_id = o.change_id
  LEFT JOIN held AS h ON h.change_id = o.change_id
  LEFT JOIN business_time AS e
    ON e.policy_version = o.policy_version AND e.open_before < o.target AND o.target <= e.open_after
)
SELECT d.change_id AS subject,
  CASE
    WHEN d.state IN ('none', 'closed') THEN 'not_applicable'
    WHEN d.state IN ('waiting', 'owed') THEN 'pending'
    WHEN d.state = 'untimed' THEN 'not_verifiable'
    WHEN d.state = 'done' THEN 'met'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'none' THEN 'Policy asks for no review after a change of ' || d.risk || ' risk.'
    WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
    WHEN 'waiting' THEN 'It waits for its first production deployment.'
    WHEN 'untimed' THEN 'Deployed, but nobody stated when.'
      || ' Why: by when it was to be reviewed cannot be counted. Cure: state the time of the deployment.'
    WHEN 'done' THEN 'Deployed at ' || utc(d.deployed_at) || ', reviewed by {' || d.account
      || '} at ' || utc(d.reviewed_at) || '.'
    WHEN 'owed' THEN 'Deployed at ' || utc(d.deployed_at) || '; it waits for a review until '
      || utc(d.due_at) || '.'
    WHEN 'late' THEN 'Deployed at ' || utc(d.deployed_at) || ', reviewed by {' || d.account
      || '} only at ' || utc(d.reviewed_at) || '; policy allows it until ' || utc(d.due_at) || '.'
      || ' Why: what a change did is learned from while people still know it.'
      || ' Cure: hold the next one in time; the deviation stays on record.'
    ELSE 'Deployed at ' || utc(d.deployed_at) || '; nobody else reviewed it by ' || utc(d.due_at)
      || COALESCE(' ({' || d.other || '} asked for it, made it, or looked before it was deployed)', '') || '.'
      || ' Why: whether it achieved what was expected is not known.'
      || ' Cure: have somebody who made none of it review it now; the deviation stays on record.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
