/*
id: cc8_1/14_patches
title: A known vulnerability was mended, or accepted beforehand, in time
criterion: CC8.1, CC7.1
subject: vulnerability
severity: high
policy: [patch_within, patch_clock, waivable, waiver_longest]
checks: >
  A change that removes it was deployed to production within the time that policy gives for its
  severity, counted from the moment that policy names (published, found, fix available); a rating
  that leaves less time runs from itself. Or somebody other than who asked accepted it before it
  fell due, until a stated end. A deadline missed stays missed. A weakness told under several names
  is judged once, under the one that was found first.
does_not_check: >
  Whether all vulnerabilities were found; whether the change removed this one, unless a scanner
  says that it is gone. The patch's own tests and approval (cc8_1/07, cc8_1/08) are judged on it.
re_perform: >
  Take the ratings in order with their times, add the policy's time for each severity, and compare
  with the first deployment of a linked change and with the waivers' times.
*/
SELECT p.subject,
  CASE
    WHEN p.state IN ('same', 'cleared') THEN 'not_applicable'
    WHEN p.state IN ('done', 'accepted') THEN 'met'
    WHEN p.state IN ('untimed', 'unlinked') THEN 'not_verifiable'
    WHEN p.state IN ('open', 'no_fix') THEN 'pending'
    ELSE 'deviation'
  END AS verdict,
  CASE WHEN p.state = 'accepted' THEN 'waived' ELSE 'direct' END AS basis,
  CASE p.state
    WHEN 'same' THEN 'It is another name of ' || p.same_as || ', the same weakness of the same package there,'
      || ' and is judged under that.'
    WHEN 'cleared' THEN '{' || p.cleared_by || '} found '
      || CASE WHEN p.cleared_as = 'false_positive' THEN 'it a false alarm.' ELSE 'that it does not affect us.' END
    WHEN 'untimed' THEN 'Nobody stated when it was found.'
      || ' Why: by when it was to be mended cannot be counted. Cure: state the time of the finding.'
    WHEN 'unlinked' THEN 'Gone at ' || utc(p.gone_at) || ', before it was due at ' || utc(p.due_at)
      || '; no change is named that removed it.'
      || ' Why: whether that one was approved and tested cannot be seen.'
      || ' Cure: link the change that removed it (event VulnerabilityLinked).'
    WHEN 'done' THEN 'Rated ' || p.severity || CASE WHEN p.known_exploited = 1 THEN ', known to be exploited' ELSE '' END
      || '; ' || p.change_id || ' was deployed at ' || utc(p.deployed_at)
      || COALESCE(', it was due by ' || utc(p.due_at), ', before a fix was due') || '.'
    WHEN 'accepted' THEN 'Due by ' || utc(p.due_at) || '; accepted beforehand by {' || p.granted_by
      || '} until ' || utc(p.covered_until) || COALESCE('; mended at ' || utc(COALESCE(p.deployed_at, p.gone_at)), '') || '.'
    WHEN 'no_fix' THEN 'Found at ' || utc(p.found_at) || '; it waits for a fix to come out, from which its time runs.'
    WHEN 'open' THEN 'Rated ' || p.severity || CASE WHEN p.known_exploited = 1 THEN ', known to be exploited' ELSE '' END
      || '; it waits to be mended or accepted until ' || utc(p.due_at)
      || COALESCE(', by ' || p.open_change, '') || '.'
    ELSE 'Due by ' || utc(p.due_at)
      || COALESCE(', accepted by {' || p.granted_by || '} until ' || utc(p.covered_until), '')
      || '; ' || CASE
        WHEN p.deployed_at IS NOT NULL THEN p.change_id || ' was deployed only at ' || utc(p.deployed_at)
        WHEN p.gone_at IS NOT NULL THEN 'it was gone only at ' || utc(p.gone_at)
        WHEN p.open_change IS NOT NULL THEN p.open_change || ' had not been deployed by then'
        ELSE 'no change mended it by then'
      END
      || COALESCE('; accepted by {' || p.late_by || '} at ' || utc(p.late_at) || ', after it was due', '')
      || '. Why: who knows of a weakness and leaves it open invites its use.'
      || CASE
        WHEN COALESCE(p.deployed_at, p.gone_at) IS NOT NULL THEN ' Cure: mend the next one in time; the deviation stays on record.'
        ELSE ' Cure: deploy the fix, or have it accepted with an end; the deviation stays on record.'
      END
  END AS reason,
  p.events AS evidence
FROM patch_state AS p
