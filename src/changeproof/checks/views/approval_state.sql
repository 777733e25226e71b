/*
view: >
  How many independent approvals has each implementation in time, and late; who objects; and which
  yes does not count, and why? For each thing that hinders a yes (view `approval_act`) one account
  is named; `hindrance` is the first of them and `hindered_account` whose it is. `owners` counts
  the yeses of owners, `read_for` is the shortest time between content shown and yes that counts.
index: ["change_id, implementation"]
*/
WITH said AS (
  SELECT a.change_id, a.implementation, a.account, a.counts_as, a.verdict, a.said_at, a.hindrance,
    a.late, a.event, a.objects_soon, a.dismissed_by, a.is_owner, a.ref_before, a.channel, a.shown_at,
    CASE WHEN a.verdict = 'approved' AND a.hindrance = '' AND a.late = 0 THEN 1 ELSE 0 END
      AS counts,
    CASE WHEN a.verdict = 'approved' AND a.late = 0 THEN a.hindrance ELSE '' END AS hindered
  FROM approval_act AS a
),
late AS (
  SELECT a.change_id, a.implementation, a.account, a.said_at,
    ROW_NUMBER() OVER (
      PARTITION BY a.change_id, a.implementation ORDER BY a.said_at, a.account, a.event
    ) AS place
  FROM approval_act AS a
  WHERE a.verdict = 'approved' AND a.hindrance = '' AND a.late = 1
    AND a.said_at < 9000000000000000000
),
counted AS (
  SELECT w.change_id, w.implementation,
    COUNT(DISTINCT CASE WHEN a.counts = 1 THEN a.counts_as END) AS counted,
    COUNT(DISTINCT CASE WHEN a.verdict = 'approved' AND a.hindrance = ''
      AND a.said_at <= w.deployed_at + w.approve_within THEN a.counts_as END) AS counted_soon_after,
    COUNT(DISTINCT CASE WHEN a.counts = 1 AND a.is_owner = 1 THEN a.counts_as END) AS owners,
    MIN(CASE WHEN a.counts = 1 THEN a.account END) AS first_account,
    MAX(CASE WHEN a.counts = 1 THEN a.account END) AS last_account,
    MAX(CASE WHEN a.counts = 1 THEN a.said_at END) AS approved_at,
    MIN(CASE WHEN a.counts = 1 THEN a.said_at - a.shown_at END) AS read_for,
    MIN(CASE WHEN a.verdict = 'approved' AND a.hindrance = ''
      AND a.said_at >= 9000000000000000000 THEN a.account END) AS untimed_account,
    MIN(CASE WHEN a.verdict = 'changes_requested' AND a.late = 0 AND b.account IS NULL
      THEN COALESCE(a.account, '') END) AS blocked_by,
    MIN(CASE WHEN a.objects_soon = 1 AND b.account IS NULL THEN COALESCE(a.account, '') END)
      AS blocked_soon_by,
    MIN(CASE WHEN a.verdict = 'changes_requested' AND a.late = 0 AND b.account IS NULL
      THEN a.dismissed_by END) AS dismissed_by,
    MIN(CASE WHEN a.verdict = 'withdrawn' AND a.late = 0 THEN a.account END) AS withdrawn,
    MIN(CASE WHEN a.hindered = 'other_content' THEN a.account END) AS other_content,
    MIN(CASE WHEN a.hindered = 'cut_short' THEN a.account END) AS cut_short,
    MIN(CASE WHEN a.hindered = 'retargeted' THEN a.account END) AS retargeted,
    MIN(CASE WHEN a.hindered = 'retargeted' THEN a.ref_before END) AS ref_before,
    MIN(CASE WHEN a.hindered = 'writer' THEN a.account END) AS writer,
    MIN(CASE WHEN a.hindered = 'requester' THEN a.account END) AS requester,
    MIN(CASE WHEN a.hindered = 'other_requester' THEN a.account END) AS other_requester,
    MIN(CASE WHEN a.hindered = 'not_entitled' THEN a.account END) AS not_entitled,
    MIN(CASE WHEN a.hindered = 'not_in_role' THEN a.account END) AS not_in_role,
    MIN(CASE WHEN a.hindered = 'other_channel' THEN a.account END) AS other_channel,
    MIN(CASE WHEN a.hindered = 'other_channel' THEN a.channel END) AS channel,
    MIN(CASE WHEN a.hindered = 'no_factor' THEN a.account END) AS no_factor,
    MIN(CASE WHEN a.hindered = 'nonhuman' THEN a.account END) AS nonhuman,
    MAX(CASE WHEN a.hindered = 'unattributed' THEN 1 ELSE 0 END) AS unattributed,
    STRING_AGG(a.event, ',') AS events
  FROM work AS w
  LEFT JOIN said AS a ON a.change_id = w.change_id AND a.implementation = w.implementation
  LEFT JOIN nonhuman AS b ON b.account = a.account
  GROUP BY w.change_id, w.implementation
),
other AS (
  -- Who has two accounts is named once.
  SELECT c.change_id, c.implementation, MAX(a.account) AS account
  FROM counted AS c
  JOIN said AS f ON f.change_id = c.change_id AND f.implementation = c.implementation
    AND f.account = c.first_account AND f.counts = 1
  JOIN said AS a ON a.change_id = c.change_id AND a.implementation = c.implementation
    AND a.counts = 1 AND a.counts_as <> f.counts_as
  WHERE c.counted > 1
  GROUP BY c.change_id, c.implementation
)
SELECT c.change_id, c.implementation, c.counted, c.counted_soon_after, c.owners, c.approved_at,
  c.read_for, l.account AS late_account, l.said_at AS late_at, c.untimed_account, c.blocked_by,
  c.blocked_soon_by, c.dismissed_by, c.withdrawn,
  c.other_content, c.cut_short, c.retargeted, c.ref_before, c.writer, c.requester, c.other_requester,
  c.not_entitled, c.not_in_role, c.other_channel, c.channel, c.no_factor, c.nonhuman,
  c.unattributed,
  CASE
    WHEN c.other_content IS NOT NULL THEN 'other_content'
    WHEN c.retargeted IS NOT NULL THEN 'retargeted'
    WHEN c.writer IS NOT NULL THEN 'writer'
    WHEN c.requester IS NOT NULL THEN 'requester'
    WHEN c.other_requester IS NOT NULL THEN 'other_requester'
    WHEN c.not_entitled IS NOT NULL THEN 'not_entitled'
    WHEN c.not_in_role IS NOT NULL THEN 'not_in_role'
    WHEN c.other_channel IS NOT NULL THEN 'other_channel'
    WHEN c.no_factor IS NOT NULL THEN 'no_factor'
    WHEN c.nonhuman IS NOT NULL THEN 'nonhuman'
    WHEN c.unattributed = 1 THEN 'unattributed'
    WHEN c.cut_short IS NOT NULL THEN 'cut_short'
    ELSE ''
  END AS hindrance,
  COALESCE(c.other_content, c.retargeted, c.writer, c.requester, c.other_requester,
    c.not_entitled, c.not_in_role, c.other_channel, c.no_factor, c.nonhuman,
    CASE WHEN c.unattributed = 0 THEN c.cut_short END, '') AS hindered_account,
  CASE
    WHEN c.first_account IS NULL THEN ''
    WHEN c.counted = 1 THEN '{' || c.first_account || '}'
    WHEN c.counted = 2 THEN '{' || c.first_account || '} and {' || COALESCE(o.account, c.last_account) || '}'
    ELSE '{' || c.first_account || '}, {' || COALESCE(o.account, c.last_account) || '} and '
      || (c.counted - 2) || ' more'
  END AS approvers,
  COALESCE(c.events, '') AS events
FROM counted AS c
LEFT JOIN late AS l
  ON l.change_id = c.change_id AND l.implementation = c.implementation AND l.place = 1
LEFT JOIN other AS o ON o.change_id = c.change_id AND o.implementation = c.implementation
