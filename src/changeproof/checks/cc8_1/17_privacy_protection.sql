/*
id: cc8_1/17_privacy_protection
title: Personal data that it touches was identified and protected
criterion: CC8.1
subject: change
severity: high
policy: [categories, emergency.review_within]
checks: >
  With privacy in scope: whether the change touches personal data is known, from its own assessment
  of the data, else from the data classes of its systems in the register (`identified`); and where it does, or
  may, the assessment says by the deployment how that data is protected, or that it is not
  affected (`protected`). Files of documentation and tests alone touch none.
does_not_check: >
  Whether the protection is good. Personal data that neither assessment nor register names. The
  register of systems counts as it is at the moment of judging; a data class counts as personal
  where its name begins so.
re_perform: >
  Look the systems up in the register; read the change's assessment on data and privacy, with who
  said so and when; compare with the time of the deployment.
*/
WITH decided AS (
  SELECT g.change_id, g.deployed_at, g.closed_at, g.review_due, p.system, p.unregistered, p.touched, p.touched_by,
    p.holds, a.answer, a.by_whom, a.assessed_at, l.assessed_at AS late_at,
    g.events || COALESCE(',' || p.events, '') || COALESCE(',' || a.event, '')
      || COALESCE(',' || l.event, '') AS events,
    CASE
      WHEN p.change_id IS NULL THEN 'no_category'
      WHEN p.committed = 0 THEN 'not_committed'
      WHEN g.closed_at IS NOT NULL THEN 'closed'
      WHEN p.harmless = 1 THEN 'harmless'
      WHEN p.touched = 0 THEN 'not_touched'
      WHEN p.holds = 0 AND p.touched = -1 AND a.answer IS NULL THEN 'none_there'
      WHEN g.deployed = 0 THEN 'waiting'
      WHEN a.answer = 'rejected' THEN 'rejected'
      WHEN a.answer IS NOT NULL THEN 'protected'
      WHEN g.type = 'emergency' AND g.review_due >= :as_of THEN 'owed'
      WHEN p.touched = 1 THEN 'missing'
      WHEN p.holds = 1 AND g.on_desk = 1 AND g.git_alone = 0 THEN 'missing'
      ELSE 'unseen'
    END AS state
  FROM change_progress AS g
  LEFT JOIN personal_data AS p ON p.change_id = g.change_id
  LEFT JOIN assessed AS a
    ON a.change_id = p.change_id AND a.topic = 'privacy' AND a.late = 0
  LEFT JOIN assessed AS l
    ON l.change_id = p.change_id AND l.topic = 'privacy' AND l.late = 1
)
SELECT d.change_id AS subject,
  CASE
    WHEN d.state IN ('no_category', 'not_committed', 'closed', 'harmless', 'none_there')
      THEN 'not_applicable'
    WHEN d.state IN ('waiting', 'owed') THEN 'pending'
    WHEN d.state IN ('protected', 'not_touched') THEN 'met'
    WHEN d.state = 'unseen' THEN 'not_verifiable'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'no_category' THEN 'The category privacy is not in scope.'
    WHEN 'not_committed' THEN 'The register of systems names no commitment to privacy on what it reaches.'
    WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
    WHEN 'harmless' THEN 'It touches documentation and tests alone, and no personal data with them.'
    WHEN 'none_there' THEN 'The register of systems names no personal data in what it reaches.'
    WHEN 'not_touched' THEN 'It touches no personal data, by the assessment of ' || d.touched_by || '.'
    WHEN 'waiting' THEN
      CASE WHEN d.answer IS NULL THEN 'How personal data is protected is not said so far'
        ELSE 'How personal data is protected was said by ' || d.by_whom END
      || '; it waits for its first production deployment.'
    WHEN 'protected' THEN
      CASE
        WHEN d.touched = 1 THEN 'It touches personal data'
        WHEN d.system IS NOT NULL THEN d.system || ' holds personal data'
        ELSE 'Personal data was looked at'
      END
      || CASE WHEN d.answer = 'not_affected' THEN ', which is not affected' ELSE ', and how that is protected was said' END
      || ', by the assessment of ' || d.by_whom || COALESCE(' at ' || utc(d.assessed_at), '') || '.'
    WHEN 'owed' THEN 'Deployed at ' || utc(d.deployed_at)
      || ' under an emergency; it waits until ' || utc(d.review_due) || ' for a word on personal data.'
    WHEN 'rejected' THEN d.by_whom || ' found against it as to personal data'
      || COALESCE(' at ' || utc(d.assessed_at), '') || ', and it was deployed'
      || COALESCE(' at ' || utc(d.deployed_at), '') || '. Why: people''s data may be exposed.'
      || ' Cure: take it back or mend it; the deviation stays on record.'
    WHEN 'missing' THEN
      CASE WHEN d.touched = 1 THEN 'By its own assessment it touches personal data'
        ELSE d.system || ' holds personal data' END
      || COALESCE('; deployed at ' || utc(d.deployed_at), '')
      || CASE WHEN d.late_at IS NULL THEN ', and nobody said how that is protected.'
        ELSE ', and how that is protected was said only at ' || utc(d.late_at) || '.' END
      || ' Why: nobody shows that people''s data was thought of.'
      || ' Cure: answer the question on privacy in the assessment before the next one goes live; the deviation stays on record.'
    ELSE CASE
        WHEN d.holds = 1 THEN d.system || ' holds personal data, and no assessment of this change was seen.'
        ELSE 'Whether it touches personal data is not known: the register does not know '
          || COALESCE(d.unregistered, 'its system') || '.'
      END
      || ' Why: no source shows what data a change touches.'
      || ' Cure: register the system with its data classes, and answer the questions on data and privacy in the change''s assessment.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
