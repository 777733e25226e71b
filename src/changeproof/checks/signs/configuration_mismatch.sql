/*
id: signs/configuration_mismatch
title: What was implemented is not what was approved
criterion: CC8.1
subject: change
severity: high
checks: >
  Somebody approved a revision or artifact, and another one was deployed: an approval at the desk
  names other content, or every approval is of an older head. The build made the deployed digest
  of another revision, or a provenance of it bears a signature that does not hold; acquired
  software went live as another digest than was verified. What was
  set or run by hand or by a plan differs from what was authorized for that item, or is an item
  that the authorized plan does not name.
does_not_check: >
  Whether the difference does harm. What no approval names by content: that is a matter of points
  6 and 8.
re_perform: >
  Compare the digests that approvals, plans and acquisitions name with what was built, merged,
  deployed, set and run.
*/
WITH said AS (
  -- Who approved the right content afterwards has put another approval of theirs right.
  SELECT a.change_id, a.implementation, a.account, a.hindrance, a.channel, a.said_at, a.event,
    COALESCE(a.revision, a.artifact) AS content,
    CASE
      WHEN a.hindrance <> 'other_content' OR COALESCE(a.revision, a.artifact) IS NULL THEN 0
      WHEN EXISTS (
        -- It names another piece of the same change, and is that one's.
        SELECT 1 FROM implementation AS i
        JOIN revision_implementation AS r ON r.implementation = i.implementation
        WHERE i.change_id = a.change_id AND i.implementation <> a.implementation
          AND r.revision = a.revision
      ) THEN 0
      WHEN EXISTS (
        SELECT 1 FROM implementation AS i
        JOIN revision_implementation AS r ON r.implementation = i.implementation
        JOIN artifact AS b ON b.revision = r.revision
        WHERE i.change_id = a.change_id AND i.implementation <> a.implementation
          AND b.artifact = a.artifact
      ) THEN 0
      WHEN MAX(CASE WHEN a.hindrance = '' THEN a.said_at END) OVER (
        PARTITION BY a.change_id, a.implementation, a.person
      ) >= a.said_at THEN 0
      ELSE 1
    END AS differs
  FROM approval_act AS a
  WHERE a.verdict = 'approved' AND a.late = 0
),
placed AS (
  SELECT s.change_id, s.implementation, s.account, s.hindrance, s.channel, s.event, s.content,
    s.differs,
    ROW_NUMBER() OVER (
      PARTITION BY s.change_id, s.implementation, s.differs
      ORDER BY CASE WHEN s.channel = 'desk' THEN 0 ELSE 1 END, s.said_at, s.event
    ) AS place
  FROM said AS s
),
compared AS (
  SELECT a.change_id, a.implementation,
    COUNT(CASE WHEN a.hindrance = '' THEN 1 END) AS same,
    COUNT(CASE WHEN a.hindrance = '' AND a.channel = 'desk' THEN 1 END) AS same_at_desk,
    COUNT(CASE WHEN a.differs = 1 AND a.channel = 'desk' THEN 1 END) AS other_at_desk,
    MAX(CASE WHEN a.differs = 1 AND a.place = 1 THEN SUBSTR(a.content, 1, 19) END)
      AS approved_content,
    MAX(CASE WHEN a.differs = 1 AND a.place = 1 THEN a.account END) AS account,
    STRING_AGG(a.event, ',') AS events
  FROM placed AS a
  GROUP BY a.change_id, a.implementation
),
planned AS (
  SELECT n.change_id, MIN(i.item) AS item
  FROM authorized_item AS i
  JOIN change_name AS n ON n.name = i.change_name
  GROUP BY n.change_id
),
held AS (
  SELECT a.change_id, a.implementation, a.item, a.account, a.difference, p.item AS planned_item,
    a.acted_at, a.events,
    CASE
      WHEN a.state IN ('equal', 'differs') THEN a.state
      WHEN a.state IN ('unrecorded', 'unnamed') THEN 'unknown'
      WHEN a.state <> 'none' THEN 'uncounted'
      WHEN p.item IS NOT NULL THEN 'beyond'
      ELSE 'unplanned'
    END AS state
  FROM act_state AS a
  LEFT JOIN planned AS p ON p.change_id = a.change_id
),
acted AS (
  SELECT h.change_id, h.implementation, h.item, h.account, h.difference, h.planned_item, h.acted_at,
    h.events, h.state,
    COUNT(CASE WHEN h.state IN ('differs', 'beyond') THEN 1 END)
      OVER (PARTITION BY h.change_id) AS others
  FROM held AS h
),
decided AS (
  SELECT w.change_id, w.implementation, w.artifact, w.deployed_revision, w.deployed_at,
    c.approved_content, c.account AS approved_by, t.item, t.account, t.difference, t.planned_item,
    t.acted_at, t.others, d.built_revision, d.failed_why, d.vendor, u.blind_from, u.scope,
    w.change_events || ',' || w.deployment_events || COALESCE(',' || c.events, '')
      || COALESCE(',' || t.events, '') || COALESCE(',' || d.events, '') AS evidence,
    CASE
      WHEN w.deployed = 0 THEN 'not_deployed'
      WHEN t.state IS NOT NULL THEN t.state
      WHEN d.fault IN ('other_build', 'failed_provenance') THEN d.fault
      WHEN d.acquired = 'other' THEN 'other_acquired'
      WHEN c.other_at_desk > 0 AND c.same_at_desk = 0 THEN 'other_approved'
      WHEN c.same > 0 THEN 'same'
      WHEN c.approved_content IS NOT NULL AND u.blind_from IS NOT NULL THEN 'unseen'
      WHEN c.approved_content IS NOT NULL THEN 'other_approved'
      WHEN w.ground = 'git' THEN 'git'
      ELSE 'nothing_named'
    END AS state
  FROM work AS w
  LEFT JOIN compared AS c
    ON c.change_id = w.change_id AND c.implementation = w.implementation
  LEFT JOIN acted AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN deployed_content AS d
    ON d.change_id = w.change_id AND d.implementation = w.implementation
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
),
told AS (
  SELECT d.change_id, d.implementation, d.evidence,
    CASE
      WHEN d.state IN ('differs', 'beyond', 'other_build', 'failed_provenance', 'other_acquired', 'other_approved')
        THEN 'raised'
      WHEN d.state IN ('unknown', 'unseen', 'git') THEN 'not_verifiable'
      WHEN d.state IN ('equal', 'same') THEN 'clear'
      ELSE 'not_applicable'
    END AS verdict,
    CASE d.state
      WHEN 'not_deployed' THEN 'Not deployed to production.'
      WHEN 'differs' THEN d.item || ': ' || d.difference
        || COALESCE(' (' || utc(d.acted_at) || ')', '') || '.'
        || CASE WHEN d.others > 1 THEN ' It is one of ' || d.others || ' items that differ.' ELSE '' END
        || ' Why: nobody looked at what differs. Cure: authorize what is to be set or run, by its digest, and set that.'
      WHEN 'beyond' THEN COALESCE(d.item, 'Production') || ' was altered'
        || COALESCE(' by {' || d.account || '}', '')
        || COALESCE(' at ' || utc(d.acted_at), '') || ', and what was authorized names '
        || d.planned_item || ' and not this.'
        || CASE WHEN d.others > 1 THEN ' It is one of ' || d.others || ' items that differ.' ELSE '' END
        || ' Why: the plan that somebody looked at was not the one that ran. Cure: plan anew, and have that authorized.'
      WHEN 'unknown' THEN d.item
        || ' was altered for what was authorized, and it is not recorded by content on both sides.'
        || ' Why: whether it is the same cannot be told. Cure: record the digests of what is authorized and of what is set or run.'
      WHEN 'equal' THEN 'What was authorized is what was set or run.'
      WHEN 'unplanned' THEN 'Nothing authorized names any item of it, so nothing can differ from it; see point 6.'
      WHEN 'uncounted' THEN 'No authorization of it counts, so nothing can differ from one; see point 6.'
      WHEN 'other_build' THEN SUBSTR(d.artifact, 1, 19) || ' was deployed as '
        || SUBSTR(d.deployed_revision, 1, 7) || COALESCE(' at ' || utc(d.deployed_at), '')
        || ', and the build on record made it of ' || SUBSTR(d.built_revision, 1, 7)
        || '. Why: what was looked at is not what runs. Cure: deploy the digest that the build made of that revision.'
      WHEN 'failed_provenance' THEN SUBSTR(d.artifact, 1, 19) || ' was deployed'
        || COALESCE(' at ' || utc(d.deployed_at), '')
        || ', and a provenance of it bears a signature that does not hold'
        || COALESCE(': ' || d.failed_why, '')
        || '. Why: somebody but the expected builder may have made it. Cure: deploy what the pinned builder made.'
      WHEN 'other_acquired' THEN SUBSTR(COALESCE(d.artifact, d.implementation), 1, 19)
        || ' was deployed' || COALESCE(' at ' || utc(d.deployed_at), '')
        || ', and another digest of ' || d.vendor || ' was verified and approved.'
        || ' Why: what was looked at is not what runs. Cure: deploy the verified digest.'
      WHEN 'other_approved' THEN '{' || d.approved_by || '} approved ' || d.approved_content || ', and '
        || SUBSTR(COALESCE(d.artifact, d.deployed_revision, d.implementation), 1, 19)
        || ' was deployed' || COALESCE(' at ' || utc(d.deployed_at), '')
        || '. Why: nobody looked at what differs. Cure: approve the content that is deployed, by its digest.'
      WHEN 'unseen' THEN 'Only approvals of other content were seen, but ' || d.scope
        || ' could not be seen from ' || utc(d.blind_from)
        || '. Why: a renewed approval would not have reached us. Cure: read that interval afterwards.'
      WHEN 'same' THEN 'What was approved is what was deployed.'
      WHEN 'git' THEN
        'Git alone tells of it. Why: what was approved cannot be seen. Cure: connect the forge that holds the reviews.'
      ELSE 'No approval names any content, so nothing can differ from it; see point 8.'
    END AS reason
  FROM decided AS d
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
UNION ALL
-- A single piece of work is the worst of its change.
SELECT t.change_id, t.verdict, 'direct', t.reason, t.evidence
FROM told AS t
JOIN work_alone AS a ON a.change_id = t.change_id
