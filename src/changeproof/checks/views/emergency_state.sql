/*
view: >
  Was a change declared an emergency, and does that cover each piece of its work as the policy
  asks? Each has its own clock, from its own deployment. `fault` is empty where it does, else
  the first of: `not_provided` (policy has no way for emergencies), `declared_late`, `authorized_by_itself`, `not_entitled`, `authorized_late`,
  `not_authorized`, `no_incident`, `incident_later` (the incident began after the deployment),
  `incident_over` (it was over before the emergency was declared), `other_system` (declared for a
  system that the change is not of), `unbounded`, `ended` (the piece was deployed after its end,
  whatever was deployed before), `authorization_owed` (its time still
  runs). Of several declarations the first one counts. Whom the declaration names was only asked:
  an emergency is authorized by an entitled other person's own act, before the declaration or
  within the policy's time after deployment and declaration. `authorized_by` is who acted,
  `authorized` is 1 where that act counts. `first` is 1 for the piece that was deployed first.
index: ["change_id, implementation"]
*/
WITH declared AS (
  SELECT n.change_id, e.emergency, e.system, e.incident, e.declared_by, e.declared_at, e.ends_at, e.event,
    ROW_NUMBER() OVER (
      PARTITION BY n.change_id
      ORDER BY COALESCE(e.declared_at, 9000000000000000000), e.emergency
    ) AS place
  FROM emergency AS e
  JOIN change_name AS n ON n.name = e.change_name
),
placed AS (
  SELECT d.change_id, w.implementation, d.emergency, d.incident, d.declared_by, d.declared_at,
    d.ends_at, d.event, c.requested_by, w.deployed_at, p.incident_required, p.has_emergencies,
    p.policy_version, i.opened_at AS incident_at, z.resolved_at, i.event AS incident_event,
    z.event AS incident_end_event, LOWER(d.system) AS system_key, LOWER(c.system) AS own_system,
    w.deployed_at + p.declare_within AS declare_due,
    w.deployed_at + w.approve_within AS approve_due,
    COALESCE(v.review_due, w.deployed_at + w.review_within) AS review_due,
    CASE WHEN d.declared_at > w.deployed_at THEN d.declared_at ELSE w.deployed_at END
      + p.declare_within AS authorize_due,
    COALESCE(hd.person, d.declared_by) AS declarer,
    ROW_NUMBER() OVER (
      PARTITION BY d.change_id
      ORDER BY COALESCE(w.deployed_at, 9000000000000000000), w.implementation
    ) AS place
  FROM declared AS d
  JOIN change AS c ON c.change_id = d.change_id
  JOIN work AS w ON w.change_id = d.change_id
  JOIN effective_policy AS p ON p.change_id = d.change_id
  LEFT JOIN review_deadline AS v
    ON v.change_id = w.change_id AND v.implementation = w.implementation
  LEFT JOIN incident AS i ON i.incident = d.incident
  LEFT JOIN incident_end AS z ON z.incident = d.incident
  LEFT JOIN account_holder AS hd
    ON hd.account = d.declared_by AND hd.held_from <= COALESCE(d.declared_at, 0)
    AND COALESCE(d.declared_at, 0) < hd.held_until
  WHERE d.place = 1
),
authorized AS (
  -- What was taken back by then does not allow it.
  SELECT a.change_id, p.implementation, p.policy_version, a.account, a.person, a.absent, a.entitled, a.authorized_at, a.event
  FROM desk_authorization AS a
  JOIN placed AS p ON p.change_id = a.change_id
  WHERE a.account IS NOT NULL
    AND (a.withdrawn_at IS NULL OR a.withdrawn_at > p.authorize_due)
    AND NOT EXISTS (SELECT 1 FROM nonhuman AS b WHERE b.account = a.account)
),
entitling AS (
  SELECT t.policy_version, e.role
  FROM policy_terms AS t
  CROSS JOIN (SELECT 'change_manager' AS role UNION ALL SELECT 'approver') AS e
  UNION
  SELECT q.policy_version, q.value
  FROM policy_list AS q
  WHERE q.parameter = 'emergency.commander_roles'
),
judged_by AS (
  -- Where a role was given for a system of it: did they hold one that entitles?
  SELECT a.change_id, a.person, a.authorized_at, k.system,
    MAX(CASE WHEN r.person IS NULL THEN 0 ELSE 1 END) AS held
  FROM authorized AS a
  JOIN work_system AS k ON k.change_id = a.change_id
  JOIN role_assigned AS g
    ON g.role IN ('change_manager', 'approver') AND g.system IN ('', k.system)
    AND g.assigned_from <= a.authorized_at
  JOIN entitling AS e ON e.policy_version = a.policy_version
  LEFT JOIN role_held AS r
    ON r.role = e.role AND r.person = a.entitled AND r.system IN ('', k.system)
    AND r.held_from <= a.authorized_at AND a.authorized_at < r.held_until
  GROUP BY a.change_id, a.person, a.authorized_at, k.system
),
not_entitled AS (
  SELECT j.change_id, j.person, j.authorized_at
  FROM judged_by AS j
  WHERE j.held = 0
),
elsewhere AS (
  SELECT p.change_id, p.implementation,
    MAX(CASE WHEN LOWER(k.system) = p.system_key THEN 1 ELSE 0 END) AS same
  FROM placed AS p
  JOIN work_system AS k ON k.change_id = p.change_id
  WHERE p.system_key <> '' AND p.system_key <> p.own_system
  GROUP BY p.change_id, p.implementation
),
weighed AS (
  SELECT p.change_id, p.implementation, a.account, a.authorized_at, a.event,
    CASE
      WHEN p.declarer IN (a.person, a.absent)
        OR COALESCE(q.person, p.requested_by) IN (a.person, a.absent)
        OR EXISTS (
          SELECT 1 FROM writer AS x
          WHERE x.change_id = p.change_id AND x.person IN (a.person, a.absent)
        ) THEN 'authorized_by_itself'
      WHEN e.person IS NOT NULL THEN 'not_entitled'
      WHEN a.authorized_at IS NULL OR a.authorized_at > p.authorize_due THEN 'authorized_late'
      ELSE ''
    END AS hindrance
  FROM placed AS p
  JOIN authorized AS a ON a.change_id = p.change_id AND a.implementation = p.implementation
  LEFT JOIN not_entitled AS e
    ON e.change_id = p.change_id AND e.person = a.person AND e.authorized_at = a.authorized_at
  LEFT JOIN account_holder AS q
    ON q.account = p.requested_by AND q.held_from <= COALESCE(a.authorized_at, 0)
    AND COALESCE(a.authorized_at, 0) < q.held_until
),
ranked AS (
  SELECT w.change_id, w.implementation, w.account, w.authorized_at, w.event, w.hindrance,
    ROW_NUMBER() OVER (
      PARTITION BY w.change_id, w.implementation
      ORDER BY
        CASE w.hindrance
          WHEN '' THEN 1
          WHEN 'authorized_late' THEN 2
          WHEN 'not_entitled' THEN 3
          ELSE 4
        END,
        COALESCE(w.authorized_at, 9000000000000000000), w.account, w.event
    ) AS place
  FROM weighed AS w
)
SELECT p.change_id, p.implementation, p.emergency, p.incident, p.declared_by, r.account AS authorized_by,
  r.authorized_at, p.declared_at, p.ends_at,
  COALESCE(p.event, '') || COALESCE(',' || r.event, '') || COALESCE(',' || p.incident_event, '')
    || COALESCE(',' || p.incident_end_event, '') AS event, p.incident_at, p.resolved_at,
  p.system_key, CASE WHEN r.hindrance = '' THEN 1 ELSE 0 END AS authorized,
  p.deployed_at, p.declare_due, p.authorize_due, p.approve_due, p.review_due,
  CASE WHEN p.declared_at > p.deployed_at THEN 1 ELSE 0 END AS declared_after,
  CASE WHEN p.place = 1 THEN 1 ELSE 0 END AS first,
  CASE
    WHEN p.has_emergencies = 0 THEN 'not_provided'
    WHEN p.declared_at IS NULL OR p.declared_at > p.declare_due THEN 'declared_late'
    WHEN COALESCE(r.hindrance, 'none') <> '' AND p.authorize_due < :as_of
      THEN COALESCE(r.hindrance, 'not_authorized')
    WHEN p.incident_required = 'true' AND p.incident IS NULL THEN 'no_incident'
    WHEN p.incident_at > p.deployed_at THEN 'incident_later'
    WHEN p.resolved_at < p.declared_at AND p.resolved_at < p.deployed_at THEN 'incident_over'
    WHEN l.same = 0 THEN 'other_system'
    WHEN p.ends_at IS NULL THEN 'unbounded'
    WHEN p.deployed_at > p.ends_at THEN 'ended'
    WHEN COALESCE(r.hindrance, 'none') <> '' THEN 'authorization_owed'
    ELSE ''
  END AS fault
FROM placed AS p
LEFT JOIN ranked AS r
  ON r.change_id = p.change_id AND r.implementation = p.implementation AND r.place = 1
LEFT JOIN elsewhere AS l
  ON l.change_id = p.change_id AND l.implementation = p.implementation
