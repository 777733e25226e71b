/*
id: cc8_1/12_baseline
title: A configuration item runs as its approved baseline says
criterion: CC8.1, CC7.1
subject: item
severity: high
policy: [cadence.baseline_review, production_environments]
checks: >
  The item of a production environment has a baseline that somebody other than its proposer
  approved; whatever was seen of it, or set by an act, equals the baseline in force at that moment
  or what a change was authorized to set; the baseline was reviewed within the policy's cadence.
  The baseline before stays good until the new one is first seen. Time with a difference is given
  in seconds.
does_not_check: >
  Items that nobody told of; what ran between two looks; whether the authorized change was
  approved, which is judged on it; reviews after single significant changes.
re_perform: >
  Fetch the item's content, compute its SHA-256 and compare with the baseline approved last before. Then
  list reviews of baselines in order and subtract times.
*/
SELECT i.subject,
  CASE
    WHEN i.state = 'elsewhere' THEN 'not_applicable'
    WHEN i.state = 'done' THEN 'met'
    WHEN i.state IN ('drift', 'self', 'overdue') THEN 'deviation'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE i.state
    WHEN 'elsewhere' THEN 'It stands in ' || i.environment || ', which is not production.'
    WHEN 'no_baseline' THEN 'No approved baseline of it is on record.'
      || ' Why: whether it runs as it should cannot be seen.'
      || ' Cure: have its content approved (event BaselineApproved).'
    WHEN 'drift' THEN
      CASE WHEN i.drift_from IS NULL THEN 'It has differed from what was approved since ' || utc(i.drift_since)
        ELSE 'It differed from what was approved for '
          || CASE WHEN LENGTH(i.drift_length) <= 6 THEN '0'
            ELSE SUBSTR(i.drift_length, 1, LENGTH(i.drift_length) - 6) END
          || ' s, from ' || utc(i.drift_from)
          || COALESCE(', and does so again since ' || utc(i.drift_since), '')
      END
      || COALESCE(', set by {' || i.account || '}', '')
      || '. Why: nobody approved what ran then.'
      || CASE WHEN i.drift_since IS NULL THEN ' Cure: have the next difference approved before it is made; the deviation stays on record.'
        ELSE ' Cure: restore it, or approve the change and a new baseline; the deviation stays on record.' END
    WHEN 'self' THEN 'Its baseline' || COALESCE(' of ' || utc(i.approved_at), '') || ' was approved by {' || i.approved_by
      || '}, who proposed it. Why: nobody else agreed to how it runs.'
      || ' Cure: have somebody else approve it.'
    WHEN 'overdue' THEN 'The review of its baseline was overdue '
      || CASE WHEN i.overruns > 0 THEN 'for '
          || CASE WHEN LENGTH(i.overrun_length) <= 6 THEN '0'
            ELSE SUBSTR(i.overrun_length, 1, LENGTH(i.overrun_length) - 6) END
          || ' s, from ' || utc(i.overrun_from)
        ELSE 'from ' || utc(i.review_due) || ' on, last looked at ' || utc(i.reviewed_at) END
      || '. Why: a baseline that nobody looks at again approves what is outdated.'
      || ' Cure: hold the review and record it; the deviation stays on record.'
    WHEN 'unknown_approver' THEN 'Who approved its baseline is not on record.'
      || ' Why: whether that was somebody else than who proposed it cannot be seen.'
      || ' Cure: have it approved by somebody with an account.'
    WHEN 'unseen' THEN 'Nothing was seen of it since its baseline was approved'
      || COALESCE(' at ' || utc(i.approved_at), '') || '.'
      || ' Why: whether it runs so cannot be seen.'
      || ' Cure: let a scan report the digest of what runs (event StateObserved).'
    WHEN 'unreviewed' THEN 'Its baseline of ' || utc(i.approved_at) || ' was due for review by '
      || utc(i.review_due) || '; no review of baselines is on record.'
      || ' Why: whether anybody looked again cannot be seen. Cure: hold the review and record it.'
    ELSE 'Last seen at ' || utc(i.seen_at)
      || CASE WHEN i.explained_by IS NULL THEN ' as approved by {' || i.approved_by || '} at '
          || utc(i.approved_at)
        ELSE ' as change ' || i.explained_by || ' was authorized to set it, not as its baseline of '
          || utc(i.approved_at) || ' says' END
      || '; next review due by ' || utc(i.review_due) || '.'
  END AS reason,
  i.events AS evidence
FROM item_state AS i
