/*
id: cc8_1/08_approval
title: Approved by others, on this very content, before it was deployed
criterion: CC8.1
subject: change
severity: high
policy: [approvals_required, approver_roles, code_owner_approval, unrated_risk, approve_before, blocking_reviews_count, trailers_accepted, approval_channels, second_factor_at, standard_changes, emergency.approve_within, alternative_controls, waivers, settle, unexplained_for]
checks: >
  Enough entitled humans who neither asked for (it, or another change that the same work carries),
  wrote nor pushed any of it approved what was
  deployed, in time, and nobody's objection was left standing. Its parts are named in each reason:
  number, independence, entitlement, content, time, objections, owner (view approval_test).
  A yes counts for the head that was
  merged, the commit that landed, the revision or artifact that was deployed, and any revision
  with the same tree; after a later push it is void, unless that only merged the base in, without
  edits, and after the pull request was aimed at another branch, unless the difference shown is the
  same. Where the merge that landed holds edits of its own, a yes for the head is not enough. A
  block that one of its writers dismissed stands. Whoever said yes or no may take it back at the
  desk until then. A yes by chat or e-mail counts where policy names the
  channel and the message was retrieved from it. At the risks that policy names only a yes at the
  desk counts that came with a second factor. The same second counts as before, because
  sources have second resolution. Under a declared emergency that the policy allows, approval may
  follow within the policy's time: then it is met, declared late; until it is there, or if it
  never comes, point 13 judges it. A standard change is approved beforehand, by its template in
  force at deployment. With an accepted alternative control it is met, compensating; under a waiver
  that policy provides for, granted before and in force, waived.
does_not_check: >
  Whether the approvers read what they approved: where the quickest yes came within a minute of the
  content being shown, the time is given. Review comments without a verdict. Whether a
  merge of the base into the branch was without edits, where only webhooks told of it. Who owns
  which file: an owner is the registered owner of a system of it.
re_perform: >
  List everybody who said yes to the revision; strike out bots, the requester and
  those of other requests that the same work carries, those who wrote or
  pushed any of it (and second accounts of theirs), those without the role on that day, yeses to
  other content or another target branch and late ones; count persons; look for objections that were not withdrawn.
*/
WITH weighed AS (
  SELECT w.change_id, w.implementation, w.kind, w.ground, w.landing, w.deployed, w.deployed_at,
    w.merged_at, w.closed_at, w.risk, w.approvals_required, w.approve_before, w.approve_until,
    w.trailers_accepted, w.claimed_review, w.landed_edited,
    CASE
      WHEN w.ground = 'act' THEN 'what was done by hand'
      ELSE SUBSTR(REPLACE(COALESCE(w.landed, w.deployed_revision, w.artifact, w.implementation), 'sha256:', ''), 1, 7)
    END AS content,
    CASE WHEN w.ground = 'act' THEN '' ELSE 'deployed revision ' END AS content_kind,
    s.counted, s.counted_soon_after, s.approved_at, s.read_for, s.late_account, s.late_at,
    s.untimed_account, s.blocked_by, s.dismissed_by, s.withdrawn, s.other_content, s.cut_short, s.retargeted, s.ref_before,
    s.writer, s.requester, s.other_requester, s.not_entitled, s.not_in_role, s.other_channel,
    s.channel, s.no_factor, s.nonhuman, s.unattributed, s.hindrance, s.approvers,
    q.results, q.owner, q.owner_test,
    CASE WHEN q.objections = 'missed' THEN 1 ELSE 0 END AS blocked,
    CASE WHEN w.blocking_reviews_count = 'true' AND s.blocked_soon_by IS NOT NULL THEN 1 ELSE 0 END
      AS blocked_soon,
    CASE WHEN e.fault = '' THEN e.emergency END AS emergency, e.approve_due, e.event AS emergency_event,
    t.covers AS template, t.sentence AS template_sentence, t.claimed_at, t.events AS template_events,
    c.control_id, l.account AS later_account, l.reviewed_at, l.event AS later_event,
    v.covers AS waived, v.sentence AS waiver_sentence, v.events AS waiver_events,
    a.vendor, a.product, a.event AS acquisition_event,
    u.blind_from, u.blind_until, u.scope, x.settles_at,
    w.events || ',' || w.deployment_events || ',' || s.events || ',' || COALESCE(u.events, '')
      AS events, w.change_events
  FROM work AS w
  JOIN approval_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation
  JOIN approval_test AS q
    ON q.change_id = w.change_id AND q.implementation = w.implementation
  LEFT JOIN template_state AS t
    ON t.change_id = w.change_id AND t.implementation = w.implementation
  LEFT JOIN emergency_state AS e
    ON e.change_id = w.change_id AND e.implementation = w.implementation
  LEFT JOIN alternative_control AS c
    ON c.policy_version = w.policy_version AND c.check_id = 'cc8_1/08_approval'
    AND c.control_kind = 'post_review_by_other'
  LEFT JOIN later_review AS l
    ON l.change_id = w.change_id AND l.implementation = w.implementation
    AND l.reviewed_at <= w.deployed_at + c.within
  LEFT JOIN waiver_state AS v
    ON v.change_id = w.change_id AND v.implementation = w.implementation
    AND v.check_id = 'cc8_1/08_approval'
  LEFT JOIN acquired AS a ON a.change_id = w.change_id
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
decided AS (
  SELECT w.change_id, w.implementation,
    CASE
      WHEN w.closed_at IS NOT NULL THEN 'closed'
      WHEN w.deployed = 0 THEN 'waiting'
      WHEN w.counted >= w.approvals_required AND w.blocked = 0 AND w.counted > 0
        AND w.deployed_at IS NULL AND w.approve_before = 'deployment' THEN 'undated'
      WHEN w.counted >= w.approvals_required AND w.blocked = 0
        AND w.owner_test IN ('held', 'not asked for') THEN 'approved'
      WHEN w.template = 1 AND w.claimed_at <= w.approve_until AND w.blocked = 0 THEN 'template'
      WHEN w.waived = 1 AND w.later_account IS NULL THEN 'waived'
      WHEN w.ground = 'git' AND w.counted = 0 AND w.blocked = 0
        AND (w.trailers_accepted = 'none'
          OR (w.trailers_accepted = 'gerrit' AND w.claimed_review IS NULL)) THEN 'git'
      WHEN w.emergency IS NOT NULL AND w.blocked_soon = 0
        AND w.counted_soon_after >= w.approvals_required THEN 'approved_after'
      WHEN w.emergency IS NOT NULL THEN 'emergency'
      WHEN w.later_account IS NOT NULL AND w.blocked = 0 THEN 'compensated'
      WHEN w.blind_from IS NOT NULL THEN 'unseen'
      WHEN w.blocked = 1 THEN 'blocked'
      WHEN w.counted >= w.approvals_required AND w.owner_test = 'unknown' THEN 'owner_unknown'
      WHEN w.counted >= w.approvals_required THEN 'owner_missing'
      WHEN w.untimed_account IS NOT NULL THEN 'untimed'
      WHEN w.cut_short IS NOT NULL THEN 'cut_short'
      WHEN w.template = -1 AND w.claimed_at <= w.approve_until THEN 'template_unseen'
      WHEN w.settles_at IS NOT NULL AND w.hindrance = '' THEN 'settling'
      ELSE 'missing'
    END AS state
  FROM weighed AS w
),
told AS (
  SELECT d.change_id, d.implementation,
    CASE g.state
      WHEN 'closed' THEN 'not_applicable'
      WHEN 'waiting' THEN 'pending'
      WHEN 'approved' THEN 'met'
      WHEN 'template' THEN 'met'
      WHEN 'waived' THEN 'met'
      WHEN 'git' THEN 'not_verifiable'
      WHEN 'approved_after' THEN 'met'
      WHEN 'emergency' THEN 'not_applicable'
      WHEN 'compensated' THEN 'met'
      WHEN 'unseen' THEN 'not_verifiable'
      WHEN 'undated' THEN 'not_verifiable'
      WHEN 'untimed' THEN 'not_verifiable'
      WHEN 'cut_short' THEN 'not_verifiable'
      WHEN 'owner_unknown' THEN 'not_verifiable'
      WHEN 'template_unseen' THEN 'not_verifiable'
      WHEN 'settling' THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE g.state
      WHEN 'approved_after' THEN 'late_declared'
      WHEN 'compensated' THEN 'compensating'
      WHEN 'template' THEN 'template'
      WHEN 'waived' THEN 'waived'
      ELSE 'direct'
    END AS basis,
    CASE g.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'waiting' THEN d.counted || ' of ' || d.approvals_required
        || ' independent approvals so far' || CASE WHEN d.counted > 0 THEN ', by ' || d.approvers ELSE '' END
        || '; it waits for its first production deployment.'
      WHEN 'approved' THEN
        CASE
          WHEN d.counted > d.approvals_required THEN d.counted || ' independent approvals of '
            || d.content || ' (' || d.approvals_required || ' asked for)'
          ELSE d.counted || ' of ' || d.approvals_required || ' independent approvals of ' || d.content
        END
        || CASE
          WHEN d.counted > 0 THEN ', by ' || d.approvers || ', the last at ' || utc(d.approved_at)
          ELSE ''
        END
        || CASE
          WHEN d.deployed_at IS NULL THEN '.'
          WHEN d.approve_before = 'merge' AND utc(d.approved_at) = utc(d.merged_at)
            THEN '; merged in the same second, and the sources tell no finer time; deployed at '
            || utc(d.deployed_at) || '.'
          WHEN utc(d.approved_at) = utc(d.deployed_at) THEN '; deployed in the same second, '
            || utc(d.deployed_at) || ', and the sources tell no finer time.'
          ELSE '; deployed at ' || utc(d.deployed_at) || '.'
        END
        || CASE
          WHEN d.read_for < 60000000 THEN ' The quickest yes came '
            || CASE
              WHEN d.read_for < 1000000 THEN 'in the second in which'
              WHEN d.read_for < 2000000 THEN '1 second after'
              ELSE SUBSTR(CAST(d.read_for AS VARCHAR), 1, LENGTH(CAST(d.read_for AS VARCHAR)) - 6)
                || ' seconds after'
            END || ' that content was shown.'
          ELSE ''
        END
        || CASE
          WHEN d.vendor IS NOT NULL THEN ' It brings in ' || d.product || ' by ' || d.vendor || '.'
          ELSE ''
        END
        || CASE
          WHEN d.landing = 1 THEN ' A commit on the production branch counts as deployed at its committer time.'
          ELSE ''
        END
        || d.results
      WHEN 'template' THEN d.template_sentence || ' Deployed'
        || COALESCE(' at ' || utc(d.deployed_at), '') || '; a template is approved beforehand, and '
        || d.counted || ' of ' || d.approvals_required || ' independent approvals were given besides.'
      WHEN 'waived' THEN d.counted || ' of ' || d.approvals_required
        || ' independent approvals of ' || d.content || COALESCE('; deployed at ' || utc(d.deployed_at), '')
        || '. ' || d.waiver_sentence || d.results
      WHEN 'git' THEN 'Git alone tells of ' || d.content
        || ', and git keeps no reviews. A commit on the production branch counts as deployed at its committer time'
        || COALESCE(', ' || utc(d.deployed_at), '')
        || '. Why: whether somebody else approved it cannot be seen.'
        || ' Cure: connect the forge that holds the reviews, or accept reviewers named in commit messages by policy.'
      WHEN 'approved_after' THEN d.counted_soon_after || ' of ' || d.approvals_required
        || ' independent approvals of ' || d.content || ', the last one after deployment at '
        || utc(d.deployed_at) || '; a declared emergency allows that until ' || utc(d.approve_due) || '.'
      WHEN 'emergency' THEN 'Deployed' || COALESCE(' at ' || utc(d.deployed_at), '')
        || ' under a declared emergency; its approval is owed'
        || COALESCE(' until ' || utc(d.approve_due), '')
        || ' and judged by point 13.'
      WHEN 'compensated' THEN d.counted || ' of ' || d.approvals_required
        || ' independent approvals of ' || d.content || '; the alternative control ' || d.control_id
        || ' stands in: {' || d.later_account || '}, who wrote none of it, looked at it on '
        || utc(d.reviewed_at) || '.'
      WHEN 'unseen' THEN d.counted || ' of ' || d.approvals_required
        || ' independent approvals of ' || d.content || ' were seen, but ' || d.scope
        || ' could not be seen from ' || utc(d.blind_from)
        || CASE
          WHEN d.blind_until < 9000000000000000000 THEN ' to ' || utc(d.blind_until)
          ELSE ' on'
        END
        || '. Why: an approval in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'undated' THEN 'Approved by ' || d.approvers
        || ', but nobody stated when it was deployed.'
        || ' Why: whether approval came first cannot be told.'
        || ' Cure: state the time of the deployment.'
      WHEN 'untimed' THEN 'Approved by {' || d.untimed_account || '}, but nobody stated when.'
        || ' Why: whether approval came before the ' || d.approve_before || ' cannot be told.'
        || ' Cure: have the source state the time of its approvals.'
      WHEN 'cut_short' THEN d.counted || ' of ' || d.approvals_required || ' independent approvals of '
        || d.content || '; {' || d.cut_short || '} approved a commit of which the first twelve digits alone are known.'
        || ' Why: no commit on record begins so, or several do, so that which one it was cannot be told.'
        || ' Cure: let the pushes of the repository be read, or its history.'
      WHEN 'owner_unknown' THEN 'Approved by ' || d.approvers
        || ', and nobody is on record as owner of what it changes.' || d.results
        || ' Why: policy asks for the yes of an owner.'
        || ' Cure: register the system with its owner.'
      WHEN 'template_unseen' THEN d.template_sentence
        || ' Why: whether the template covers it cannot be told.'
        || ' Cure: connect what tells the paths of its commits (the forge''s pushes, or git).'
      WHEN 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(d.settles_at) || '. Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN 'blocked' THEN
        CASE WHEN d.blocked_by = '' THEN 'Somebody unknown' ELSE '{' || d.blocked_by || '}' END
        || ' asked for changes or declined, and that was never withdrawn'
        || CASE
          WHEN d.dismissed_by IS NOT NULL THEN ': {' || d.dismissed_by
            || '}, who wrote part of it, dismissed it'
          ELSE ''
        END
        || CASE WHEN d.counted > 0 THEN '; approved by ' || d.approvers ELSE '' END
        || COALESCE('; deployed at ' || utc(d.deployed_at), '') || '.' || d.results
        || COALESCE(' ' || d.waiver_sentence, '')
        || ' Why: policy counts an objection until whoever made it withdraws it.'
        || ' Cure: resolve the objection with whoever made it; the deviation stays on record.'
      WHEN 'owner_missing' THEN d.counted || ' of ' || d.approvals_required
        || ' independent approvals of ' || d.content_kind || d.content || ', by ' || d.approvers
        || COALESCE('; deployed at ' || utc(d.deployed_at), '')
        || '; none of them is an owner of what it changes, such as {' || d.owner || '}.' || d.results
        || COALESCE(' ' || d.waiver_sentence, '')
        || ' Why: policy asks for the yes of an owner.'
        || ' Cure: have an owner look at it now, with a reason; the deviation stays on record.'
      ELSE d.counted || ' of ' || d.approvals_required || ' independent approvals of ' || d.content_kind
        || d.content
        || CASE WHEN d.counted > 0 THEN ', by ' || d.approvers ELSE '' END
        || COALESCE('; deployed at ' || utc(d.deployed_at), '') || '.'
        || COALESCE(' {' || d.withdrawn || '} took back what they had said of it.', '')
        || COALESCE(' {' || d.other_content || '} approved other content, not what was deployed.', '')
        || COALESCE(' {' || d.retargeted || '} approved before it was aimed at another branch than '
          || d.ref_before || '.', '')
        || COALESCE(' {' || d.writer || '} approved, but wrote or pushed part of it.', '')
        || COALESCE(' {' || d.requester || '} approved, but had asked for it.', '')
        || COALESCE(' {' || d.other_requester
          || '} approved, but had asked for another change that the same work carries.', '')
        || COALESCE(' {' || d.not_entitled
          || '} approved, but did not hold the role of approver on that day.', '')
        || COALESCE(' {' || d.not_in_role
          || '} approved, but held none of the roles on that day that policy asks for at '
          || d.risk || ' risk.', '')
        || COALESCE(' {' || d.other_channel || '} approved by ' || d.channel
          || ', which policy does not name as a channel.', '')
        || COALESCE(' {' || d.no_factor
          || '} approved without the second factor that policy asks for at ' || d.risk || ' risk.', '')
        || COALESCE(' {' || d.nonhuman || '} approved, but is no human.', '')
        || CASE WHEN d.unattributed = 1 THEN ' An approval by an unknown account does not count.' ELSE '' END
        || CASE
          WHEN d.counted = 0 AND d.unattributed = 0 AND COALESCE(d.other_content, d.retargeted,
            d.writer, d.requester, d.other_requester, d.not_entitled, d.not_in_role,
            d.other_channel, d.no_factor, d.nonhuman, d.withdrawn, d.late_account) IS NULL THEN ' No approval of it stands.'
          ELSE ''
        END
        || CASE
          WHEN d.late_at IS NOT NULL THEN ' {' || d.late_account || '} approved at ' || utc(d.late_at)
            || ', after the ' || d.approve_before || '.'
          ELSE ''
        END
        || CASE
          WHEN d.claimed_at > d.approve_until AND d.template = 1
            THEN ' It was claimed to be a standard change only after the ' || d.approve_before || '.'
          ELSE COALESCE(' ' || d.template_sentence, '')
        END
        || CASE
          WHEN d.landed_edited = 1 THEN ' The merge holds edits of its own, which are not in the approved head.'
          WHEN d.vendor IS NOT NULL THEN ' It brings in ' || d.product || ' by ' || d.vendor || '.'
          WHEN d.ground = 'direct' THEN ' It was pushed straight to the branch; no pull request holds it.'
          WHEN d.ground = 'unlogged' THEN ' No record says where this content came from.'
          WHEN d.ground = 'git' THEN ' The review server''s own line names too few others.'
          ELSE ''
        END
        || d.results || COALESCE(' ' || d.waiver_sentence, '')
        || ' Why: only those who made it vouch for it.'
        || ' Cure: somebody who wrote none of it looks at it now, with a reason; the deviation stays on record.'
    END AS reason,
    d.change_events || ',' || d.events
      || CASE WHEN g.state IN ('approved_after', 'emergency') THEN ',' || d.emergency_event ELSE '' END
      || CASE WHEN g.state = 'compensated' THEN ',' || d.later_event ELSE '' END
      || COALESCE(',' || d.template_events, '') || COALESCE(',' || d.waiver_events, '')
      || COALESCE(',' || d.acquisition_event, '') AS evidence,
    CASE WHEN d.counted < d.approvals_required THEN 0 ELSE 1 END AS has_enough
  FROM weighed AS d
  JOIN decided AS g ON g.change_id = d.change_id AND g.implementation = d.implementation
),
worst AS (
  SELECT t.change_id, t.verdict, t.basis, l.which || t.reason AS reason, t.evidence,
    ROW_NUMBER() OVER (
      PARTITION BY t.change_id
      ORDER BY u.urgency, CASE WHEN t.basis = 'direct' THEN 1 ELSE 0 END, t.has_enough,
        t.implementation
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
