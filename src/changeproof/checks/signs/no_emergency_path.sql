/*
id: signs/no_emergency_path
title: No process for emergencies
criterion: CC8.1
subject: organisation
severity: medium
policy: [emergency.declare_within, emergency.approve_within, emergency.review_within]
checks: The policy in force says how an emergency is declared, and by when what it skipped must follow.
does_not_check: Whether people keep to it; one gone around is a deviation of point 13.
re_perform: Read the emergency section of the policy in force.
*/
SELECT s.subject,
  CASE WHEN t.has_emergencies = 1 THEN 'clear' ELSE 'raised' END AS verdict,
  'direct' AS basis,
  CASE
    WHEN t.has_emergencies = 1 THEN 'Version ' || t.policy_version
      || ' of the policy says how an emergency is declared and what must follow.'
    ELSE 'Version ' || t.policy_version || ' of the policy says nothing about emergencies.'
      || ' Why: what cannot wait will go around every control. Cure: state in the policy how an emergency is declared, and adopt it.'
  END AS reason,
  t.event AS evidence
FROM subject AS s
JOIN policy_terms AS t ON t.judges_from <= :as_of AND :as_of < t.judges_until
WHERE s.kind = 'organisation'
