/*
id: cc8_1/09_deployment
title: Deployed by somebody entitled, on a path that its author cannot complete alone
criterion: CC8.1
subject: change
severity: high
policy: [production_environments, deployers, freezes, rollback_trusts_earlier, settle, unexplained_for]
checks: >
  Named sub-tests. (1) A known deployer: who triggered the run, or who reported it. (2) Entitled
  that day: still with the company; holds the role of deployer where it is given to named people,
  is named where the policy names deployers, has access where a register of access is kept. (3)
  The approved content: the deployed digest is the one that was built of this revision and, where
  an approval names a digest, the approved one; no provenance of it bears a signature that does not
  hold; acquired software is deployed as the pinned digest
  whose origin was verified. (4) The pipeline: no push past review, no act by hand that no request
  names, nothing that merely runs. (5) Somebody besides its authors took part, by approving in time
  or by deploying, or a standard template covers it; whom nobody knows to be its author cannot be
  told from who deployed it, which is not verifiable. (6) Outside a freeze, unless passed by a role
  that the policy names or in an emergency. (7) What followed: putting the same content there again
  is an event of the old change; going back to it and rebuilding it under another digest are judged
  anew.
does_not_check: >
  Whether the pipeline could have been gone around. What a rollback takes out is judged on those
  changes. Which node got it when: in production means from the first node on.
re_perform: >
  Take the first production deployment that contains it; look up who triggered it, whether they
  held the role and the access on that day and had not left, which build made the digest, whether
  anybody but its authors approved, and the calendar. Then list later deployments of that revision.
*/
WITH made AS (
  SELECT r.change_id, r.implementation, COUNT(*) AS writers
  FROM writer AS r
  GROUP BY r.change_id, r.implementation
),
decided AS (
  SELECT w.change_id, w.implementation, w.ground, w.kind, w.closed_at, w.deployed_at, w.merged_at,
    w.merged_by, w.pusher, w.system, w.dated_at, w.artifact, d.account, d.kind AS account_kind,
    d.fault_system, d.left_at, d.frozen_until, d.passed_until, s.counted, s.approvers,
    SUBSTR(REPLACE(COALESCE(w.deployed_revision, w.artifact, w.landed, w.implementation), 'sha256:', ''), 1, 7) AS content,
    CASE
      WHEN w.ground = 'act' THEN COALESCE(p.item, 'Production') || ' was altered by hand'
      ELSE SUBSTR(REPLACE(COALESCE(w.deployed_revision, w.artifact, w.landed, w.implementation), 'sha256:', ''), 1, 7)
        || ' was deployed'
    END AS done,
    CASE WHEN e.fault = '' THEN e.declared_after END AS emergency, e.authorized_by,
    u.blind_from, u.blind_until, u.scope, x.settles_at, h.missing, h.revision AS hole_revision,
    h.deployed_at AS hole_at, c.built_revision, c.approved_artifact, c.approved_by, c.acquired,
    c.vendor, c.attested, c.failed_why, p.item, p.kind AS act_kind, l.trouble, l.times, l.account AS later_account,
    l.deployed_at AS later_at, l.went_back, l.artifact AS later_artifact,
    l.fault_system AS later_system, l.frozen_until AS later_frozen, l.left_at AS later_left,
    l.last_at, l.first_back, z.failed_at, o.deployed_at AS out_at, o.account AS out_by,
    w.change_events || ',' || w.events || ',' || w.deployment_events || ',' || s.events
      || COALESCE(',' || d.freeze_event, '') || COALESCE(',' || e.event, '')
      || COALESCE(',' || u.events, '') || COALESCE(',' || h.events, '')
      || COALESCE(',' || c.events, '') || COALESCE(',' || d.left_event, '')
      || COALESCE(',' || l.events, '') || COALESCE(',' || o.events, '')
      || COALESCE(',' || z.events, '')
      || CASE WHEN t.holds = 1 THEN ',' || t.event ELSE '' END AS evidence,
    CASE
      WHEN w.ground = 'act' AND w.change_id = w.implementation THEN 'by_hand'
      WHEN w.kind = 'observed' THEN 'unlogged'
      WHEN w.ground = 'unlogged' AND c.acquired = '' THEN 'unknown_source'
      WHEN w.ground = 'direct' AND s.counted = 0 AND COALESCE(e.fault, '-') <> '' THEN 'direct'
      ELSE ''
    END AS path,
    CASE
      WHEN d.account IS NULL AND SUBSTR(w.deployment, 1, 9) = 'git:repo/' THEN 'tag'
      WHEN d.account IS NULL THEN 'unattributed'
      ELSE COALESCE(d.fault, '')
    END AS identity,
    CASE
      WHEN c.acquired IN ('unpinned', 'other') THEN c.acquired
      ELSE COALESCE(c.fault, '')
    END AS content_fault,
    CASE
      WHEN s.counted > 0 THEN 'with_others'
      WHEN d.is_another_human = 1 AND w.ground <> 'act' AND m.writers > 0 THEN 'with_others'
      WHEN e.fault = '' THEN 'emergency'
      WHEN t.holds = 1 THEN 'template'
      -- Of an author whom nobody knows, nobody can say that somebody else deployed it.
      WHEN d.is_another_human = 1 AND w.ground <> 'act' THEN 'unknown_author'
      ELSE 'alone'
    END AS company,
    CASE WHEN d.frozen_until IS NOT NULL AND COALESCE(e.fault, '-') <> '' THEN 1 ELSE 0 END
      AS frozen,
    t.template, w.deployed, w.landing, w.content_trust
  FROM work AS w
  JOIN approval_state AS s ON s.change_id = w.change_id AND s.implementation = w.implementation
  LEFT JOIN made AS m ON m.change_id = w.change_id AND m.implementation = w.implementation
  LEFT JOIN deployer AS d ON d.change_id = w.change_id AND d.implementation = w.implementation
  LEFT JOIN deployed_content AS c
    ON c.change_id = w.change_id AND c.implementation = w.implementation
  LEFT JOIN later_deployment AS l
    ON l.change_id = w.change_id AND l.implementation = w.implementation
  LEFT JOIN taken_out AS o ON o.change_id = w.change_id AND o.implementation = w.implementation
  LEFT JOIN failed_deployment AS z
    ON z.change_id = w.change_id AND z.implementation = w.implementation
  LEFT JOIN walk_hole AS h ON h.change_id = w.change_id AND h.implementation = w.implementation
  LEFT JOIN production_act AS p ON p.act = SUBSTR(w.implementation, 5) AND w.ground = 'act'
  LEFT JOIN emergency_state AS e
    ON e.change_id = w.change_id AND e.implementation = w.implementation
  LEFT JOIN standard_template AS t ON t.change_id = w.change_id
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN unexplained AS x
    ON x.change_id = w.change_id AND x.implementation = w.implementation
),
found AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.closed_at IS NOT NULL THEN 'closed'
      WHEN d.deployed = 0 AND d.missing IS NOT NULL THEN 'hole'
      WHEN d.deployed = 0 THEN 'waiting'
      WHEN d.ground = 'git' THEN 'git'
      WHEN d.path <> '' THEN d.path
      WHEN d.landing = 1 THEN 'landing'
      WHEN d.identity <> '' THEN d.identity
      WHEN d.content_fault <> '' THEN d.content_fault
      WHEN d.frozen = 1 THEN 'frozen'
      WHEN d.company = 'alone' THEN 'alone'
      WHEN COALESCE(d.trouble, '') <> '' THEN 'again'
      ELSE d.company
    END AS state
  FROM decided AS d
),
seen AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.blind_from IS NOT NULL
        AND f.state IN ('direct', 'unattributed', 'alone', 'unlogged', 'by_hand') THEN
        -- What is not the forge's to tell stands whatever it hides.
        CASE
          WHEN d.identity NOT IN ('', 'unattributed') THEN d.identity
          WHEN d.frozen = 1 THEN 'frozen'
          ELSE 'unseen'
        END
      WHEN d.settles_at IS NOT NULL
        AND f.state IN ('direct', 'unlogged', 'unknown_source', 'by_hand') THEN 'settling'
      ELSE f.state
    END AS state,
    CASE WHEN d.account IS NULL THEN '' ELSE ' by {' || d.account || '}' END
      || COALESCE(' at ' || utc(d.deployed_at), '') AS by_whom,
    -- The sub-tests that held and those that did not.
    CASE WHEN d.account IS NOT NULL THEN ', a known deployer' ELSE '' END
      || CASE WHEN d.account IS NOT NULL AND d.identity = '' THEN ', entitled that day' ELSE '' END
      || CASE WHEN d.content_fault = '' AND d.path = '' THEN ', the approved content' ELSE '' END
      || CASE WHEN d.path = '' THEN ', the pipeline' ELSE '' END
      || CASE WHEN d.company IN ('alone', 'unknown_author') THEN '' ELSE ', somebody besides its authors' END
      || CASE WHEN d.frozen = 0 THEN ', outside a freeze' ELSE '' END
      || CASE WHEN COALESCE(d.trouble, '-') = '' THEN ', what followed' ELSE '' END AS held,
    CASE WHEN d.account IS NULL THEN ', a known deployer' ELSE '' END
      || CASE WHEN d.account IS NOT NULL AND d.identity <> '' THEN ', entitled that day' ELSE '' END
      || CASE WHEN d.content_fault <> '' THEN ', the approved content' ELSE '' END
      || CASE WHEN d.path <> '' THEN ', the pipeline' ELSE '' END
      || CASE WHEN d.company = 'alone' THEN ', somebody besides its authors' ELSE '' END
      || CASE WHEN d.frozen = 1 THEN ', outside a freeze' ELSE '' END
      || CASE WHEN COALESCE(d.trouble, '') <> '' THEN ', what followed' ELSE '' END AS missed
  FROM decided AS d
  JOIN found AS f ON f.change_id = d.change_id AND f.implementation = d.implementation
),
said AS (
  SELECT d.change_id, d.implementation, v.state,
    CASE v.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'waiting' THEN 'It waits for its first production deployment.'
        || COALESCE(' An attempt at ' || utc(d.failed_at) || ' failed.', '')
      WHEN 'hole' THEN 'The walk back from the deployment of ' || SUBSTR(d.hole_revision, 1, 7)
        || COALESCE(' at ' || utc(d.hole_at), '') || ' met ' || SUBSTR(d.missing, 1, 7)
        || ', and nobody told what came before that.'
      WHEN 'with_others' THEN d.done || v.by_whom
        || CASE
          WHEN d.counted > 0 THEN ', after approval by ' || d.approvers || '.'
          ELSE ', who wrote none of it.'
        END
      WHEN 'emergency' THEN d.done || v.by_whom || ' under an emergency that {'
        || d.authorized_by || '} authorized.'
      WHEN 'template' THEN d.done || v.by_whom
        || ' as the standard change ' || d.template || ', whose scope holds it.'
      WHEN 'git' THEN 'Git alone tells of ' || d.content
        || '; a commit on the production branch or a release tag counts as its deployment'
        || COALESCE(', at ' || utc(d.deployed_at), '')
        || COALESCE('; it is dated ' || utc(d.dated_at) || ', after it was received, so the receipt counts', '')
        || '.'
      WHEN 'landing' THEN 'No deployment of ' || d.content
        || ' is on record; its commit on the production branch counts as deployed at its committer time'
        || COALESCE(', ' || utc(d.deployed_at), '')
        || COALESCE('; it is dated ' || utc(d.dated_at) || ', after it was received, so the receipt counts', '')
        || '.'
      WHEN 'tag' THEN 'No deployment of ' || d.content
        || ' is on record; a release tag that names nobody counts as its deployment'
        || COALESCE(', at ' || utc(d.deployed_at), '') || '.'
      WHEN 'unseen' THEN 'What was seen of this deployment is not enough, and ' || d.scope
        || ' could not be seen from ' || utc(d.blind_from)
        || CASE
          WHEN d.blind_until < 9000000000000000000 THEN ' to ' || utc(d.blind_until)
          ELSE ' on'
        END || '.'
      WHEN 'settling' THEN 'Unexplained so far: no pull request and no request on record holds it, and a record may be on its way until '
        || utc(d.settles_at) || '.'
      WHEN 'by_hand' THEN COALESCE(d.item, 'Production') || ' was altered by hand' || v.by_whom
        || ' (' || d.act_kind || '), and no request that we know names it.'
      WHEN 'unlogged' THEN d.content || ' was seen running'
        || COALESCE(' at ' || utc(d.deployed_at), '') || ', and no deployment on record put it there.'
      WHEN 'unknown_source' THEN d.content || ' was deployed'
        || COALESCE(' at ' || utc(d.deployed_at), '')
        || CASE WHEN d.account IS NULL THEN '' ELSE ' by {' || d.account || '}' END
        || CASE d.content_trust
          WHEN 'shared version' THEN ', and builds of several revisions bear that version.'
          WHEN 'contradicted' THEN ', and its builds on record name several revisions.'
          ELSE CASE
            WHEN d.failed_why IS NULL THEN ', and nobody stated from which revision it was built.'
            ELSE ', and its provenance bears a signature that does not hold: ' || d.failed_why || '.'
          END
        END
      WHEN 'direct' THEN d.content || ' went in by a push straight to the branch'
        || CASE WHEN d.pusher IS NULL THEN '' ELSE ' by {' || d.pusher || '}' END
        || COALESCE(' at ' || utc(d.merged_at), '') || ', and nobody else approved it.'
      WHEN 'unattributed' THEN d.content || ' was deployed'
        || COALESCE(' at ' || utc(d.deployed_at), '') || ', and nobody is named as its deployer.'
      WHEN 'left' THEN d.done || v.by_whom
        || ', who had left the company at ' || utc(d.left_at) || '.'
      WHEN 'not_entitled' THEN d.done || v.by_whom
        || ', who did not hold the role of deployer for ' || d.fault_system || ' on that day.'
      WHEN 'not_named' THEN d.done || v.by_whom
        || ', whom the policy does not name among those who may deploy ' || d.fault_system || '.'
      WHEN 'no_access' THEN d.done || v.by_whom
        || ', who by the register of access could not deploy ' || d.fault_system || ' on that day.'
      WHEN 'other_build' THEN SUBSTR(d.artifact, 1, 19) || ' was deployed' || v.by_whom || ' as '
        || d.content || ', and the build on record made it of ' || SUBSTR(d.built_revision, 1, 7) || '.'
      WHEN 'failed_provenance' THEN SUBSTR(d.artifact, 1, 19) || ' was deployed' || v.by_whom
        || ', and a provenance of it bears a signature that does not hold'
        || COALESCE(': ' || d.failed_why, '') || '.'
      WHEN 'other_artifact' THEN SUBSTR(d.artifact, 1, 19) || ' was deployed' || v.by_whom
        || CASE WHEN d.approved_by IS NULL THEN ', and ' ELSE ', and {' || d.approved_by || '} approved ' END
        || SUBSTR(d.approved_artifact, 1, 19) || '.'
      WHEN 'unpinned' THEN SUBSTR(d.artifact, 1, 19) || ' by ' || d.vendor || ' was deployed'
        || v.by_whom || ', and it is not the pinned digest of a verified origin.'
      WHEN 'other' THEN d.done || v.by_whom || ', and what was acquired of '
        || d.vendor || ' has another digest or none.'
      WHEN 'frozen' THEN d.done || v.by_whom || ', inside a freeze that lasts until ' || utc(d.frozen_until) || '.'
      WHEN 'again' THEN
        CASE
          WHEN d.trouble = 'rebuilt' THEN d.content || ' was deployed again as another digest, '
            || SUBSTR(d.later_artifact, 1, 19) || ' instead of ' || SUBSTR(d.artifact, 1, 19)
          WHEN d.went_back = 1 THEN 'Production was taken back to ' || d.content
          ELSE d.content || ' was deployed again'
        END
        || CASE WHEN d.later_account IS NULL THEN '' ELSE ' by {' || d.later_account || '}' END
        || COALESCE(' at ' || utc(d.later_at), '')
        || CASE d.trouble
          WHEN 'unattributed' THEN ', and nobody is named who did that.'
          WHEN 'left' THEN ', who had left the company at ' || utc(d.later_left) || '.'
          WHEN 'not_entitled' THEN ', who did not hold the role of deployer for '
            || d.later_system || ' on that day.'
          WHEN 'not_named' THEN ', whom the policy does not name among those who may deploy '
            || d.later_system || '.'
          WHEN 'no_access' THEN ', who by the register of access could not deploy '
            || d.later_system || ' on that day.'
          WHEN 'frozen' THEN ', inside a freeze that lasts until ' || utc(d.later_frozen) || '.'
          WHEN 'rebuilt' THEN ', which nobody approved and no standard template covers.'
          ELSE ', without an approval of its own, which the policy asks for.'
        END
      WHEN 'unknown_author' THEN d.done || v.by_whom
        || '; nobody approved it, and who wrote it is not known.'
      ELSE d.done || v.by_whom
        || CASE
          WHEN d.account_kind IS NOT NULL THEN ', which is no human, and nobody besides its authors approved it.'
          WHEN d.ground = 'act' THEN ', and nobody else approved it.'
          ELSE ', who also wrote or pushed part of it, and nobody else approved it.'
        END
        || CASE WHEN d.merged_by IS NULL THEN '' ELSE ' It was merged by {' || d.merged_by || '}.' END
    END AS what,
    CASE
      WHEN d.deployed = 0 OR v.state IN ('git', 'landing', 'settling', 'unseen') THEN ''
      ELSE
        CASE WHEN d.passed_until IS NULL THEN '' ELSE ' It passed the freeze that lasted until '
          || utc(d.passed_until) || ', by a role that the policy lets pass.' END
        || CASE WHEN d.frozen_until IS NULL OR d.frozen = 1 THEN '' ELSE ' It passed the freeze that lasted until '
          || utc(d.frozen_until) || ', under a declared emergency.' END
        || CASE d.content_trust
          WHEN 'unverified provenance' THEN ' Which revision it holds is known by a provenance that nobody verified'
            || COALESCE(': ' || d.attested, '') || '.'
          WHEN 'report' THEN ' Which revision it holds is known by a report only.'
          WHEN 'image label' THEN ' Which revision it holds is known by the label of its image.'
          WHEN 'tag' THEN ' Which revision it holds is known by the tag that its version names.'
          WHEN 'short hash' THEN ' Which revision it holds is known by the beginning of a hash in its version.'
          WHEN 'version' THEN ' Which revision it holds is known by its version, which could be given again.'
          WHEN 'verified provenance' THEN ' Which revision it holds is known by a verified provenance'
            || COALESCE(': ' || d.attested, '') || '.'
          ELSE ''
        END
        || CASE WHEN m.migrations IS NULL THEN '' ELSE ' A deployment ran its '
          || CASE WHEN m.migrations = 1 THEN 'migration ' || m.first_name
            ELSE m.migrations || ' migrations, ' || m.first_name || ' first' END
          || CASE WHEN m.account IS NULL THEN '' ELSE ', as {' || m.account || '}' END
          || ', the last at ' || utc(m.ran_at) || '.' END
        || COALESCE(' That deployment failed at ' || utc(d.failed_at) || '; it was in production.', '')
        || CASE WHEN d.first_back IS NULL OR v.state = 'again' THEN ''
          ELSE ' Production was taken back to it at ' || utc(d.first_back) || '.' END
        || CASE WHEN d.times IS NULL OR v.state = 'again' OR d.first_back IS NOT NULL THEN ''
          ELSE ' Deployed again, the last time at ' || utc(d.last_at) || ', with no new content.' END
        || CASE WHEN d.out_at IS NULL THEN '' ELSE ' It was taken out of production at '
          || utc(d.out_at)
          || CASE WHEN d.out_by IS NULL THEN '' ELSE ' by {' || d.out_by || '}' END || '.' END
        || CASE WHEN v.held = '' THEN '' ELSE ' Held: ' || SUBSTR(v.held, 3) || '.' END
        || CASE WHEN v.missed = '' THEN '' ELSE ' Missed: ' || SUBSTR(v.missed, 3) || '.' END
    END AS afterwards,
    CASE v.state
      WHEN 'hole' THEN ' Why: whether that deployment brought it to production or an earlier one did cannot be told.'
        || ' Cure: import the repository''s history.'
      WHEN 'git' THEN ' Why: who deployed it, and over which path, cannot be seen. Cure: connect the system that deploys.'
      WHEN 'landing' THEN ' Why: who deployed it, and over which path, cannot be seen. Cure: connect the system that deploys.'
      WHEN 'tag' THEN ' Why: who deployed it, and over which path, cannot be seen. Cure: connect the system that deploys.'
      WHEN 'unseen' THEN ' Why: an approval or deployment in that time would not have reached us. Cure: read that interval afterwards.'
      WHEN 'settling' THEN ' Why: records of one event come one after another. Cure: wait until then; it is judged again.'
      WHEN 'by_hand' THEN ' Why: it went around the pipeline, and nobody had asked for it.'
        || ' Cure: name the request when something must be done by hand; the deviation stays on record.'
      WHEN 'unlogged' THEN ' Why: it went around the pipeline.'
        || ' Cure: find out who did it and close that path; the deviation stays on record.'
      WHEN 'unknown_source' THEN ' Why: whether it is the approved artifact cannot be shown by anybody.'
        || ' Cure: deploy only what a recorded build made, or what was acquired as a pinned digest; the deviation stays on record.'
      WHEN 'direct' THEN ' Why: the path past review is one that a single person can take alone.'
        || ' Cure: protect the branch, so that every commit comes by a reviewed pull request; the deviation stays on record.'
      WHEN 'unattributed' THEN ' Why: whether somebody entitled did it cannot be shown.'
        || ' Cure: have the pipeline report who triggered it; the deviation stays on record.'
      WHEN 'left' THEN ' Why: an account of somebody who is gone reached production.'
        || ' Cure: close the account and find out who used it; the deviation stays on record.'
      WHEN 'not_entitled' THEN ' Why: only named people may change production.'
        || ' Cure: grant the role beforehand or take the access away; the deviation stays on record.'
      WHEN 'not_named' THEN ' Why: only named people may change production.'
        || ' Cure: have one of those deploy, or change the policy beforehand; the deviation stays on record.'
      WHEN 'no_access' THEN ' Why: whoever reaches production without a grant got there another way.'
        || ' Cure: find out how, and grant the access or close that way; the deviation stays on record.'
      WHEN 'other_build' THEN ' Why: what was reviewed is not what runs.'
        || ' Cure: deploy the digest that the build made of that revision; the deviation stays on record.'
      WHEN 'failed_provenance' THEN ' Why: somebody but the expected builder may have made it.'
        || ' Cure: find out who did; deploy what the pinned builder made, or deliver its provenance; the deviation stays on record.'
      WHEN 'other_artifact' THEN ' Why: what was approved is not what runs.'
        || ' Cure: deploy the approved digest, or have this one approved before; the deviation stays on record.'
      WHEN 'unpinned' THEN ' Why: whether it is what the vendor released cannot be shown.'
        || ' Cure: verify its signature or digest, and pin it; the deviation stays on record.'
      WHEN 'other' THEN ' Why: what was verified and approved is not what runs.'
        || ' Cure: deploy the acquired digest; the deviation stays on record.'
      WHEN 'frozen' THEN ' Why: the company''s own calendar forbade it, and no emergency that policy allows was declared.'
        || ' Cure: deploy outside the freeze, or declare an emergency before; the deviation stays on record.'
      WHEN 'again' THEN
        CASE d.trouble
          WHEN 'rebuilt' THEN ' Why: what the new build holds nobody has looked at.'
            || ' Cure: approve the new digest, or make the rebuild a standard change; the deviation stays on record.'
          WHEN 'not_approved_again' THEN ' Why: what was right then may not be right now.'
            || ' Cure: have going back approved beforehand; the deviation stays on record.'
          ELSE ' Why: going back and deploying again are held to the same rules.'
            || ' Cure: have somebody entitled do it, when the calendar allows it; the deviation stays on record.'
        END
      WHEN 'unknown_author' THEN ' Why: whether its author completed the path alone cannot be told.'
        || ' Cure: find out who it was, and have the source report the account.'
      WHEN 'alone' THEN ' Why: its author completed the path alone.'
        || ' Cure: have somebody who wrote none of it approve before deployment; the deviation stays on record.'
      ELSE ''
    END AS why,
    d.emergency, d.evidence || COALESCE(',' || m.event, '') AS evidence
  FROM decided AS d
  LEFT JOIN ran_migration AS m
    ON m.change_id = d.change_id AND m.implementation = d.implementation
  JOIN seen AS v ON v.change_id = d.change_id AND v.implementation = d.implementation
),
told AS (
  SELECT s.change_id, s.implementation,
    CASE
      WHEN s.state = 'closed' THEN 'not_applicable'
      WHEN s.state = 'waiting' THEN 'pending'
      WHEN s.state IN ('with_others', 'emergency', 'template') THEN 'met'
      WHEN s.state IN ('git', 'landing', 'tag', 'unseen', 'settling', 'hole', 'unknown_author') THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE
      WHEN s.state = 'emergency' AND s.emergency = 1 THEN 'late_declared'
      WHEN s.state = 'template' THEN 'template'
      ELSE 'direct'
    END AS basis,
    s.what || s.afterwards || s.why AS reason, s.evidence
  FROM said AS s
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
