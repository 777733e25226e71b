/*
id: cc8_1/01_life_cycle
title: Passed every stage that its type needs
criterion: CC8.1
subject: change
severity: high
policy: [life_cycle, standard_changes, design_required_at, post_review_required_at, cadences.post_review, emergency.review_within, settle, unexplained_for]
checks: >
  The policy lists the stages of normal, standard and emergency changes. Every piece of work passed
  each of them, each by its own moment: requested before it went live; assessed and designed by the change's
  first deployment; authorized, approved and tested by the moments that policy names for those; deployed;
  looked at again within the policy's time after that, and the
  change closed within that time after the last piece of it. Infrastructure, data, software and
  procedures, by pipeline and by hand alike. For software that somebody else made, the vendor's
  assessment stands for its development and the acceptance for its tests. A stage asked for at some
  risks only (design, review afterwards) is passed over at the others.
does_not_check: >
  The order of stages that end by the same moment, such as approval and tests before deployment. Who authorized, approved
  or tested it and whether they may: points 2, 8 and 7 say that, and this check takes their answer.
re_perform: >
  Take the list of stages for the change's type from the policy in force at its deployment; write
  beside each who passed it when, from request, pull request, runs, deployment and review.
*/
WITH listed AS (
  SELECT s.change_id, s.implementation,
    SUM(CASE WHEN s.state = 'not_asked' THEN 0 ELSE 1 END) AS asked,
    SUM(CASE WHEN s.state = 'passed' THEN 1 ELSE 0 END) AS passed,
    MIN(CASE WHEN s.state = 'owed' THEN s.due_at END) AS due_at,
    STRING_AGG(s.events, ',') AS events
  FROM stage_state AS s
  GROUP BY s.change_id, s.implementation
),
word AS (
  SELECT s.change_id, s.implementation, s.position,
    CASE
      WHEN w.deployed = 0 THEN 'to_come'
      WHEN s.state = 'late' THEN 'missing'
      ELSE s.state
    END AS fate,
    ', ' || CASE s.stage
      WHEN 'assess' THEN 'assessment'
      WHEN 'authorize' THEN 'authorization'
      WHEN 'develop' THEN CASE WHEN s.acquired = 1 THEN 'assessment of its vendor' ELSE 'development' END
      WHEN 'approve' THEN 'approval'
      WHEN 'test' THEN CASE WHEN s.acquired = 1 THEN 'acceptance test' ELSE 'tests' END
      WHEN 'deploy' THEN 'deployment'
      WHEN 'review' THEN 'review afterwards'
      WHEN 'close' THEN 'closing'
      ELSE s.stage
    END || CASE WHEN s.state = 'late' THEN ' (late)' ELSE '' END AS label
  FROM stage_state AS s
  JOIN work AS w ON w.change_id = s.change_id AND w.implementation = s.implementation
  WHERE s.state NOT IN ('passed', 'not_asked')
),
enumerated AS (
  SELECT w.change_id, w.implementation, w.fate,
    SUBSTR(
      MAX(CASE WHEN w.position = 0 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 1 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 2 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 3 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 4 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 5 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 6 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 7 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 8 THEN w.label ELSE '' END)
        || MAX(CASE WHEN w.position = 9 THEN w.label ELSE '' END),
      3
    ) AS stages
  FROM word AS w
  GROUP BY w.change_id, w.implementation, w.fate
),
open_stage AS (
  SELECT e.change_id, e.implementation,
    MAX(CASE WHEN e.fate = 'missing' THEN e.stages END) AS missing,
    MAX(CASE WHEN e.fate = 'unseen' THEN e.stages END) AS unseen,
    MAX(CASE WHEN e.fate = 'owed' THEN e.stages END) AS owed,
    MAX(CASE WHEN e.fate = 'to_come' THEN e.stages END) AS to_come
  FROM enumerated AS e
  GROUP BY e.change_id, e.implementation
),
decided AS (
  SELECT w.change_id, w.implementation, w.ground, w.closed_at, w.deployed_at, g.type, g.blind,
    g.settles_at, l.asked, l.passed, l.due_at, v.way, o.missing, o.unseen, o.owed, o.to_come,
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || COALESCE(l.events, '')
      || COALESCE(',' || g.emergency_event, '') || COALESCE(',' || g.template_event, '') AS evidence,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN COALESCE(l.asked, 0) = 0 THEN 'not_asked'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN o.missing IS NOT NULL THEN 'missing'
      WHEN o.unseen IS NOT NULL THEN 'unseen'
      WHEN o.owed IS NOT NULL THEN 'owed'
      ELSE 'passed'
    END AS state
  FROM work AS w
  JOIN work_progress AS g
    ON g.change_id = w.change_id AND g.implementation = w.implementation
  JOIN vouched AS v ON v.change_id = w.change_id AND v.implementation = w.implementation
  LEFT JOIN listed AS l ON l.change_id = w.change_id AND l.implementation = w.implementation
  LEFT JOIN open_stage AS o ON o.change_id = w.change_id AND o.implementation = w.implementation
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state IN ('closed', 'not_asked') THEN 'not_applicable'
      WHEN d.state IN ('waiting', 'owed') THEN 'pending'
      WHEN d.state = 'passed' THEN 'met'
      WHEN d.state = 'unseen' THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE
      WHEN d.state <> 'passed' THEN 'direct'
      WHEN d.type = 'standard' THEN 'template'
      WHEN d.way = 'compensating' THEN 'compensating'
      WHEN d.way = 'after' THEN 'late_declared'
      ELSE 'direct'
    END AS basis,
    CASE d.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'not_asked' THEN 'Policy lists no stages for '
        || CASE d.type WHEN 'emergency' THEN 'an emergency' ELSE 'a ' || d.type || ' change' END || '.'
      ELSE d.passed || ' of ' || d.asked || ' stages of '
        || CASE d.type WHEN 'emergency' THEN 'an emergency' ELSE 'a ' || d.type || ' change' END
        || ' done'
        || COALESCE('; deployed at ' || utc(d.deployed_at), '')
        || COALESCE('; not yet: ' || d.to_come, '') || COALESCE('; missing: ' || d.missing, '')
        || COALESCE('; not seen: ' || d.unseen, '') || COALESCE('; still owed: ' || d.owed, '')
        || CASE d.state
          WHEN 'waiting' THEN '; it waits for its first production deployment.'
          WHEN 'owed' THEN '; it waits until ' || utc(d.due_at) || ' for that.'
          WHEN 'passed' THEN '.'
          WHEN 'unseen' THEN '.'
            || CASE
              WHEN d.ground = 'git' THEN ' Why: git alone tells of it, and git keeps neither approvals nor test runs. Cure: connect the forge, and the systems that test and deploy.'
              WHEN d.blind = 1 THEN ' Why: the source could not be seen at that time. Cure: read that interval afterwards.'
              WHEN d.settles_at IS NOT NULL THEN ' Why: its record may be on its way until ' || utc(d.settles_at)
                || '. Cure: wait until then; it is judged again.'
              ELSE ' Why: no source that keeps that told of this change. Cure: connect that source, or keep it at the desk.'
            END
          ELSE '. Why: the company''s own path to production was left.'
            || ' Cure: make up for each stage that is missing, as the point that judges it says; the deviation stays on record.'
        END
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
