/*
id: cc8_1/03_design_and_development
title: Designed where risk asks for it, developed off the protected branch, reviewed and scanned
criterion: CC8.1
subject: change
severity: high
policy: [design_required_at, scans_required, alternative_controls, emergency.approve_within, settle, unexplained_for]
checks: >
  Of each piece of work: at the risks that policy names, a design (document or assessment) is on record
  by its deployment (`design`); it came by a pull request, not by a push straight to the branch
  (`branch`); at least one independent human reviewed that content in time (`review`: what
  counts is said in `independent_approval`), or a standard-change template, a declared emergency or an
  accepted alternative control stands in; the scans that policy names ran on it by its deployment
  (`scans`); where it changes a lockfile, submodule or other pointer, what that resolves to is
  recorded by a build's digest or a dependency scan (`pointer`); and software that somebody else
  made had its origin verified by signature or pinned digest (`origin`).
does_not_check: >
  Whether the design or the review was good. How many approvals there must be: that is point 8.
  What a scan found: secrets are point 16. Pointers in files that no source told of, and tags such
  as `latest` inside files. A scan of the head counts for the merge, unless that holds edits of its own.
re_perform: >
  Open the pull request: look for a review by somebody who wrote none of it, for the scans on its
  commits and for a design; look up the build's digest where it touches dependencies.
*/
WITH told AS (
  SELECT d.change_id, d.implementation,
    CASE
      WHEN d.state IN ('closed', 'emergency', 'no_code') THEN 'not_applicable'
      WHEN d.state = 'waiting' THEN 'pending'
      WHEN d.state = 'in_order' THEN 'met'
      WHEN d.state = 'unseen' THEN 'not_verifiable'
      ELSE 'deviation'
    END AS verdict,
    CASE
      WHEN d.state <> 'in_order' THEN 'direct'
      WHEN d.review = 'compensating' THEN 'compensating'
      WHEN 'template' IN (d.review, d.branch) THEN 'template'
      WHEN d.review = 'after' THEN 'late_declared'
      ELSE 'direct'
    END AS basis,
    CASE d.state
      WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
      WHEN 'no_code' THEN 'Production was altered by hand and no code was developed; what was set is judged by point 6.'
      WHEN 'emergency' THEN 'Deployed' || COALESCE(' at ' || utc(d.deployed_at), '')
        || ' under a declared emergency; its review is owed and judged by point 13.'
      ELSE CASE
          WHEN d.implementation = '' THEN 'No work on it is on record so far'
          ELSE d.content
        END
        || COALESCE(CASE WHEN d.deployed = 1 THEN ', deployed at ' || utc(d.deployed_at) || ',' END, '')
        || CASE
          WHEN d.implementation = '' THEN ''
          WHEN d.branch = 'held' THEN ' came by a pull request'
          WHEN d.branch = 'missing' THEN ' was pushed straight to the branch'
            || COALESCE(' by {' || d.pusher || '}', '') || COALESCE(' at ' || utc(d.merged_at), '')
          WHEN d.branch = 'template' THEN ' came straight to the branch, as its template allows'
          WHEN d.branch = 'emergency' THEN ' came straight to the branch in a declared emergency'
          WHEN d.branch = '' THEN COALESCE(' is software of ' || d.vendor, ' is no code')
          WHEN d.ground = 'git' THEN ' is known from git alone'
          WHEN d.ground = 'unlogged' THEN ' has no record of where it was developed'
          ELSE ' has no pull request so far'
        END
        || CASE
          WHEN d.implementation = '' THEN ''
          WHEN d.state = 'waiting' AND d.review <> 'held' THEN '; no independent human reviewed it so far'
          ELSE CASE d.review
          WHEN 'held' THEN '; reviewed by ' || d.approvers
          WHEN 'after' THEN '; reviewed after deployment, as its emergency allows'
          WHEN 'compensating' THEN '; {' || d.later_account || '} looked at it afterwards, which stands in'
          WHEN 'template' THEN '; reviewed beforehand, as a template'
          WHEN 'emergency' THEN '; its review is owed under the emergency'
          WHEN 'missing' THEN '; no independent human reviewed it in time'
          WHEN 'untimed' THEN '; reviewed, but nobody stated when'
          WHEN 'cut_short' THEN '; reviewed, but of the commit only its first twelve digits are known'
          WHEN '' THEN ''
          ELSE '; no review was seen'
          END
        END
        || CASE d.design
          WHEN 'held' THEN '; its design is on record'
          WHEN 'late' THEN '; its design came only at ' || utc(d.design_at)
          WHEN 'missing' THEN '; no design is on record' || CASE WHEN d.state = 'waiting' THEN ' so far' ELSE '' END
            || ', which policy asks for at ' || d.risk || ' risk'
          WHEN 'unseen' THEN '; no design was seen, which policy asks for at ' || d.risk || ' risk'
          ELSE ''
        END
        || CASE d.scans
          WHEN '' THEN ''
          WHEN 'held' THEN '; all ' || d.scans_asked || ' required scans ran'
          ELSE '; ' || d.scans_held || ' of ' || d.scans_asked || ' required scans ran, not the one for '
            || d.scan_missing
        END
        || CASE d.pointer
          WHEN 'held' THEN '; what its dependencies resolve to is recorded'
          WHEN 'unseen' THEN '; it changes what it depends on, and what that resolves to is not recorded'
          ELSE ''
        END
        || CASE d.origin_by
          WHEN 'signature' THEN '; the origin of ' || d.product || ' was verified by signature'
          WHEN 'digest' THEN '; the digest of ' || d.product || ' is the pinned one'
          WHEN 'other_digest' THEN '; the digest of ' || d.product || ' is not the pinned one'
          WHEN 'none' THEN '; nobody verified the origin of ' || d.product
          ELSE ''
        END
        || CASE d.state
          WHEN 'waiting' THEN '; it waits for its first production deployment.'
          WHEN 'missing' THEN '.'
            || CASE
              WHEN d.branch = 'missing' THEN ' Why: code went in that nobody proposed for review. Cure: protect the branch, so that every commit comes by a reviewed pull request'
              WHEN d.review = 'missing' THEN ' Why: only those who made it have seen it. Cure: have somebody who wrote none of it review it now'
              WHEN d.origin = 'missing' THEN ' Why: it may not be what its vendor made. Cure: verify its signature or digest before it goes live'
              WHEN d.scans = 'missing' THEN ' Why: the company''s own policy counts on that scan. Cure: run the scan now and hand in its result'
              ELSE ' Why: it was built before anybody could object to how. Cure: put the design on record before the next one goes live'
            END || '; the deviation stays on record.'
          WHEN 'unseen' THEN '.'
            || CASE
              WHEN d.ground = 'git' THEN ' Why: git keeps neither reviews nor scans. Cure: connect the forge that holds its pull requests.'
              WHEN d.blind = 1 THEN ' Why: the forge could not be seen at that time. Cure: read that interval afterwards.'
              WHEN d.settles_at IS NOT NULL THEN ' Why: its record may be on its way until ' || utc(d.settles_at)
                || '. Cure: wait until then; it is judged again.'
              WHEN d.branch = 'unseen' OR d.review = 'unseen' THEN ' Why: its source is not known, so nobody''s review can be tied to it. Cure: report what the build made of which revision.'
              WHEN d.review = 'cut_short' THEN ' Why: no commit on record begins so, or several do. Cure: let the pushes of the repository be read, or its history.'
              WHEN d.review = 'untimed' THEN ' Why: whether the review came in time cannot be told. Cure: have the source state the time of its reviews.'
              WHEN d.pointer = 'unseen' THEN ' Why: the review covers the pointer alone. Cure: report the digest of what the build made of it, or a scan of its dependencies.'
              WHEN d.design = 'unseen' THEN ' Why: no source that keeps designs told of this change. Cure: document the design at the desk.'
              ELSE ' Why: no scanner told of this content. Cure: hand in its scans.'
            END
          ELSE '.'
        END
    END AS reason,
    d.evidence
  FROM development_state AS d
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
