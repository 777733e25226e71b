/*
id: signs/configuration_mismatch
title: What was implemented is not what was approved
criterion: CC8.1
subject: change
severity: high
checks: >
  Somebody approved a revision or artifact, and another one was deployed: an approval at the desk
  names other content, or every approval is of an older head. The build made the deployed digest
  of another revision; acquired software went live as another digest than was verified. What was
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
planned AS (
  SELECT n.change_id, COUNT(DISTINCT i.item) AS items, MIN(i.item) AS item
  FROM authorized_item AS i
  JOIN change_name AS n ON n.name = i.change_name
  GROUP BY n.change_id
),
acted AS (
  SELECT a.change_id, a.implementation, a.item, a.account, a.difference, p.item AS planned_item,
    a.acted_at, a.events,
    CASE
      WHEN a.state = 'differs' THEN 'differs'
      WHEN a.state = 'none' AND p.items > 0 THEN 'beyond'
      WHEN a.state IN ('unrecorded', 'unnamed') THEN 'unknown'
      WHEN a.state = 'none' THEN 'unplanned'
      ELSE 'equal'
    END AS state,
    SUM(CASE WHEN a.state = 'differs' OR (a.state = 'none' AND p.items > 0) THEN 1 ELSE 0 END)
      OVER (PARTITION BY a.change_id) AS others
  FROM act_state AS a
  LEFT JOIN planned AS p ON p.change_id = a.change_id
),
told AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN w.deployed = 0 THEN 'not_applicable'
      WHEN t.state IN ('differs', 'beyond') THEN 'raised'
      WHEN t.state = 'unknown' THEN 'not_verifiable'
      WHEN t.state = 'equal' THEN 'clear'
      WHEN t.state = 'unplanned' THEN 'not_applicable'
      WHEN d.fault = 'other_build' OR d.acquired = 'other' THEN 'raised'
      WHEN c.other_at_desk > 0 AND c.same_at_desk = 0 THEN 'raised'
      WHEN c.other > 0 AND c.same = 0 AND u.blind_from IS NOT NULL THEN 'not_verifiable'
      WHEN c.other > 0 AND c.same = 0 THEN 'raised'
      WHEN c.same > 0 THEN 'clear'
      WHEN w.ground = 'git' THEN 'not_verifiable'
      ELSE 'not_applicable'
    END AS verdict,
    CASE
      WHEN w.deployed = 0 THEN 'Not deployed to production.'
      WHEN t.state = 'differs' THEN COALESCE(t.item, 'Production')
        || ': ' || t.difference || COALESCE(' (' || utc(t.acted_at) || ')', '') || '.'
        || CASE WHEN t.others > 1 THEN ' It is one of ' || t.others || ' items that differ.' ELSE '' END
        || ' Why: nobody looked at what differs. Cure: authorize what is to be set or run, by its digest, and set that.'
      WHEN t.state = 'beyond' THEN COALESCE(t.item, 'Production') || ' was altered'
        || CASE WHEN t.account IS NULL THEN '' ELSE ' by {' || t.account || '}' END
        || COALESCE(' at ' || utc(t.acted_at), '') || ', and what was authorized names '
        || t.planned_item || ' and not this.'
        || CASE WHEN t.others > 1 THEN ' It is one of ' || t.others || ' items that differ.' ELSE '' END
        || ' Why: the plan that somebody looked at was not the one that ran. Cure: plan anew, and have that authorized.'
      WHEN t.state = 'unknown' THEN COALESCE(t.item, 'Production')
        || ' was altered for what was authorized, and it is not recorded by content on both sides.'
        || ' Why: whether it is the same cannot be told. Cure: record the digests of what is authorized and of what is set or run.'
      WHEN t.state = 'equal' THEN 'What was authorized is what was set or run.'
      WHEN t.state = 'unplanned' THEN 'Nothing authorized names any item of it, so nothing can differ from it; see point 6.'
      WHEN d.fault = 'other_build' THEN SUBSTR(w.artifact, 1, 19) || ' was deployed as '
        || SUBSTR(w.deployed_revision, 1, 7) || COALESCE(' at ' || utc(w.deployed_at), '')
        || ', and the build on record made it of ' || SUBSTR(d.built_revision, 1, 7)
        || '. Why: what was looked at is not what runs. Cure: deploy the digest that the build made of that revision.'
      WHEN d.acquired = 'other' THEN SUBSTR(COALESCE(w.artifact, w.implementation), 1, 19)
        || ' was deployed' || COALESCE(' at ' || utc(w.deployed_at), '')
        || ', and another digest of ' || d.vendor || ' was verified and approved.'
        || ' Why: what was looked at is not what runs. Cure: deploy the verified digest.'
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
    w.change_events || ',' || w.deployment_events || COALESCE(',' || c.events, '')
      || COALESCE(',' || t.events, '') || COALESCE(',' || d.events, '') AS evidence
  FROM work AS w
  LEFT JOIN compared AS c
    ON c.change_id = w.change_id AND c.implementation = w.implementation
  LEFT JOIN acted AS t ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN deployed_content AS d
    ON d.change_id = w.change_id AND d.implementation = w.implementation
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
