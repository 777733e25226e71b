/*
id: cc8_1/02_authorization
title: Authorized by somebody other than the requester, before the work went in
criterion: CC8.1
subject: change
severity: high
policy: [authorize_before, review_authorizes, authorized_statuses, board, standard_changes, waivers, unrated_risk, settle, unexplained_for]
checks: >
  Somebody entitled, other than who asked for it, said that it may begin, before the moment that
  policy names (development, merge or deployment): at the desk, by moving the ticket to a status
  that policy names, or by an approving review where policy lets that authorize at this risk. Its
  parts are named in each reason: decision, another human, entitlement, request, time. A request
  authorizes nothing for work that was opened after it had ended, for work on another system, or
  once twenty pieces of work have been opened under it. A standard change is authorized by its
  template, in the version of the policy in force at deployment. A declared emergency that the
  policy allows counts as its authorization. What was taken back at the desk before that moment
  does not count. Where policy asks an advisory board, a decision of it counts and nothing else: as
  many members as policy names voted by then, more of them for it than against it, none of whom
  asked for it or wrote any of it. The same second counts as before, because sources
  have second resolution. Under a waiver that policy provides for, granted before and in force, it
  is met, waived.
does_not_check: >
  Whether the authorizer understood what was asked for. Text that claims an earlier date: the
  time is the event's own.
re_perform: >
  Find the first authorization of the request, ticket or pull request by somebody other than the
  requester who held the role on that day; compare its time with the moment that policy names; see
  that the request was open, of this system, and not cited by everything. Where policy asks the
  board, count the votes in the minutes.
*/
WITH told AS (
  SELECT w.change_id, w.implementation,
    CASE a.state
      WHEN 'closed' THEN 'not_applicable'
      WHEN 'waiting' THEN 'pending'
      WHEN 'authorized' THEN 'met'
      WHEN 'template' THEN 'met'
      WHEN 'emergency' THEN 'met'
      WHEN 'waived' THEN 'met'
      WHEN 'git' THEN 'not_verifiable'
      WHEN 'unseen' THEN 'not_verifiable'
      WHEN 'untimed' THEN 'not_verifiable'
      WHEN 'undated' THEN 'not_verifiable'
      WHEN 'template_unseen' THEN 'not_verifiable'
      WHEN 'settling' THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE
      WHEN a.state = 'emergency' AND a.declared_after = 1 THEN 'late_declared'
      WHEN a.state IN ('template', 'waived') THEN a.state
      ELSE 'direct'
    END AS basis,
    CASE a.state
      WHEN 'closed' THEN 'Closed on ' || utc(w.closed_at) || ' without being deployed to production.'
      WHEN 'waiting' THEN
        CASE
          WHEN a.authorized_at IS NULL THEN 'Not authorized so far'
            || CASE WHEN a.board_rule IS NULL THEN '' ELSE ' by the advisory board, which policy asks' END
          ELSE 'Authorized by {' || a.account || '} at ' || utc(a.authorized_at)
        END || '; it waits for its first production deployment.'
      WHEN 'authorized' THEN 'Authorized by {' || a.account || '} at ' || utc(a.authorized_at)
        || CASE a.way
          WHEN 'desk' THEN ' at the desk'
          WHEN 'board' THEN ' for the advisory board'
          WHEN 'ticket' THEN ' by moving its ticket'
          ELSE ' with an approval, which authorizes at ' || w.risk || ' risk'
        END
        || CASE
          WHEN utc(a.authorized_at) = utc(CASE w.authorize_before
            WHEN 'development' THEN w.opened_at WHEN 'merge' THEN w.merged_at
            ELSE w.deployed_at END)
            THEN ', in the second of the ' || w.authorize_before
            || ', and the sources tell no finer time.'
          ELSE ', before the ' || w.authorize_before || '.'
        END || a.results
      WHEN 'template' THEN a.template_sentence || ' A template is authorized beforehand.'
      WHEN 'waived' THEN 'Nobody other than the requester authorized it before the '
        || w.authorize_before || COALESCE('; deployed at ' || utc(w.deployed_at), '') || '. '
        || a.waiver_sentence || a.results
      WHEN 'template_unseen' THEN a.template_sentence
        || ' Why: whether the template covers it cannot be told.'
        || ' Cure: connect what tells the paths of its commits (the forge''s pushes, or git).'
      WHEN 'emergency' THEN 'Authorized by {' || a.authorized_by || '} as an emergency, declared at '
        || utc(a.declared_at)
        || CASE WHEN a.declared_after = 1 THEN ', after the ' || w.authorize_before
          || ' and within the time that policy allows.' ELSE '.' END
      WHEN 'git' THEN 'Git alone tells of '
        || SUBSTR(COALESCE(w.landed, w.deployed_revision, w.implementation), 1, 7)
        || ', and git keeps no authorizations.'
        || ' Why: whether somebody allowed the work cannot be seen.'
        || ' Cure: connect the forge or ticket tool that holds them, or authorize at the desk before work begins.'
      WHEN 'unseen' THEN 'No authorization in time was seen, but ' || a.scope || ' could not be seen from '
        || utc(a.blind_from)
        || CASE
          WHEN a.blind_until < 9000000000000000000 THEN ' to ' || utc(a.blind_until)
          ELSE ' on'
        END
        || '. Why: an authorization in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'undated' THEN 'Authorized by {' || a.account || '} at ' || utc(a.authorized_at)
        || ', but nobody stated when it was deployed.'
        || ' Why: whether it came first cannot be told. Cure: state the time of the deployment.'
      WHEN 'untimed' THEN 'Authorized by {' || a.untimed_account || '}, but nobody stated when.'
        || ' Why: whether it came before the ' || w.authorize_before || ' cannot be told.'
        || ' Cure: have the source state the time of its authorizations.'
      WHEN 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(a.settles_at) || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN 'late' THEN 'Authorized by {' || a.account || '} only at ' || utc(a.late_at)
        || ', after the ' || w.authorize_before
        || COALESCE(' at ' || utc(CASE w.authorize_before
          WHEN 'development' THEN w.opened_at WHEN 'merge' THEN w.merged_at ELSE w.deployed_at END), '')
        || '.' || a.results || COALESCE(' ' || a.waiver_sentence, '')
        || ' Why: the decision came when the work was done already.'
        || ' Cure: authorize the next one before the ' || w.authorize_before
        || '; the deviation stays on record.'
      ELSE 'Deployed'
        || COALESCE(' at ' || utc(w.deployed_at), '') || '; nobody other than the requester authorized it before the '
        || w.authorize_before || '.'
        || COALESCE(' {' || a.requester || '} authorized their own request.', '')
        || COALESCE(' {' || a.withdrawn || '} authorized it and took that back.', '')
        || COALESCE(' {' || a.not_entitled || '} authorized it without the role on that day.', '')
        || COALESCE(' {' || a.nonhuman || '}, who authorized it, is no human.', '')
        || COALESCE(' {' || a.by_ticket || '} authorized the request that it cites, which '
          || a.ticket_detail || '.', '')
        || CASE
          WHEN a.unattributed = 1 THEN ' The authorization on record names nobody.'
          WHEN a.hindered = 1 THEN ''
          WHEN w.ground = 'direct' THEN ' It was pushed straight to the branch; no pull request holds it.'
          WHEN w.ground = 'unlogged' THEN ' No record says where this content came from.'
          ELSE ''
        END
        || a.board_sentence || COALESCE(' ' || a.template_sentence, '') || a.results
        || COALESCE(' ' || a.waiver_sentence, '')
        || CASE
          WHEN a.board_rule IS NULL THEN ' Why: nobody decided that this work should be done.'
            || ' Cure: have somebody entitled decide now whether it stays; the deviation stays on record.'
          ELSE ' Why: what weighs so much is decided by several.'
            || ' Cure: have the board decide now whether it stays; the deviation stays on record.'
        END
    END AS reason,
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || a.events AS evidence
  FROM work AS w
  JOIN authorization_state AS a
    ON a.change_id = w.change_id AND a.implementation = w.implementation
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
