/*
id: cc8_1/10_evaluation
title: What it affects was named, and its risk assessed, before and after
criterion: CC8.1
subject: change
severity: medium
policy: [life_cycle, post_review_required_at, cadences.post_review, risk_rules, unrated_risk]
checks: >
  Where the life cycle of its type has the stage `assess`: by its deployment (in a declared emergency
  by the end of its review's time) it was named which objectives (`objectives`), systems
  (`systems`) and data (`data`) the change affects, or that it affects none, and its risk was
  assessed (`risk`). An assessment names them; the register of systems names the systems it knows
  with their objectives and data; a risk stated on the request or by a rule of the policy is one.
  At the risks that policy names, the risk is looked at again afterwards (`after`), by an assessment
  or a review after deployment, within the policy's time. A standard change was assessed with its
  template. Where policy asks for no assessment, only what is on record counts.
does_not_check: >
  Whether the assessment is right, or the reason given for "none" is good. The register of
  systems counts as it is at the moment of judging.
re_perform: >
  Read the change's assessment and the register's entry of its systems; list objectives, systems, data
  and risk with who said so and when; compare with the time of the deployment.
*/
WITH decided AS (
  SELECT w.change_id, w.type, w.risk, w.deployed_at, w.closed_at, w.git_alone, w.blind, w.review_due,
    w.after, w.after_due, w.late_at, w.rejected_by, w.rejected_at, w.template, w.events,
    w.objectives + w.systems + w.data + w.rated AS held,
    SUBSTR(
      CASE WHEN w.objectives = 0 THEN ', the objectives' ELSE '' END
        || CASE WHEN w.systems = 0 THEN ', the systems' ELSE '' END
        || CASE WHEN w.data = 0 THEN ', the data' ELSE '' END
        || CASE WHEN w.rated = 0 THEN ', the risk' ELSE '' END, 3) AS lacking,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.deployed = 0 AND w.asked = 0 THEN 'not_asked'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN w.rejected_by IS NOT NULL THEN 'rejected'
      WHEN w.after = 'missing' THEN 'not_looked_at'
      WHEN w.objectives + w.systems + w.data + w.rated = 4 OR w.type = 'standard' THEN
        CASE w.after WHEN 'owed' THEN 'after_owed' WHEN 'unseen' THEN 'after_unseen'
          ELSE 'named' END
      WHEN w.asked = 0 THEN 'not_asked'
      WHEN w.type = 'emergency' AND w.review_due >= :as_of THEN 'owed'
      WHEN w.on_desk = 1 AND w.git_alone = 0 THEN 'missing'
      ELSE 'unseen'
    END AS state
  FROM evaluated AS w
)
SELECT d.change_id AS subject,
  CASE
    WHEN d.state IN ('closed', 'not_asked') THEN 'not_applicable'
    WHEN d.state IN ('waiting', 'owed', 'after_owed') THEN 'pending'
    WHEN d.state = 'named' THEN 'met'
    WHEN d.state IN ('unseen', 'after_unseen') THEN 'not_verifiable'
    ELSE 'deviation'
  END AS verdict,
  CASE WHEN d.state = 'named' AND d.type = 'standard' AND d.held < 4 THEN 'template' ELSE 'direct' END AS basis,
  CASE d.state
    WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
    WHEN 'not_asked' THEN 'Policy asks for no assessment of '
      || CASE d.type WHEN 'emergency' THEN 'an emergency' ELSE 'a ' || d.type || ' change' END || '.'
    WHEN 'waiting' THEN d.held || ' of 4 parts of its assessment are on record'
      || CASE WHEN d.lacking = '' THEN '' ELSE '; not yet: ' || d.lacking END
      || '; it waits for its first production deployment.'
    WHEN 'named' THEN
      CASE
        WHEN d.held < 4 THEN 'It was assessed with its template ' || d.template
        ELSE 'The objectives, systems and data that it affects were named and its risk assessed ('
          || d.risk || ') by its deployment at ' || COALESCE(utc(d.deployed_at), 'no stated time')
      END
      || CASE WHEN d.after = 'held' THEN '; its risk was looked at again afterwards.' ELSE '.' END
    WHEN 'after_owed' THEN 'What it affects was named and its risk assessed; it waits until '
      || utc(d.after_due) || ' for a look at the risk afterwards, which policy asks for at '
      || d.risk || ' risk.'
    WHEN 'owed' THEN 'Deployed at ' || utc(d.deployed_at) || ' under an emergency; not yet named: '
      || d.lacking || '; it waits until ' || utc(d.review_due) || ' for that.'
    WHEN 'rejected' THEN d.rejected_by || ' found against it'
      || COALESCE(' at ' || utc(d.rejected_at), '')
      || CASE
        WHEN d.rejected_at > d.deployed_at THEN ', after it was deployed at ' || utc(d.deployed_at)
          || ' under an emergency. Why: the company''s own assessment said no.'
          || ' Cure: take it back; the deviation stays on record.'
        ELSE ', and it was deployed' || COALESCE(' at ' || utc(d.deployed_at), '') || ' all the same.'
          || ' Why: the company''s own assessment said no.'
          || ' Cure: take it back, or mend and assess it again before it is deployed; the deviation stays on record.'
      END
    WHEN 'not_looked_at' THEN 'Deployed at ' || utc(d.deployed_at)
      || '; nobody looked at its risk afterwards by ' || utc(d.after_due) || ', which policy asks for at '
      || d.risk || ' risk. Why: whether the risk came true is not known.'
      || ' Cure: hold that review now; the deviation stays on record.'
    WHEN 'after_unseen' THEN 'What it affects was named and its risk assessed; no look at the risk afterwards was seen by '
      || utc(d.after_due) || '. Why: no source that keeps such reviews told of this change.'
      || ' Cure: hold the review at the desk.'
    ELSE d.held || ' of 4 parts of its assessment were on record'
      || COALESCE(' when it was deployed at ' || utc(d.deployed_at), '')
      || CASE WHEN d.state = 'unseen' THEN '; not seen: ' ELSE '; missing: ' END || d.lacking || '.'
      || COALESCE(' The first of what is missing came at ' || utc(d.late_at) || '.', '')
      || CASE
        WHEN d.state = 'missing' THEN ' Why: nobody said beforehand what it could harm.'
          || ' Cure: assess it now, and the next one before it is deployed; the deviation stays on record.'
        WHEN d.git_alone = 1 THEN ' Why: git alone tells of it, and git keeps no assessments.'
          || ' Cure: assess changes at the desk, and register their systems.'
        ELSE ' Why: no source that keeps assessments told of this change.'
          || ' Cure: assess it at the desk, and register its systems with their objectives and data.'
      END
  END AS reason,
  d.events AS evidence
FROM decided AS d
