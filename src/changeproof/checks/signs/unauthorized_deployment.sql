/*
id: signs/unauthorized_deployment
title: Deployed without being authorized
criterion: CC8.1
subject: change
severity: critical
policy: [review_authorizes, authorized_statuses, settle, unexplained_for]
checks: >
  It is in production, and nobody other than the requester had authorized it by then. One that was
  authorized after the merge but before the deployment is clear here and a matter of point 2.
does_not_check: >
  Whether somebody adopted it afterwards: that is recorded with its case and clears nothing.
re_perform: >
  Compare the time of the first authorization with the time of the first production deployment.
*/
WITH told AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN a.state IN ('closed', 'waiting') THEN 'not_applicable'
      WHEN a.state IN ('authorized', 'template', 'emergency', 'waived') THEN 'clear'
      WHEN a.late_at <= w.deployed_at - w.deployed_at % 1000000 + 999999 THEN 'clear'
      WHEN a.state IN ('git', 'unseen', 'untimed', 'undated', 'template_unseen', 'settling')
        THEN 'not_verifiable'
      WHEN a.late_at IS NOT NULL AND w.deployed_at IS NULL THEN 'not_verifiable'
      ELSE 'raised'
    END AS verdict,
    CASE
      WHEN a.state IN ('closed', 'waiting') THEN 'Not deployed to production.'
      WHEN a.state = 'authorized' THEN 'Authorized by {' || a.account || '} at '
        || utc(a.authorized_at) || '.'
      WHEN a.state = 'emergency' THEN 'Authorized by {' || a.authorized_by || '} as an emergency.'
      WHEN a.state = 'template' THEN a.template_sentence
      WHEN a.state = 'waived' THEN a.waiver_sentence
      WHEN a.late_at <= w.deployed_at - w.deployed_at % 1000000 + 999999 THEN 'Authorized by {'
        || a.account || '} at ' || utc(a.late_at) || ', before its deployment.'
      WHEN a.state = 'template_unseen' THEN a.template_sentence
        || ' Why: whether it covers this cannot be told. Cure: connect what tells the paths of its commits.'
      WHEN a.state = 'git' THEN
        'Git alone tells of it. Why: git keeps no authorizations. Cure: connect the forge or ticket tool that holds them.'
      WHEN a.state = 'unseen' THEN 'No authorization was seen, but ' || a.scope
        || ' could not be seen from ' || utc(a.blind_from)
        || '. Why: one in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN a.state = 'undated' THEN 'Authorized by {' || a.account || '} at '
        || utc(a.authorized_at) || ', but nobody stated when it was deployed.'
        || ' Why: whether it came first cannot be told. Cure: state the time of the deployment.'
      WHEN a.state = 'untimed' THEN 'Authorized by {' || a.untimed_account
        || '}, but nobody stated when. Why: whether it came first cannot be told. Cure: have the source state the time.'
      WHEN a.state = 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(a.settles_at) || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN a.late_at IS NOT NULL AND w.deployed_at IS NULL THEN 'Authorized by {' || a.account
        || '} at ' || utc(a.late_at) || ', but nobody stated when it was deployed.'
        || ' Why: whether it came first cannot be told. Cure: state the time of the deployment.'
      ELSE 'In production' || COALESCE(' since ' || utc(w.deployed_at), '')
        || CASE
          WHEN a.late_at IS NOT NULL THEN ', authorized by {' || a.account || '} only at '
            || utc(a.late_at) || '.'
          ELSE ', and nobody other than the requester had authorized it.'
        END
        || ' Why: production changed without anybody''s decision.'
        || ' Cure: link it, adopt it late, take it out, or say why it is a false alarm.'
    END AS reason,
    w.change_events || ',' || w.deployment_events || ',' || a.events AS evidence
  FROM work AS w
  JOIN authorization_state AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation
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
