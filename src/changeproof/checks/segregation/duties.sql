/*
id: segregation/duties
title: No person held two duties that policy keeps apart
criterion: CC8.1
subject: change
severity: high
policy: [separate_duties, approvals_required, alternative_controls, waivers, settle, unexplained_for]
checks: >
  Of the ten duties in one change (requester, authorizer, author, co-author, last pusher, reviewer,
  tester, merger, deployer, post-reviewer), no two that policy keeps apart were one person's. Second
  accounts count as their person's, what a bot, agent or service did as done by whoever stands
  behind it. A duty that judges may be shared as long as enough others held it: further reviewers,
  another tester. Where nobody reviewed or nobody authorized it, there is nothing to keep apart:
  points 2 and 8 judge that. Its parts are the pairs that policy names; the reason names who held which duty.
does_not_check: >
  Whether persons acted for one another. Duties that a machine held with nobody behind it. Whether
  two accounts that nobody joined are one person's. Automated tests have no tester.
re_perform: >
  List who held which duty by account; replace accounts by persons with the roster; for each pair
  that policy names, look for a name on both sides, and count who else judged.
*/
WITH found AS (
  SELECT s.change_id, s.implementation, COUNT(*) AS pairs, MIN(s.sentence) AS first_pair,
    MAX(s.sentence) AS last_pair, MAX(s.found_at) AS found_at, STRING_AGG(s.events, ',') AS events
  FROM shared_duty AS s
  GROUP BY s.change_id, s.implementation
),
asked AS (
  SELECT p.policy_version, COUNT(*) AS pairs,
    MAX(CASE WHEN 'author' IN (p.one, p.other) THEN 1 ELSE 0 END) AS author,
    MAX(CASE WHEN 'merger' IN (p.one, p.other) THEN 1 ELSE 0 END) AS merger,
    MAX(CASE WHEN 'deployer' IN (p.one, p.other) THEN 1 ELSE 0 END) AS deployer,
    MAX(CASE WHEN 'reviewer' IN (p.one, p.other) THEN 1 ELSE 0 END) AS reviewer,
    MAX(CASE WHEN 'authorizer' IN (p.one, p.other) THEN 1 ELSE 0 END) AS authorizer
  FROM separate_duty AS p
  GROUP BY p.policy_version
),
holders AS (
  SELECT d.change_id, d.implementation,
    MIN(CASE WHEN d.duty = 'requester' THEN d.account END) AS requester,
    MIN(CASE WHEN d.duty = 'authorizer' THEN d.account END) AS authorizer,
    MIN(CASE WHEN d.duty = 'author' THEN d.account END) AS author,
    MIN(CASE WHEN d.duty = 'co_author' THEN d.account END) AS co_author,
    MIN(CASE WHEN d.duty = 'last_pusher' THEN d.account END) AS last_pusher,
    MIN(CASE WHEN d.duty = 'reviewer' THEN d.account END) AS reviewer,
    MIN(CASE WHEN d.duty = 'tester' THEN d.account END) AS tester,
    MIN(CASE WHEN d.duty = 'merger' THEN d.account END) AS merger,
    MIN(CASE WHEN d.duty = 'deployer' THEN d.account END) AS deployer,
    MIN(CASE WHEN d.duty = 'post_reviewer' THEN d.account END) AS post_reviewer,
    STRING_AGG(d.events, ',') AS events
  FROM duty_held AS d
  GROUP BY d.change_id, d.implementation
),
weighed AS (
  SELECT w.change_id, w.implementation, w.ground, w.deployed_at, w.closed_at,
    a.pairs AS asked, f.pairs, f.first_pair, f.last_pair, f.found_at,
    c.control_id, l.account AS later_account, l.reviewed_at,
    v.covers AS waived, v.sentence AS waiver_sentence,
    u.blind_from, u.scope, x.settles_at,
    CASE
      WHEN a.author = 1 AND w.ground = 'unlogged' THEN 'who wrote it'
      WHEN a.author = 1 AND w.ground = 'pull' AND w.author IS NULL THEN 'who proposed it'
      WHEN a.merger = 1 AND w.kind = 'pull' AND w.merged_at IS NOT NULL AND w.merged_by IS NULL
        THEN 'who merged it'
      WHEN a.deployer = 1 AND w.landing = 0
        AND COALESCE(w.triggered_by, w.deployed_by) IS NULL THEN 'who deployed it'
    END AS nameless,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN a.pairs IS NULL THEN 'not_asked'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN f.pairs IS NOT NULL AND l.account IS NOT NULL THEN 'compensated'
      WHEN f.pairs IS NOT NULL AND v.covers = 1 THEN 'waived'
      WHEN f.pairs IS NOT NULL THEN 'shared'
      WHEN w.ground = 'git'
        AND (h.reviewer IS NULL OR a.merger = 1 OR a.deployer = 1) THEN 'git'
      WHEN u.blind_from IS NOT NULL AND a.reviewer = 1 AND s.counted < w.approvals_required
        THEN 'unseen'
      WHEN x.settles_at IS NOT NULL THEN 'settling'
    END AS state,
    CASE
      WHEN a.reviewer = 1 AND h.reviewer IS NULL THEN 'reviewed'
      WHEN a.authorizer = 1 AND h.authorizer IS NULL THEN 'authorized'
    END AS unheld,
    SUBSTR(
      COALESCE(', requester {' || h.requester || '}', '')
      || COALESCE(', authorizer {' || h.authorizer || '}', '')
      || COALESCE(', author {' || h.author || '}', '')
      || COALESCE(', co-author {' || h.co_author || '}', '')
      || COALESCE(', last pusher {' || h.last_pusher || '}', '')
      || COALESCE(', reviewer {' || h.reviewer || '}', ', nobody as reviewer')
      || COALESCE(', tester {' || h.tester || '}', '')
      || COALESCE(', merger {' || h.merger || '}', '')
      || COALESCE(', deployer {' || h.deployer || '}', '')
      || COALESCE(', post-reviewer {' || h.post_reviewer || '}', ''),
      3
    ) AS holders,
    w.change_events || ',' || w.events || ',' || w.deployment_events || COALESCE(',' || h.events, '')
      || COALESCE(',' || f.events, '') || COALESCE(',' || u.events, '')
      || COALESCE(',' || v.events, '') || COALESCE(',' || l.event, '') AS evidence
  FROM work AS w
  JOIN approval_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN asked AS a ON a.policy_version = w.policy_version
  LEFT JOIN found AS f ON f.change_id = w.change_id AND f.implementation = w.implementation
  LEFT JOIN holders AS h ON h.change_id = w.change_id AND h.implementation = w.implementation
  LEFT JOIN alternative_control AS c
    ON c.policy_version = w.policy_version AND c.check_id = 'segregation/duties'
    AND c.control_kind = 'post_review_by_other'
  LEFT JOIN later_review AS l
    ON l.change_id = w.change_id AND l.implementation = w.implementation
    AND l.reviewed_at <= w.deployed_at + c.within
  LEFT JOIN waiver_state AS v
    ON v.change_id = w.change_id AND v.implementation = w.implementation
    AND v.check_id = 'segregation/duties'
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
decided AS (
  SELECT w.change_id, w.implementation, w.deployed_at, w.closed_at, w.asked, w.pairs, w.found_at,
    w.control_id, w.later_account, w.reviewed_at, w.waiver_sentence, w.blind_from, w.scope,
    w.settles_at, w.nameless, w.unheld, w.holders, w.evidence,
    COALESCE(
      w.state,
      CASE
        WHEN w.nameless IS NOT NULL THEN 'nameless'
        WHEN w.unheld IS NOT NULL THEN 'unheld'
        ELSE 'apart'
      END
    ) AS state,
    w.first_pair || CASE
      WHEN w.pairs = 1 THEN ''
      WHEN w.pairs = 2 THEN '; ' || w.last_pair
      WHEN w.pairs = 3 THEN '; ' || w.last_pair || '; and 1 more pair was shared'
      ELSE '; ' || w.last_pair || '; and ' || (w.pairs - 2) || ' more pairs were shared'
    END || '.' || CASE
      WHEN w.found_at > w.deployed_at THEN ' That the accounts are one person''s was recorded at '
        || utc(w.found_at) || ', after the deployment.'
      ELSE ''
    END AS shared
  FROM weighed AS w
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state IN ('closed', 'not_asked', 'unheld') THEN 'not_applicable'
      WHEN d.state = 'waiting' THEN 'pending'
      WHEN d.state IN ('apart', 'compensated', 'waived') THEN 'met'
      WHEN d.state = 'shared' THEN 'deviation'
      ELSE 'not_verifiable'
    END AS verdict,
    CASE d.state
      WHEN 'compensated' THEN 'compensating'
      WHEN 'waived' THEN 'waived'
      ELSE 'direct'
    END AS basis,
    CASE d.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'not_asked' THEN 'Policy keeps no duties apart.'
      WHEN 'waiting' THEN COALESCE(d.shared, 'No two duties that policy keeps apart were one person''s so far.')
        || ' It waits for its first production deployment.'
      WHEN 'apart' THEN 'No two duties that policy keeps apart (' || d.asked
        || ' pairs) were one person''s: ' || d.holders || '.'
      WHEN 'unheld' THEN 'Nobody ' || d.unheld || ' it, which points 2 and 8 judge; of the duties that'
        || ' were held, no two that policy keeps apart were one person''s: ' || d.holders || '.'
      WHEN 'compensated' THEN d.shared || ' The alternative control ' || d.control_id
        || ' stands in: {' || d.later_account || '}, who wrote none of it, looked at it on '
        || utc(d.reviewed_at) || '.'
      WHEN 'waived' THEN d.shared || ' ' || d.waiver_sentence
      WHEN 'shared' THEN d.shared || ' On record: ' || d.holders || '.'
        || COALESCE(' ' || d.waiver_sentence, '')
        || ' Why: policy keeps these duties apart, so that nobody completes the path alone.'
        || ' Cure: somebody else takes one of the two next time; the deviation stays on record.'
      WHEN 'git' THEN 'Git alone tells of it: ' || d.holders || '.'
        || ' Why: git does not tell who reviewed, merged or deployed it.'
        || ' Cure: connect the forge that holds the reviews, and the system that deploys.'
      WHEN 'unseen' THEN 'On record: ' || d.holders || '; but ' || d.scope
        || ' could not be seen from ' || utc(d.blind_from)
        || '. Why: who else acted in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'settling' THEN 'Unexplained so far: a record may be on its way until ' || utc(d.settles_at)
        || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      ELSE 'It is not known ' || d.nameless || '. On record: ' || d.holders || '.'
        || ' Why: whether two duties were one person''s cannot be told.'
        || ' Cure: find out who it was, and have the source report the account.'
    END AS reason,
    d.evidence
  FROM decided AS d
),
worst AS (
  SELECT t.change_id, t.verdict, t.basis, l.which || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY u.urgency, CASE WHEN t.basis = 'direct' THEN 1 ELSE 0 END, t.implementation
    ) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  JOIN work_label AS l ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, w.basis, w.reason, w.evidence
FROM worst AS w
WHERE w.place = 1
UNION ALL
-- A single piece of work is the worst of its change.
SELECT t.change_id, t.verdict, t.basis, t.reason, t.evidence
FROM told AS t
JOIN work_alone AS a ON a.change_id = t.change_id
