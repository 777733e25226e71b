/*
view: >
  Was each implementation authorized, and before the moment that policy names? `state` is one of
  `closed`, `waiting`, `authorized`, `template` (a standard change, authorized beforehand),
  `emergency`, `waived`, `git` (git alone tells of it), `unseen`, `untimed` (nobody stated when),
  `undated` (nobody stated when it was deployed),
  `late`, `template_unseen` (nothing tells whether its template covers it), `settling`
  (unexplained so far), `missing`. For each thing that hinders an authorization one account is
  named; `board_rule` is the rule by which policy asks an advisory board, `board_sentence` what is
  wrong with that; `ticket_detail` says what is wrong with the request that it cites, and `results` names
  the parts of point 2 with the result of each.
index: ["change_id, implementation"]
*/
WITH counted AS (
  SELECT w.change_id, w.implementation,
    MIN(CASE WHEN a.hindrance = '' AND a.authorized_at <= w.authorize_until
      AND a.authorized_at < 9000000000000000000 THEN a.authorized_at END) AS authorized_at,
    MIN(CASE WHEN a.hindrance = '' AND a.authorized_at > w.authorize_until
      AND a.authorized_at < 9000000000000000000 THEN a.authorized_at END) AS late_at,
    MIN(CASE WHEN a.hindrance = '' AND a.authorized_at >= 9000000000000000000
      THEN a.account END) AS untimed_account,
    COUNT(a.event) AS acts,
    MAX(CASE WHEN a.hindrance <> '' THEN 1 ELSE 0 END) AS hindered,
    MIN(CASE WHEN a.hindrance = 'requester' THEN a.account END) AS requester,
    MIN(CASE WHEN a.hindrance = 'not_entitled' THEN a.account END) AS not_entitled,
    MIN(CASE WHEN a.hindrance = 'nonhuman' THEN a.account END) AS nonhuman,
    MIN(CASE WHEN a.hindrance = 'withdrawn' THEN a.account END) AS withdrawn,
    MIN(CASE WHEN a.hindrance = 'ticket' THEN a.account END) AS by_ticket,
    MIN(CASE WHEN a.hindrance = 'board' THEN a.account END) AS without_board,
    MAX(CASE WHEN a.hindrance = 'not_carried' THEN 1 ELSE 0 END) AS not_carried,
    MAX(CASE WHEN a.hindrance = 'unattributed' THEN 1 ELSE 0 END) AS unattributed,
    STRING_AGG(a.event, ',') AS events
  FROM work AS w
  LEFT JOIN authorization_act AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation
  GROUP BY w.change_id, w.implementation
),
first_act AS (
  SELECT c.change_id, c.implementation, a.account, a.way,
    ROW_NUMBER() OVER (
      PARTITION BY c.change_id, c.implementation ORDER BY a.account, a.way, a.event
    ) AS place
  FROM counted AS c
  JOIN authorization_act AS a
    ON a.change_id = c.change_id AND a.implementation = c.implementation
    AND a.hindrance = '' AND a.authorized_at = COALESCE(c.authorized_at, c.late_at)
),
board_short AS (
  SELECT t.change_id,
    MIN(' The board''s meeting ' || t.meeting || ' had ' || t.votes || ' of ' || t.quorum
      || ' votes that count, ' || t.in_favour || ' for it and ' || t.opposed || ' against it.'
    ) AS sentence
  FROM board_tally AS t
  WHERE t.carried = 0
  GROUP BY t.change_id
),
placed AS (
  SELECT w.change_id, w.implementation, f.account, f.way, c.authorized_at, c.late_at,
    c.untimed_account, c.hindered, c.requester, c.not_entitled, c.nonhuman, c.withdrawn, c.by_ticket,
    c.unattributed, c.without_board, c.not_carried, c.acts, k.detail AS ticket_detail,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN c.authorized_at IS NOT NULL AND w.authorize_until >= 9000000000000000000 THEN 'undated'
      WHEN c.authorized_at IS NOT NULL THEN 'authorized'
      WHEN t.covers = 1 AND t.claimed_at <= w.authorize_until THEN 'template'
      WHEN e.fault = '' THEN 'emergency'
      WHEN v.covers = 1 THEN 'waived'
      WHEN w.ground = 'git' AND c.late_at IS NULL AND c.hindered = 0 THEN 'git'
      WHEN u.blind_from IS NOT NULL THEN 'unseen'
      WHEN c.untimed_account IS NOT NULL THEN 'untimed'
      WHEN c.late_at IS NOT NULL THEN 'late'
      WHEN t.covers = -1 AND t.claimed_at <= w.authorize_until THEN 'template_unseen'
      WHEN x.settles_at IS NOT NULL AND c.hindered = 0 THEN 'settling'
      ELSE 'missing'
    END AS state,
    e.authorized_by, e.declared_at,
    CASE WHEN e.declared_at > w.authorize_until THEN 1 ELSE 0 END AS declared_after,
    CASE
      WHEN t.covers = 1 AND t.claimed_at > w.authorize_until
        THEN 'It was claimed to be a standard change only after the ' || w.authorize_before || '.'
      ELSE t.sentence
    END AS template_sentence,
    v.sentence AS waiver_sentence, b.rule AS board_rule,
    CASE WHEN c.not_carried = 1 THEN s.sentence ELSE '' END
      || COALESCE(' {' || c.without_board
        || '} authorized it alone, and policy asks the advisory board (board rule ' || b.rule || ').',
        CASE
          WHEN b.rule IS NULL OR c.not_carried = 1 THEN ''
          ELSE ' Policy asks the advisory board (board rule ' || b.rule
            || '), and no meeting of it granted it.'
        END) AS board_sentence,

    u.blind_from, u.blind_until, u.scope, x.settles_at,
    COALESCE(c.events, '') || COALESCE(',' || e.event, '') || COALESCE(',' || u.events, '')
      || COALESCE(',' || t.events, '') || COALESCE(',' || v.events, '')
      || COALESCE(',' || k.events, '') AS events
  FROM work AS w
  JOIN counted AS c ON c.change_id = w.change_id AND c.implementation = w.implementation
  LEFT JOIN first_act AS f
    ON f.change_id = w.change_id AND f.implementation = w.implementation AND f.place = 1
  LEFT JOIN board_short AS s ON s.change_id = w.change_id
  LEFT JOIN board_asked AS b ON b.change_id = w.change_id
  LEFT JOIN ticket_flaw AS k
    ON k.change_id = w.change_id AND k.implementation = w.implementation
  LEFT JOIN template_state AS t
    ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN waiver_state AS v
    ON v.change_id = w.change_id AND v.implementation = w.implementation
    AND v.check_id = 'cc8_1/02_authorization'
  LEFT JOIN emergency_state AS e
    ON e.change_id = w.change_id AND e.implementation = w.implementation
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
)
SELECT p.change_id, p.implementation, p.account, p.way, p.authorized_at, p.late_at,
  p.untimed_account, p.hindered, p.requester, p.not_entitled, p.nonhuman, p.withdrawn, p.by_ticket,
  p.unattributed, p.board_rule, p.board_sentence, p.ticket_detail, p.state, p.authorized_by, p.declared_at, p.declared_after,
  p.template_sentence, p.waiver_sentence, p.blind_from, p.blind_until, p.scope, p.settles_at,
  p.events,
  ' Tests: decision ' || CASE
      WHEN p.authorized_at IS NOT NULL OR p.late_at IS NOT NULL THEN 'held'
      WHEN p.acts = 0 OR p.withdrawn IS NOT NULL OR p.not_carried = 1
        OR p.without_board IS NOT NULL THEN 'missed' ELSE 'held' END
    || ', another human ' || CASE
      WHEN p.authorized_at IS NOT NULL OR p.late_at IS NOT NULL THEN 'held'
      WHEN p.acts = 0 THEN 'not reached'
      WHEN COALESCE(p.requester, p.nonhuman) IS NOT NULL OR p.unattributed = 1 THEN 'missed'
      ELSE 'held' END
    || ', entitlement ' || CASE
      WHEN p.authorized_at IS NOT NULL OR p.late_at IS NOT NULL THEN 'held'
      WHEN p.acts = 0 THEN 'not reached' WHEN p.not_entitled IS NOT NULL THEN 'missed'
      ELSE 'held' END
    || ', request ' || CASE
      WHEN p.way = 'review' THEN 'not asked for'
      WHEN p.acts = 0 THEN 'not reached' WHEN p.ticket_detail IS NOT NULL THEN 'missed'
      ELSE 'held' END
    || ', time ' || CASE
      WHEN p.authorized_at IS NOT NULL THEN 'held' WHEN p.acts = 0 THEN 'not reached'
      WHEN p.late_at IS NOT NULL THEN 'missed' ELSE 'held' END
    || '.' AS results
FROM placed AS p
