/*
view: >
  How many independent approvals has each implementation in time, and late; who objects; and which
  yes does not count, and why?
index: ["change_id, implementation"]
*/
WITH counted AS (
  SELECT w.change_id, w.implementation,
    COUNT(DISTINCT CASE WHEN a.verdict = 'approved' AND a.hindrance = '' AND a.late = 0
      THEN a.person END) AS counted,
    COUNT(DISTINCT CASE WHEN a.verdict = 'approved' AND a.hindrance = ''
      AND a.said_at <= w.deployed_at + w.approve_within THEN a.person END) AS counted_soon_after,
    MIN(CASE WHEN a.verdict = 'approved' AND a.hindrance = '' AND a.late = 0
      THEN a.account END) AS first_account,
    MAX(CASE WHEN a.verdict = 'approved' AND a.hindrance = '' AND a.late = 0
      THEN a.account END) AS last_account,
    MAX(CASE WHEN a.verdict = 'approved' AND a.hindrance = '' AND a.late = 0
      THEN a.said_at END) AS approved_at,
    MIN(CASE WHEN a.verdict = 'approved' AND a.hindrance = '' AND a.late = 1
      AND a.said_at < 9000000000000000000 THEN a.account END) AS late_account,
    MIN(CASE WHEN a.verdict = 'approved' AND a.hindrance = '' AND a.late = 1
      AND a.said_at < 9000000000000000000 THEN a.said_at END) AS late_at,
    MIN(CASE WHEN a.verdict = 'approved' AND a.hindrance = ''
      AND a.said_at >= 9000000000000000000 THEN a.account END) AS untimed_account,
    MIN(CASE WHEN a.verdict = 'changes_requested' AND a.late = 0 AND b.account IS NULL
      THEN COALESCE(a.account, '') END) AS blocked_by,
    MIN(CASE WHEN a.verdict = 'approved' AND a.late = 0 THEN
      CASE a.hindrance
        WHEN 'other_content' THEN '1'
        WHEN 'writer' THEN '2'
        WHEN 'requester' THEN '3'
        WHEN 'other_requester' THEN '4'
        WHEN 'not_entitled' THEN '5'
        WHEN 'nonhuman' THEN '6'
        WHEN 'unattributed' THEN '7'
      END || COALESCE(a.account, '') END) AS hindered,
    STRING_AGG(a.event, ',') AS events
  FROM work AS w
  LEFT JOIN approval_act AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation
  LEFT JOIN nonhuman AS b ON b.account = a.account
  GROUP BY w.change_id, w.implementation
)
SELECT c.change_id, c.implementation, c.counted, c.counted_soon_after, c.approved_at,
  c.late_account, c.late_at, c.untimed_account, c.blocked_by,
  CASE SUBSTR(c.hindered, 1, 1)
    WHEN '1' THEN 'other_content'
    WHEN '2' THEN 'writer'
    WHEN '3' THEN 'requester'
    WHEN '4' THEN 'other_requester'
    WHEN '5' THEN 'not_entitled'
    WHEN '6' THEN 'nonhuman'
    WHEN '7' THEN 'unattributed'
    ELSE ''
  END AS hindrance,
  SUBSTR(c.hindered, 2) AS hindered_account,
  CASE
    WHEN c.first_account IS NULL THEN ''
    WHEN c.counted = 1 THEN '{' || c.first_account || '}'
    WHEN c.counted = 2 THEN '{' || c.first_account || '} and {' || c.last_account || '}'
    ELSE '{' || c.first_account || '}, {' || c.last_account || '} and '
      || (c.counted - 2) || ' more'
  END AS approvers,
  COALESCE(c.events, '') AS events
FROM counted AS c
