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
WITH moment AS (
  SELECT w.change_id,
    MIN(CASE w.authorize_before WHEN 'development' THEN w.opened_at
      ELSE COALESCE(w.merged_at, w.deployed_at) END) AS built_at,
    MIN(w.authorize_before) AS counted_from
  FROM personal_data AS p
  JOIN work AS w ON w.change_id = p.change_id
  GROUP BY w.change_id
),
decided AS (
  SELECT g.change_id, g.deployed_at, g.closed_at, p.system, p.unregistered, p.touched, p.touched_by, p.holds,
    p.schema, COALESCE(a.answer, l.answer) AS answer, COALESCE(a.by_whom, l.by_whom) AS by_whom,
    COALESCE(a.first_at, l.first_at) AS first_at, m.built_at, m.counted_from,
    g.events || COALESCE(',' || p.events, '') || COALESCE(',' || a.event, '')
      || COALESCE(',' || l.event, '') AS events,
    CASE
      WHEN p.change_id IS NULL THEN 'no_category'
      WHEN p.committed = 0 THEN 'not_committed'
      WHEN g.closed_at IS NOT NULL THEN 'closed'
      WHEN p.harmless = 1 THEN 'harmless'
      WHEN a.answer = 'not_affected' THEN 'no_new'
      WHEN p.touched = 0 AND COALESCE(a.answer, l.answer) IS NULL THEN 'not_touched'
      WHEN p.holds = 0 AND p.touched = -1 AND COALESCE(a.answer, l.answer) IS NULL THEN 'none_there'
      WHEN g.deployed = 0 THEN 'waiting'
      WHEN a.answer = 'rejected' THEN 'rejected'
      WHEN COALESCE(a.answer, l.answer) IS NOT NULL AND COALESCE(a.first_at, l.first_at) IS NULL
        THEN 'untimed'
      WHEN COALESCE(a.answer, l.answer) IS NOT NULL AND m.built_at IS NULL THEN 'untimed'
      WHEN COALESCE(a.first_at, l.first_at) <= m.built_at - m.built_at % 1000000 + 999999
        THEN 'before'
      WHEN COALESCE(a.answer, l.answer) IS NOT NULL THEN 'late'
      WHEN (p.touched = 1 OR p.holds = 1) AND p.schema = 1 AND g.git_alone = 0 AND g.on_desk = 1
        THEN 'missing'
      ELSE 'unseen'
    END AS state
  FROM change_progress AS g
  LEFT JOIN personal_data AS p ON p.change_id = g.change_id
  LEFT JOIN moment AS m ON m.change_id = p.change_id
  LEFT JOIN assessed AS a
    ON a.change_id = p.change_id AND a.topic = 'privacy_design' AND a.late = 0
  LEFT JOIN assessed AS l
    ON l.change_id = p.change_id AND l.topic = 'privacy_design' AND l.late = 1
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
      || ' at ' || utc(d.first_at) || ', before it was '
      || CASE d.counted_from WHEN 'development' THEN 'begun' ELSE 'built' END
      || ' at ' || utc(d.built_at) || '.'
    WHEN 'late' THEN 'New processing of personal data was first assessed at ' || utc(d.first_at) || ' by '
      || d.by_whom || ', after it was '
      || CASE d.counted_from WHEN 'development' THEN 'begun' ELSE 'built' END
      || ' at ' || utc(d.built_at) || '. Why: what is built is seldom taken out again.'
      || ' Cure: assess the next one before it is built; the deviation stays on record.'
    WHEN 'rejected' THEN d.by_whom || ' found against its new processing of personal data, and it was deployed'
      || COALESCE(' at ' || utc(d.deployed_at), '')
      || '. Why: the company''s own assessment said no. Cure: take it back or limit it; the deviation stays on record.'
    WHEN 'missing' THEN 'It alters how data is kept'
      || CASE WHEN d.touched = 1 THEN ', touches personal data' ELSE COALESCE(' in ' || d.system || ', which holds personal data', '') END
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
          || COALESCE(d.unregistered, 'its system') || '.'
      END
      || ' Why: no source shows what a change is for.'
      || ' Cure: answer the question on privacy by design in the change''s assessment, and register the system with its data classes.'
  END AS reason,
  d.events AS evidence
FROM decided AS d
