/*
view: >
  Does a waiver cover a check on a piece of work? `covers` is 1 where the policy lets it be waived
  and the waiver was granted by another human before the check fell due and was in force at that
  moment; else `flaw` is the first of: `not_waivable` (policy waives no such check), `unattributed`,
  `nonhuman`, `own` (granted by whoever asked for it, or asked for, wrote or pushed the change),
  `too_long` (for longer than policy allows), `afterwards` (granted after the check fell due),
  `undated` (nobody knows when it fell due), `not_begun` or `ended`. A check falls due with the
  moment that policy names for it, else with the first production deployment. The waiver that
  covers comes first, then the latest.
index: ["change_id, implementation, check_id"]
*/
WITH stood AS (
  -- On another system than all its work stands on, a waiver of a system says nothing.
  SELECT k.change_id, k.implementation, MIN(k.system) AS system
  FROM work_system AS k
  GROUP BY k.change_id, k.implementation
  HAVING COUNT(*) = 1
),
aimed AS (
  SELECT w.change_id, w.implementation, v.waiver, v.check_id
  FROM waiver AS v
  JOIN change_name AS n ON n.name = v.subject
  JOIN work AS w ON w.change_id = n.change_id
  UNION
  SELECT w.change_id, w.implementation, v.waiver, v.check_id
  FROM work AS w
  JOIN waiver AS v ON v.subject = 'organisation'
  UNION
  SELECT s.change_id, s.implementation, v.waiver, v.check_id
  FROM waiver AS v
  JOIN stood AS s ON v.subject = 'system:' || s.system
),
taken_back AS (
  SELECT e.waiver, e.ended_at, e.event,
    ROW_NUMBER() OVER (PARTITION BY e.waiver ORDER BY e.ended_at, e.event) AS place
  FROM waiver_end AS e
),
placed AS (
  SELECT w.change_id, w.implementation, a.check_id, v.waiver, v.granted_by, v.granted_at,
    v.begins_at, v.requested_by, w.requested_by AS change_requested_by, v.ends_at AS agreed_end,
    CASE WHEN t.ended_at < v.ends_at THEN t.ended_at ELSE v.ends_at END AS ends_at,
    v.event || COALESCE(',' || t.event, '') AS events, w.policy_version,
    COALESCE(h.person, v.granted_by) AS granter,
    COALESCE(
      CASE a.check_id
        WHEN 'cc8_1/02_authorization' THEN w.authorize_until
        WHEN 'cc8_1/07_testing' THEN w.tests_until
        WHEN 'cc8_1/08_approval' THEN w.approve_until
        ELSE w.deployed_at - w.deployed_at % 1000000 + 999999
      END,
      9000000000000000000
    ) AS due_at
  FROM aimed AS a
  JOIN waiver AS v ON v.waiver = a.waiver
  JOIN work AS w ON w.change_id = a.change_id AND w.implementation = a.implementation
  LEFT JOIN taken_back AS t ON t.waiver = v.waiver AND t.place = 1
  LEFT JOIN account_holder AS h
    ON h.account = v.granted_by AND h.held_from <= COALESCE(v.granted_at, 0)
    AND COALESCE(v.granted_at, 0) < h.held_until
),
weighed AS (
  SELECT p.change_id, p.implementation, p.check_id, p.waiver, p.granted_by, p.granted_at,
    p.begins_at, p.ends_at, p.due_at, p.events,
    CASE
      WHEN l.value IS NULL THEN 'not_waivable'
      WHEN p.granted_by IS NULL THEN 'unattributed'
      WHEN b.account IS NOT NULL THEN 'nonhuman'
      WHEN x.person IS NOT NULL OR p.granter = COALESCE(q.person, p.requested_by)
        OR p.granter = COALESCE(c.person, p.change_requested_by) THEN 'own'
      WHEN p.agreed_end - p.begins_at > o.waiver_longest THEN 'too_long'
      WHEN p.granted_at IS NULL OR p.granted_at > p.due_at THEN 'afterwards'
      WHEN p.due_at = 9000000000000000000 THEN 'undated'
      WHEN p.begins_at > p.due_at THEN 'not_begun'
      WHEN p.ends_at <= p.due_at - 999999 THEN 'ended'
      ELSE ''
    END AS flaw
  FROM placed AS p
  JOIN policy_terms AS o ON o.policy_version = p.policy_version
  LEFT JOIN policy_list AS l
    ON l.policy_version = p.policy_version AND l.parameter = 'waivable' AND l.value = p.check_id
  LEFT JOIN nonhuman AS b ON b.account = p.granted_by
  LEFT JOIN writer AS x
    ON x.change_id = p.change_id AND x.implementation = p.implementation
    AND x.person = p.granter
  LEFT JOIN account_holder AS q
    ON q.account = p.requested_by AND q.held_from <= COALESCE(p.granted_at, 0)
    AND COALESCE(p.granted_at, 0) < q.held_until
  LEFT JOIN account_holder AS c
    ON c.account = p.change_requested_by AND c.held_from <= COALESCE(p.granted_at, 0)
    AND COALESCE(p.granted_at, 0) < c.held_until
),
ranked AS (
  SELECT w.change_id, w.implementation, w.check_id, w.waiver, w.granted_by, w.granted_at,
    w.begins_at, w.ends_at, w.events, w.flaw,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation, w.check_id
      ORDER BY CASE WHEN w.flaw = '' THEN 0 ELSE 1 END, w.granted_at DESC, w.waiver
    ) AS place
  FROM weighed AS w
)
SELECT r.change_id, r.implementation, r.check_id, r.waiver, r.granted_by, r.granted_at,
  r.begins_at, r.ends_at, r.flaw, r.events,
  CASE WHEN r.flaw = '' THEN 1 ELSE 0 END AS covers,
  CASE r.flaw
    WHEN '' THEN 'The waiver ' || r.waiver || ', granted by {' || r.granted_by || '} at '
      || utc(r.granted_at) || ', was in force until ' || utc(r.ends_at) || '.'
    ELSE 'The waiver ' || r.waiver || COALESCE(' by {' || r.granted_by || '}', '')
      || ' changes nothing: '
      || CASE r.flaw
        WHEN 'not_waivable' THEN 'policy does not let this be waived.'
        WHEN 'unattributed' THEN 'nobody is named who granted it.'
        WHEN 'nonhuman' THEN 'no human granted it.'
        WHEN 'own' THEN 'it was granted by somebody whom it benefits.'
        WHEN 'too_long' THEN 'it is for longer than policy allows.'
        WHEN 'afterwards' THEN 'it was granted'
          || COALESCE(' at ' || utc(r.granted_at), ' at a time that nobody stated')
          || ', after it was needed.'
        WHEN 'undated' THEN 'nobody stated when it was needed.'
        WHEN 'not_begun' THEN 'it began at ' || utc(r.begins_at) || ', after it was needed.'
        ELSE 'it had ended at ' || utc(r.ends_at) || '.'
      END
  END AS sentence
FROM ranked AS r
WHERE r.place = 1
