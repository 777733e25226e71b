/*
id: cc8_1/11_incident_remediation
title: An incident that needed a change got one in time
criterion: CC8.1, CC7.4, CC7.5
subject: incident
severity: medium
policy: [deadline.incident_change_within, unrated_risk]
checks: >
  Somebody decided whether the incident needs a change. One that does is linked to a change that
  began within the time that policy gives for its severity and was deployed to production. A
  change given up, or deployed before the incident opened, remedies nothing. An incident whose
  severity is none of low to critical has that of an unrated change.
does_not_check: >
  Whether the change removed the cause; whether incidents are missing; the change's own approval
  and tests (cc8_1/07, cc8_1/08), which are judged on it.
re_perform: >
  Read the incident and the decision on it; compare the opening of the linked change with the
  incident's opening and the policy's time; look for the deployment.
*/
SELECT i.subject,
  CASE
    WHEN i.state = 'declined' THEN 'not_applicable'
    WHEN i.state = 'done' THEN 'met'
    WHEN i.state = 'open' THEN 'pending'
    WHEN i.state IN ('untimed', 'unstarted') THEN 'not_verifiable'
    WHEN i.state IN ('undecided', 'missing') AND i.due_at >= :as_of THEN 'pending'
    WHEN i.state = 'undecided' THEN 'not_verifiable'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE
    WHEN i.state = 'declined' THEN '{' || i.decided_by || '} decided'
      || COALESCE(' at ' || utc(i.decided_at), '') || ' that it needs no change.'
    WHEN i.state = 'untimed' THEN 'Nobody stated when it opened.'
      || ' Why: by when its change was to begin cannot be counted. Cure: state the time of the incident.'
    WHEN i.state = 'undecided' AND i.due_at >= :as_of THEN 'Opened at ' || utc(i.opened_at)
      || '; until ' || utc(i.due_at) || ' it waits for a decision whether it needs a change.'
    WHEN i.state = 'undecided' THEN 'Opened at ' || utc(i.opened_at)
      || '; nobody decided whether it needs a change.'
      || ' Why: whether one is missing cannot be seen.'
      || ' Cure: link the change that remedied it, or record the decision that it needs none.'
    WHEN i.state = 'missing' AND i.due_at >= :as_of THEN 'Opened at ' || utc(i.opened_at)
      || COALESCE('; {' || i.decided_by || '} decided that it needs a change', '; its change was given up')
      || '; it waits for one to begin until ' || utc(i.due_at) || '.'
    WHEN i.state = 'missing' THEN 'Opened at ' || utc(i.opened_at)
      || COALESCE('; {' || i.decided_by || '} decided that it needs a change', '; it was to have a change')
      || CASE WHEN i.given_up > 0 THEN ', and the one it had was given up' ELSE '' END
      || '; none began by ' || utc(i.due_at)
      || '. Why: what went wrong can go wrong again.'
      || ' Cure: begin the change and link it; the deviation stays on record.'
    WHEN i.state = 'unstarted' THEN 'Its change ' || i.first_change
      || ' states no time at which it began.'
      || ' Why: whether it began in time cannot be seen. Cure: state when the change was asked for.'
    WHEN i.state = 'late' THEN 'Opened at ' || utc(i.opened_at) || '; its change '
      || i.first_change || ' began only at ' || utc(i.started_at)
      || '; policy allows it until ' || utc(i.due_at) || ' at ' || i.severity || ' severity.'
      || ' Why: until then what went wrong could go wrong again.'
      || ' Cure: begin the next one in time; the deviation stays on record.'
    WHEN i.state = 'open' THEN 'Opened at ' || utc(i.opened_at) || '; its change ' || i.open_change
      || COALESCE(' began at ' || utc(i.open_since) || ' and', '')
      || ' waits for its first production deployment.'
    ELSE 'Opened at ' || utc(i.opened_at) || '; its change ' || i.first_change || ' began at '
      || utc(i.started_at) || COALESCE(' and was deployed at ' || utc(i.deployed_at), ' and was deployed') || '.'
  END AS reason,
  i.events AS evidence
FROM incident_state AS i
