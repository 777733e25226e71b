/*
id: cc8_1/04_documentation
title: Documented as its risk asks, from the records where they tell it
criterion: CC8.1
subject: change
severity: medium
policy: [documentation, unrated_risk, risk_rules, emergency.review_within]
checks: >
  Every part of the documentation that policy asks for at the change's risk is on record by its
  deployment; in a declared emergency by the end of the time for its review. Evidence fills in what
  it tells: the requester, whoever made it, the authorizer, the result of the deployment; a pull
  request's or request's title is a reason, an assessment tells impact and design, a template the
  back-out plan. What users and operators need (runbook, release note, notice) counts by the same time.
does_not_check: >
  Whether the texts are any good, or were read. When a request's own reason and back-out plan were
  written: they are as last described. The documentation of each piece of work: a change has one.
re_perform: >
  List the parts that policy asks for at this risk; look each up in the request, pull request,
  authorization, deployment and documents of the change; compare their times with the deployment.
*/
WITH part_told AS (
  SELECT g.change_id, l.position,
    CASE WHEN d.late = 0 THEN 1 ELSE 0 END AS held, d.late_at, d.events,
    CASE
      WHEN g.git_alone = 1 OR g.blind = 1 OR g.settles_at IS NOT NULL THEN 0
      WHEN d.late_at IS NOT NULL THEN 1
      WHEN l.value IN ('requester', 'implementer') AND g.has_pull = 1 THEN 0
      WHEN l.value IN ('requester', 'implementer', 'reason', 'authorizer') THEN 1
      WHEN l.value = 'result' THEN 0
      ELSE g.on_desk
    END AS seen,
    ', ' || CASE l.value
      WHEN 'requester' THEN 'who asked for it'
      WHEN 'authorizer' THEN 'who authorized it'
      WHEN 'implementer' THEN 'who made it'
      WHEN 'back_out' THEN 'the back-out plan'
      WHEN 'test_plan' THEN 'the test plan'
      WHEN 'release_note' THEN 'the release note'
      ELSE 'the ' || l.value
    END AS label
  FROM change_progress AS g
  JOIN policy_list AS l
    ON l.policy_version = g.policy_version AND l.parameter = 'documentation.' || g.risk
  LEFT JOIN documented_part AS d ON d.change_id = g.change_id AND d.part = l.value
),
counted AS (
  SELECT p.change_id, COUNT(*) AS asked, SUM(p.held) AS held,
    MAX(CASE WHEN p.held = 0 AND p.seen = 1 THEN 1 ELSE 0 END) AS missing,
    MIN(CASE WHEN p.held = 0 THEN p.late_at END) AS late_at,
    STRING_AGG(p.events, ',') AS events
  FROM part_told AS p
  GROUP BY p.change_id
),
lacked AS (
  SELECT p.change_id,
    MAX(CASE WHEN p.position = 0 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 1 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 2 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 3 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 4 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 5 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 6 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 7 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 8 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 9 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 10 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 11 THEN p.label ELSE '' END)
      || MAX(CASE WHEN p.position = 12 THEN p.label ELSE '' END)
      AS lacking
  FROM part_told AS p
  WHERE p.held = 0
  GROUP BY p.change_id
),
decided AS (
  SELECT g.change_id, g.risk, g.type, g.review_due, g.closed_at, g.deployed_at, g.git_alone,
    g.blind, g.settles_at, c.asked, c.held, c.late_at,
    COALESCE(SUBSTR(k.lacking, 3), '') AS lacking, g.events || COALESCE(',' || c.events, '') AS events,
    CASE
      WHEN g.closed_at IS NOT NULL THEN 'closed'
      WHEN c.asked IS NULL THEN 'not_asked'
      WHEN g.deployed = 0 THEN 'waiting'
      WHEN c.held = c.asked THEN 'documented'
      WHEN g.type = 'emergency' AND g.review_due >= :as_of THEN 'owed'
      WHEN c.missing = 1 THEN 'missing'
      ELSE 'hidden'
    END AS state
  FROM change_progress AS g
  LEFT JOIN counted AS c ON c.change_id = g.change_id
  LEFT JOIN lacked AS k ON k.change_id = g.change_id
)
SELECT d.change_id AS subject,
  CASE
    WHEN d.state IN ('closed', 'not_asked') THEN 'not_applicable'
    WHEN d.state IN ('waiting', 'owed') THEN 'pending'
    WHEN d.state = 'documented' THEN 'met'
    WHEN d.state = 'missing' THEN 'deviation'
    ELSE 'not_verifiable'
  END AS verdict,
  CASE
    WHEN d.state = 'documented' AND d.type = 'standard' THEN 'template'
    ELSE 'direct'
  END AS basis,
  CASE d.state
    WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
    WHEN 'not_asked' THEN 'Policy asks for no documentation at ' || d.risk || ' risk.'
    WHEN 'waiting' THEN d.held || ' of ' || d.asked || ' parts that policy asks for at ' || d.risk
      || ' risk are on record'
      || CASE WHEN d.lacking = '' THEN '' ELSE '; not yet: ' || d.lacking END
      || '; it waits for its first production deployment.'
    WHEN 'documented' THEN CASE
        WHEN d.asked = 1 THEN 'The one part that policy asks for at '
        ELSE 'All ' || d.asked || ' parts that policy asks for at ' END
      || d.risk || ' risk ' || CASE WHEN d.asked = 1 THEN 'is' ELSE 'are' END || ' on record.'
    WHEN 'owed' THEN 'Deployed at ' || utc(d.deployed_at) || ' under an emergency; not yet on record: '
      || d.lacking || '; it waits until ' || utc(d.review_due) || ' for that.'
    WHEN 'missing' THEN d.held || ' of ' || d.asked || ' parts that policy asks for at ' || d.risk
      || ' risk were on record'
      || COALESCE(' when it was deployed at ' || utc(d.deployed_at), '')
      || '; missing: ' || d.lacking || '.'
      || COALESCE(' The first of them came at ' || utc(d.late_at) || '.', '')
      || ' Why: who runs, uses or examines it later cannot know.'
      || ' Cure: write it down now, and let the next request ask for it; the deviation stays on record.'
    ELSE d.held || ' of ' || d.asked || ' parts that policy asks for at ' || d.risk
      || ' risk are on record; not seen: ' || d.lacking
      || CASE
        WHEN d.git_alone = 1 THEN '. Why: git alone tells of it, and git keeps no requests or papers.'
        WHEN d.blind = 1 THEN '. Why: the source could not be seen at that time.'
        WHEN d.settles_at IS NOT NULL THEN '. Why: its record may be on its way until '
          || utc(d.settles_at) || '.'
        ELSE '. Why: no source that keeps them told of this change.'
      END
      || ' Cure: connect the forge or ticket tool that holds them, or document it at the desk.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
