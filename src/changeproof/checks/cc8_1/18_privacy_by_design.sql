/*
id: cc8_1/18_privacy_by_design
title: New processing of personal data was limited, and assessed before it was built
criterion: CC8.1
subject: change
severity: high
policy: [categories, authorize_before]
checks: >
  With privacy in scope, where the change touches personal data or may: its assessment says how new
  processing of personal data was avoided or limited, or that there is none; and it said so before it was
  built: before the merge, or where policy has changes authorized before development, before the first
  act on record. Altering how data is kept (a migration) counts as new processing where a system
  it reaches holds personal data.
does_not_check: >
  Whether the processing could have been limited further. Work that began before its first act on
  record. New processing that neither assessment nor migration shows.
re_perform: >
  Read the change's assessment on privacy by design, with who said so and when first; compare with the
  first commit, opening of the pull request, and merge.
*/
WITH built AS (
  SELECT w.change_id, w.authorize_before, w.implementation,
    CASE w.authorize_before WHEN 'development' THEN w.opened_at
      ELSE COALESCE(w.merged_at, w.deployed_at) END AS built_at
  FROM personal_data AS p
  JOIN work AS w ON w.change_id = p.change_id
),
moment AS (
  -- Of several pieces of work the one that was built first counts.
  SELECT b.change_id, b.built_at, b.built_at - b.built_at % 1000000 + 999999 AS built_until,
    CASE b.authorize_before WHEN 'development' THEN 'begun' ELSE 'built' END AS made,
    ROW_NUMBER() OVER (PARTITION BY b.change_id ORDER BY b.built_at, b.implementation) AS place
  FROM built AS b
),
answered AS (
  -- The last answer in time, else the last one that came too late.
  SELECT a.change_id, a.answer, a.by_whom, a.assessed_at, a.first_at, a.late, a.event,
    ROW_NUMBER() OVER (PARTITION BY a.change_id ORDER BY a.late) AS place
  FROM assessed AS a
  WHERE a.topic = 'privacy_design'
),
decided AS (
  SELECT g.change_id, g.deployed_at, g.closed_at, p.system, p.unregistered, p.touched, p.touched_by,
    p.holds, a.answer, a.by_whom, a.assessed_at, a.first_at, m.built_at, m.made,
    g.events || COALESCE(',' || p.events, '') || COALESCE(',' || a.event, '') AS events,
    CASE
      WHEN p.change_id IS NULL THEN 'no_category'
      WHEN p.committed = 0 THEN 'not_committed'
      WHEN g.closed_at IS NOT NULL THEN 'closed'
      WHEN p.harmless = 1 THEN 'harmless'
      WHEN a.answer = 'not_affected' AND a.late = 0 THEN 'no_new'
      WHEN a.answer IS NULL AND p.touched = 0 THEN 'not_touched'
      WHEN a.answer IS NULL AND p.touched = -1 AND p.holds = 0 THEN 'none_there'
      WHEN g.deployed = 0 THEN 'waiting'
      WHEN a.answer IS NULL AND p.schema = 1 AND (p.touched = 1 OR p.holds = 1)
        AND g.git_alone = 0 AND g.on_desk = 1 THEN 'missing'
      WHEN a.answer IS NULL THEN 'unseen'
      WHEN a.answer = 'rejected' AND a.late = 0 THEN 'rejected'
      WHEN a.first_at IS NULL OR m.built_at IS NULL THEN 'untimed'
      WHEN a.first_at <= m.built_until THEN 'before'
      ELSE 'late'
    END AS state
  FROM change_progress AS g
  LEFT JOIN personal_data AS p ON p.change_id = g.change_id
  LEFT JOIN moment AS m ON m.change_id = p.change_id AND m.place = 1
  LEFT JOIN answered AS a ON a.change_id = p.change_id AND a.place = 1
)
SELECT d.change_id AS subject,
  CASE
    WHEN d.state IN ('no_category', 'not_committed', 'closed', 'harmless', 'no_new', 'not_touched', 'none_there')
      THEN 'not_applicable'
    WHEN d.state = 'waiting' THEN 'pending'
    WHEN d.state = 'before' THEN 'met'
    WHEN d.state IN ('unseen', 'untimed') THEN 'not_verifiable'
    ELSE 'deviation'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'no_category' THEN 'The category privacy is not in scope.'
    WHEN 'not_committed' THEN 'The register of systems names no commitment to privacy on what it reaches.'
    WHEN 'closed' THEN 'Closed on ' || utc(d.closed_at) || ' without being deployed to production.'
    WHEN 'harmless' THEN 'It touches documentation and tests alone, and processes nothing new.'
    WHEN 'no_new' THEN 'It brings no new processing of personal data, by the assessment of ' || d.by_whom || '.'
    WHEN 'not_touched' THEN 'It touches no personal data, by the assessment of ' || d.touched_by || '.'
    WHEN 'none_there' THEN 'The register of systems names no personal data in what it reaches.'
    WHEN 'waiting' THEN
      CASE WHEN d.answer IS NULL THEN 'Whether it processes personal data anew is not said so far'
        ELSE 'How new processing of personal data is limited was said by ' || d.by_whom END
      || '; it waits for its first production deployment.'
    WHEN 'before' THEN 'How new processing of personal data is avoided or limited was said by ' || d.by_whom
      || CASE WHEN d.first_at = d.assessed_at THEN '' ELSE ', and first spoken of' END
      || ' at ' || utc(d.first_at) || ', before it was ' || d.made || ' at ' || utc(d.built_at) || '.'
    WHEN 'late' THEN 'New processing of personal data was first assessed at ' || utc(d.first_at)
      || CASE WHEN d.first_at = d.assessed_at THEN ' by ' || d.by_whom ELSE '' END
      || ', after it was ' || d.made || ' at ' || utc(d.built_at) || '. Why: what is built is seldom taken out again.'
      || ' Cure: assess the next one before it is built; the deviation stays on record.'
    WHEN 'rejected' THEN d.by_whom || ' found against its new processing of personal data, and it was deployed'
      || COALESCE(' at ' || utc(d.deployed_at), '')
      || '. Why: the company''s own assessment said no. Cure: take it back or limit it; the deviation stays on record.'
    WHEN 'missing' THEN 'It alters how data is kept'
      || CASE WHEN d.touched = 1 THEN ', touches personal data' ELSE ' in ' || d.system || ', which holds personal data' END
      || COALESCE(', was deployed at ' || utc(d.deployed_at), '')
      || ', and nobody assessed that. Why: new processing of personal data went live without a thought on record.'
      || ' Cure: assess it now, and the next one before it is built; the deviation stays on record.'
    WHEN 'untimed' THEN 'New processing of personal data was assessed by ' || d.by_whom
      || ', but nobody stated when, or when it was built.'
      || ' Why: which came first cannot be told. Cure: have the source state its times.'
    ELSE CASE
        WHEN d.touched = 1 THEN 'It touches personal data; whether it processes that anew nobody said.'
        WHEN d.holds = 1 THEN d.system || ' holds personal data; whether this change processes it anew nobody said.'
        ELSE 'Whether it processes personal data anew is not known: the register does not know '
          || d.unregistered || '.'
      END
      || ' Why: no source shows what a change is for.'
      || ' Cure: answer the question on privacy by design in the change''s assessment, and register the system with its data classes.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
