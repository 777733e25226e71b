/*
view: >
  Who said yes to it, when, to which content; and does something hinder that yes from counting?
  `hindrance` is empty where it counts, else the first of: `unattributed`, `nonhuman`, `writer`,
  `requester`, `other_requester` (asked, before it was deployed, for another change that the same
  work carries), `not_entitled` (the role of approver was given to others), `not_in_role` (none of
  the roles that policy asks for at this risk), `other_channel` (by chat or the like, which policy
  does not name), `no_factor` (without the second factor that policy asks for at this risk), `retargeted` (shown against another branch), `other_content`. It unites reviews
  at the forge, approvals at the desk, messages retrieved from a channel and reviewers that the
  policy accepts from commit messages. Before the moment that policy names (`late` = 0), and
  after it (`late` = 1), a person's no takes back their yeses, a yes their noes, and a withdrawal
  (`verdict` withdrawn) both; `objects_soon`
  is 1 for a no that nobody took back until an emergency's approvals are due. A yes that nobody dated
  is late, a no that nobody dated came before everything else. `shown_at` is since when
  the content was there to be read; `dismissed_by` is who dismissed an objection that stands all
  the same, being one of its writers; `counts_as` is the person whose yes it is, which a deputy
  gives in place of whoever made them one; `is_owner` is 1 for the registered owner of a system of it.
index: ["change_id, implementation"]
*/
WITH dismissed AS (
  -- Who wrote it cannot dismiss an objection to it (hard case 64); anybody can dismiss a yes.
  SELECT w.change_id, w.implementation, r.review,
    MIN(COALESCE(d.dismissed_at, 0)) AS dismissed_at
  FROM work AS w
  JOIN review AS r ON r.pull = w.implementation
  JOIN review_dismissal AS d ON d.review = r.review AND d.pull = r.pull
  LEFT JOIN account_holder AS h
    ON h.account = d.account AND h.held_from <= COALESCE(d.dismissed_at, 0)
    AND COALESCE(d.dismissed_at, 0) < h.held_until
  WHERE r.verdict <> 'changes_requested'
    OR NOT EXISTS (
      SELECT 1 FROM writer AS x
      WHERE x.change_id = w.change_id AND x.implementation = w.implementation
        AND x.person = COALESCE(h.person, d.account, x.person)
    )
  GROUP BY w.change_id, w.implementation, r.review
),
said AS (
  SELECT w.change_id, w.implementation, r.account, r.verdict,
    COALESCE(r.revision, b.revision) AS revision, NULL AS artifact,
    CASE
      WHEN r.verdict = 'approved' THEN COALESCE(r.submitted_at, 9000000000000000000)
      ELSE COALESCE(r.submitted_at, 0)
    END AS said_at, 'review' AS channel,
    r.review AS name, r.event, NULL AS on_behalf_of
  FROM work AS w
  JOIN review AS r ON r.pull = w.implementation
  LEFT JOIN begun_head AS b ON b.pull = r.pull AND b.begins = r.revision_begins
  LEFT JOIN dismissed AS d
    ON d.change_id = w.change_id AND d.implementation = w.implementation
    AND d.review = r.review
  WHERE r.verdict <> 'commented'
    AND (
      d.review IS NULL
      OR (COALESCE(r.submitted_at, 0) <= w.approve_until AND d.dismissed_at > w.approve_until)
    )
  UNION ALL
  SELECT w.change_id, w.implementation, a.account, 'approved', a.revision, a.artifact,
    COALESCE(a.approved_at, 9000000000000000000),
    CASE WHEN a.channel = '' THEN 'desk' ELSE a.channel END, a.event, a.event, a.on_behalf_of
  FROM approval AS a
  JOIN change_name AS n ON n.name = a.change_name
  JOIN work AS w ON w.change_id = n.change_id
  UNION ALL
  SELECT w.change_id, w.implementation, d.account, 'changes_requested', d.revision, NULL,
    COALESCE(d.declined_at, 0), 'desk', d.event, d.event, NULL
  FROM decline AS d
  JOIN change_name AS n ON n.name = d.change_name
  JOIN work AS w ON w.change_id = n.change_id
  UNION ALL
  SELECT w.change_id, w.implementation, d.account, 'withdrawn', NULL, NULL,
    COALESCE(d.withdrawn_at, 9000000000000000000), 'desk', d.event, d.event, NULL
  FROM decision_withdrawal AS d
  JOIN change_name AS n ON n.name = d.change_name
  JOIN work AS w ON w.change_id = n.change_id
  WHERE d.decision = 'approval'
  UNION ALL
  SELECT w.change_id, w.implementation, c.value, 'approved', w.landed, NULL,
    COALESCE(w.merged_at, 0), 'trailer', c.event, c.event, NULL
  FROM work AS w
  JOIN revision_claim AS c ON c.revision = w.landed AND c.claim = 'reviewer'
  WHERE w.ground = 'git'
    AND (
      w.trailers_accepted = 'all'
      OR (w.trailers_accepted = 'gerrit' AND w.claimed_review IS NOT NULL)
    )
),
placed AS (
  SELECT DISTINCT s.change_id, s.implementation, s.account, s.verdict, s.revision, s.artifact,
    s.said_at, s.channel, s.name, COALESCE(h.person, s.account) AS person,
    COALESCE(h.holder, s.account) AS holder,
    s.event || COALESCE(',' || t.event, '') AS event, COALESCE(x.person, s.on_behalf_of) AS absent,
    CASE
      WHEN s.on_behalf_of IS NULL THEN COALESCE(h.holder, s.account)
      WHEN t.absent IS NOT NULL THEN COALESCE(x.holder, s.on_behalf_of)
      ELSE ''
    END AS entitled,
    CASE
      WHEN s.said_at <= w.approve_until AND s.said_at < 9000000000000000000 THEN 0
      ELSE 1
    END AS late,
    CASE WHEN s.said_at <= w.deployed_at + w.approve_within THEN 1 ELSE 0 END AS soon
  FROM said AS s
  JOIN work AS w ON w.change_id = s.change_id AND w.implementation = s.implementation
  LEFT JOIN account_holder AS h
    ON h.account = s.account AND h.held_from <= s.said_at AND s.said_at < h.held_until
  LEFT JOIN account_holder AS x
    ON x.account = s.on_behalf_of AND x.held_from <= s.said_at AND s.said_at < x.held_until
  LEFT JOIN stand_in AS t
    ON t.absent = s.on_behalf_of AND t.person = COALESCE(h.holder, s.account)
    AND t.held_from <= s.said_at AND s.said_at < t.held_until
),
acts AS (
  SELECT p.change_id, p.implementation, COALESCE(p.person, p.name) AS who, COUNT(*) AS acts
  FROM placed AS p
  GROUP BY p.change_id, p.implementation, COALESCE(p.person, p.name)
),
ordered AS (
  SELECT p.change_id, p.implementation, p.account, p.verdict, p.revision, p.artifact,
    p.said_at, p.channel, p.name, p.event, p.person, p.holder, p.absent, p.entitled, p.late, p.soon,
    ROW_NUMBER() OVER (
      PARTITION BY p.change_id, p.implementation, COALESCE(p.person, p.name), p.late, p.soon
      ORDER BY p.said_at, CASE WHEN p.verdict = 'approved' THEN 0 ELSE 1 END, p.event, p.name
    ) AS turn,
    MAX(CASE WHEN p.verdict <> 'changes_requested' AND p.soon = 1 THEN p.said_at END) OVER (
      PARTITION BY p.change_id, p.implementation, COALESCE(p.holder, p.name)
    ) AS settled_soon_at
  FROM placed AS p
  JOIN acts AS a
    ON a.change_id = p.change_id AND a.implementation = p.implementation
    AND a.who = COALESCE(p.person, p.name)
  WHERE a.acts > 1
),
turned AS (
  SELECT o.change_id, o.implementation, o.account, o.verdict, o.revision, o.artifact,
    o.said_at, o.channel, o.name, o.event, o.person, o.absent, o.entitled, o.late, o.soon, o.turn, o.settled_soon_at,
    MAX(CASE WHEN o.verdict = 'approved' THEN o.turn ELSE 0 END) OVER (
      PARTITION BY o.change_id, o.implementation, COALESCE(o.holder, o.name), o.late, o.soon
    ) AS last_own_yes,
    MAX(CASE WHEN o.verdict = 'approved' THEN 0 ELSE o.turn END) OVER (
      PARTITION BY o.change_id, o.implementation, COALESCE(o.holder, o.name), o.late, o.soon
    ) AS last_own_no,
    MAX(CASE WHEN o.verdict = 'approved' THEN 0 ELSE o.turn END) OVER (
      PARTITION BY o.change_id, o.implementation, COALESCE(o.person, o.name), o.late, o.soon
    ) AS last_no
  FROM ordered AS o
),
last_said AS (
  -- A no takes back every yes before it, a yes every no, a withdrawal both; a yes does not take
  -- back another. Of those who claim one account each takes back their own noes alone, for they
  -- may be two.
  SELECT t.change_id, t.implementation, t.account, t.verdict, t.revision, t.artifact,
    t.said_at, t.channel, t.name, t.event, t.person, t.absent, t.entitled, t.late,
    CASE
      WHEN t.verdict = 'changes_requested' AND t.soon = 1
        AND COALESCE(t.settled_soon_at, -1) < t.said_at THEN 1
      ELSE 0
    END AS objects_soon,
    CASE
      WHEN t.verdict = 'approved' AND t.turn > t.last_no THEN 1
      WHEN t.verdict <> 'approved' AND t.turn = t.last_own_no AND t.turn > t.last_own_yes THEN 1
      ELSE 0
    END AS place
  FROM turned AS t
  UNION ALL
  -- Who said one thing alone took nothing back.
  SELECT p.change_id, p.implementation, p.account, p.verdict, p.revision, p.artifact,
    p.said_at, p.channel, p.name, p.event, p.person, p.absent, p.entitled, p.late,
    CASE
      WHEN p.verdict = 'changes_requested' AND p.soon = 1 THEN 1
      ELSE 0
    END,
    1
  FROM placed AS p
  JOIN acts AS a
    ON a.change_id = p.change_id AND a.implementation = p.implementation
    AND a.who = COALESCE(p.person, p.name)
  WHERE a.acts = 1
),
also_asked AS (
  -- They asked for another change that the same work carries.
  SELECT DISTINCT s.change_id, s.implementation, s.person, s.said_at
  FROM last_said AS s
  JOIN work AS w ON w.change_id = s.change_id AND w.implementation = s.implementation
  JOIN shared_request AS o
    ON o.change_id = s.change_id AND o.implementation = s.implementation
    AND COALESCE(o.requested_at, 0) <= COALESCE(w.deployed_at, :as_of)
  LEFT JOIN account_holder AS h
    ON h.account = o.requested_by AND h.held_from <= s.said_at AND s.said_at < h.held_until
  WHERE s.place = 1 AND COALESCE(h.person, o.requested_by) IN (s.person, s.absent)
),
not_entitled AS (
  -- A role was given for a system of it, and not to them.
  SELECT DISTINCT s.change_id, s.implementation, s.person, s.said_at
  FROM last_said AS s
  JOIN work_system AS k ON k.change_id = s.change_id AND k.implementation = s.implementation
  JOIN role_assigned AS g
    ON g.role = 'approver' AND g.system IN ('', k.system) AND g.assigned_from <= s.said_at
  LEFT JOIN role_held AS r
    ON r.role = 'approver' AND r.person = s.entitled AND r.system IN ('', k.system)
    AND r.held_from <= s.said_at AND s.said_at < r.held_until
  WHERE s.place = 1 AND r.person IS NULL
),
in_role AS (
  SELECT DISTINCT s.change_id, s.implementation, s.person, s.said_at, k.system
  FROM last_said AS s
  JOIN work AS w ON w.change_id = s.change_id AND w.implementation = s.implementation
  JOIN policy_list AS g
    ON g.policy_version = w.policy_version AND g.parameter = 'approver_roles.' || w.risk
  JOIN work_system AS k ON k.change_id = s.change_id AND k.implementation = s.implementation
  JOIN role_held AS r
    ON r.role = g.value AND r.person = s.entitled AND r.system IN ('', k.system)
    AND r.held_from <= s.said_at AND s.said_at < r.held_until
  WHERE s.place = 1
),
not_in_role AS (
  -- Policy asks for a role at this risk, and on a system of it they held none.
  SELECT DISTINCT s.change_id, s.implementation, s.person, s.said_at
  FROM last_said AS s
  JOIN work AS w ON w.change_id = s.change_id AND w.implementation = s.implementation
  JOIN policy_list AS g
    ON g.policy_version = w.policy_version AND g.parameter = 'approver_roles.' || w.risk
  JOIN work_system AS k ON k.change_id = s.change_id AND k.implementation = s.implementation
  LEFT JOIN in_role AS i
    ON i.change_id = s.change_id AND i.implementation = s.implementation
    AND i.person = s.person AND i.said_at = s.said_at AND i.system = k.system
  WHERE s.place = 1 AND i.person IS NULL
)
SELECT s.change_id, s.implementation, s.account, s.person, COALESCE(s.absent, s.person) AS counts_as,
  s.verdict, s.revision, s.artifact,
  s.said_at, s.channel, s.late, s.event, s.objects_soon, t.ref_before,
  CASE WHEN s.channel = 'review' AND h.revised_at <= s.said_at THEN h.revised_at END AS shown_at,
  CASE WHEN s.verdict = 'changes_requested' THEN i.account END AS dismissed_by,
  CASE
    WHEN EXISTS (
      SELECT 1 FROM code_owner AS y
      WHERE y.change_id = s.change_id AND y.implementation = s.implementation
        AND y.person = CASE WHEN s.absent IS NULL THEN s.entitled ELSE s.person END
        AND y.part = 'system'
    ) THEN 1
    ELSE 0
  END AS is_owner,
  CASE
    WHEN s.account IS NULL THEN 'unattributed'
    WHEN b.account IS NOT NULL THEN 'nonhuman'
    WHEN x.person IS NOT NULL OR y.person IS NOT NULL THEN 'writer'
    WHEN COALESCE(q.person, w.requested_by) IN (s.person, s.absent) THEN 'requester'
    WHEN o.person IS NOT NULL THEN 'other_requester'
    WHEN e.person IS NOT NULL THEN 'not_entitled'
    WHEN j.person IS NOT NULL THEN 'not_in_role'
    WHEN s.channel NOT IN ('review', 'desk', 'trailer') AND NOT EXISTS (
      SELECT 1 FROM policy_list AS g
      WHERE g.policy_version = w.policy_version AND g.parameter = 'approval_channel'
        AND LOWER(g.value) = LOWER(s.channel)
    ) THEN 'other_channel'
    WHEN k.value IS NOT NULL AND v.factor IS NULL THEN 'no_factor'
    WHEN t.review IS NOT NULL THEN 'retargeted'
    -- What is done by hand has no content by name: what may be set is judged by point 6. A yes
    -- that names a content all the same (a document's text) counts for that one.
    WHEN w.ground = 'act' AND s.revision IS NULL AND s.artifact IS NULL THEN ''
    WHEN s.artifact = 'sha256:' || pa.after_digest THEN ''
    WHEN s.artifact = w.artifact THEN ''
    WHEN s.revision = w.deployed_revision OR vs.tree = vd.tree THEN ''
    WHEN w.other_head_deployed = 1 AND s.revision IS NOT NULL THEN 'other_content'
    WHEN s.revision = w.landed OR vs.tree = vl.tree THEN ''
    -- What the merge adds of its own, nobody who approved the head has seen.
    WHEN w.landed_edited = 1 AND s.revision IS NOT NULL THEN 'other_content'
    WHEN s.revision = w.head OR vs.tree = vh.tree THEN ''
    WHEN EXISTS (
      SELECT 1 FROM carried_head AS k
      WHERE k.change_id = s.change_id AND k.implementation = s.implementation
        AND k.revision = s.revision
    ) THEN ''
    WHEN EXISTS (
      SELECT 1 FROM artifact AS a
      WHERE a.artifact = s.artifact AND a.revision IN (w.head, w.landed, w.deployed_revision)
    ) THEN ''
    -- Which content that was, twelve digits do not tell.
    WHEN s.revision IS NULL AND s.channel = 'review' AND EXISTS (
      SELECT 1 FROM review AS c WHERE c.review = s.name AND c.revision_begins IS NOT NULL
    ) THEN 'cut_short'
    ELSE 'other_content'
  END AS hindrance
FROM last_said AS s
JOIN work AS w ON w.change_id = s.change_id AND w.implementation = s.implementation
LEFT JOIN nonhuman AS b ON b.account = s.account
LEFT JOIN writer AS x
  ON x.change_id = s.change_id AND x.implementation = s.implementation AND x.person = s.person
LEFT JOIN writer AS y
  ON y.change_id = s.change_id AND y.implementation = s.implementation AND y.person = s.absent
LEFT JOIN also_asked AS o
  ON o.change_id = s.change_id AND o.implementation = s.implementation
  AND o.person = s.person AND o.said_at = s.said_at
LEFT JOIN not_entitled AS e
  ON e.change_id = s.change_id AND e.implementation = s.implementation
  AND e.person = s.person AND e.said_at = s.said_at
LEFT JOIN not_in_role AS j
  ON j.change_id = s.change_id AND j.implementation = s.implementation
  AND j.person = s.person AND j.said_at = s.said_at
LEFT JOIN production_act AS pa ON w.ground = 'act' AND w.implementation = 'act:' || pa.act
LEFT JOIN policy_list AS k
  ON k.policy_version = w.policy_version AND k.parameter = 'second_factor_at' AND k.value = w.risk
LEFT JOIN approval AS v ON s.channel = 'desk' AND v.event = s.name
LEFT JOIN retargeted_review AS t ON s.channel = 'review' AND t.review = s.name
LEFT JOIN review_dismissal AS i
  ON s.channel = 'review' AND i.review = s.name AND i.dismissed_at <= w.approve_until
LEFT JOIN pull_head AS h ON h.pull = s.implementation AND h.revision = s.revision
LEFT JOIN account_holder AS q
  ON q.account = w.requested_by AND q.held_from <= s.said_at AND s.said_at < q.held_until
LEFT JOIN revision_content AS vs ON vs.revision = s.revision
LEFT JOIN revision_content AS vh ON vh.revision = w.head
LEFT JOIN revision_content AS vl ON vl.revision = w.landed
LEFT JOIN revision_content AS vd ON vd.revision = w.deployed_revision
WHERE s.place = 1
