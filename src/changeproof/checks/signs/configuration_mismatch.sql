/*
id: signs/configuration_mismatch
title: What was implemented is not what was approved
criterion: CC8.1
subject: change
severity: high
checks: >
  Somebody approved a revision or artifact, and another one was deployed: an approval at the desk
  names other content, or every approval is of an older head.
does_not_check: Parameters and settings outside the revision or artifact.
re_perform: Compare the digests that the approvals name with what was merged and deployed.
*/
WITH said AS (
  -- Who approved the right content afterwards has put another approval of theirs right.
  SELECT a.change_id, a.implementation, a.account, a.hindrance, a.channel, a.event,
    COALESCE(a.revision, a.artifact) AS content,
    CASE
      WHEN a.hindrance <> 'other_content' OR COALESCE(a.revision, a.artifact) IS NULL THEN 0
      WHEN COALESCE(MAX(CASE WHEN a.hindrance = '' THEN a.said_at END) OVER (
        PARTITION BY a.change_id, a.implementation, a.person
      ), -1) >= a.said_at THEN 0
      ELSE 1
    END AS differs
  FROM approval_act AS a
  WHERE a.verdict = 'approved' AND a.late = 0
),
compared AS (
  SELECT a.change_id, a.implementation,
    SUM(CASE WHEN a.hindrance = '' THEN 1 ELSE 0 END) AS same,
    SUM(CASE WHEN a.hindrance = '' AND a.channel = 'desk' THEN 1 ELSE 0 END) AS same_at_desk,
    SUM(a.differs) AS other,
    SUM(CASE WHEN a.channel = 'desk' THEN a.differs ELSE 0 END) AS other_at_desk,
    MIN(CASE WHEN a.differs = 1 THEN SUBSTR(a.content, 1, 19) END) AS approved_content,
    MIN(CASE WHEN a.differs = 1 THEN a.account END) AS account,
    STRING_AGG(a.event, ',') AS events
  FROM said AS a
  GROUP BY a.change_id, a.implementation
),
told AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN w.deployed = 0 THEN 'not_applicable'
      WHEN c.other_at_desk > 0 AND c.same_at_desk = 0 THEN 'raised'
      WHEN c.other > 0 AND c.same = 0 AND u.blind_from IS NOT NULL THEN 'not_verifiable'
      WHEN c.other > 0 AND c.same = 0 THEN 'raised'
      WHEN c.same > 0 THEN 'clear'
      WHEN w.ground = 'git' THEN 'not_verifiable'
      ELSE 'not_applicable'
    END AS verdict,
    CASE
      WHEN w.deployed = 0 THEN 'Not deployed to production.'
      WHEN (c.other_at_desk > 0 AND c.same_at_desk = 0)
        OR (c.other > 0 AND c.same = 0 AND u.blind_from IS NULL) THEN '{' || COALESCE(c.account, 'nobody')
        || '} approved ' || COALESCE(c.approved_content, 'no content by name') || ', and '
        || SUBSTR(COALESCE(w.artifact, w.deployed_revision, w.implementation), 1, 19)
        || ' was deployed' || COALESCE(' at ' || utc(w.deployed_at), '')
        || '. Why: nobody looked at what differs. Cure: approve the content that is deployed, by its digest.'
      WHEN c.other > 0 AND c.same = 0 THEN 'Only approvals of other content were seen, but ' || u.scope
        || ' could not be seen from ' || utc(u.blind_from)
        || '. Why: a renewed approval would not have reached us. Cure: read that interval afterwards.'
      WHEN c.same > 0 THEN 'What was approved is what was deployed.'
      WHEN w.ground = 'git' THEN
        'Git alone tells of it. Why: what was approved cannot be seen. Cure: connect the forge that holds the reviews.'
      ELSE 'No approval names any content, so nothing can differ from it; see point 8.'
    END AS reason,
    w.change_events || ',' || w.deployment_events || COALESCE(',' || c.events, '') AS evidence
  FROM work AS w
  LEFT JOIN compared AS c
    ON c.change_id = w.change_id AND c.implementation = w.implementation
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
),
worst AS (
  SELECT t.change_id, t.verdict, l.which || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (PARTITION BY t.change_id ORDER BY u.urgency, t.implementation) AS place
  FROM told AS t
  JOIN urgency AS u ON u.verdict = t.verdict
  JOIN work_label AS l ON l.change_id = t.change_id AND l.implementation = t.implementation
)
SELECT w.change_id AS subject, w.verdict, 'direct' AS basis, w.reason, w.evidence
FROM worst AS w
WHERE w.place = 1
