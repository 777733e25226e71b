/*
id: signs/unattributed_change
title: Nobody known made it
criterion: CC8.1
subject: change
severity: high
checks: >
  Somewhere in its life an act names nobody: its author, who pushed or merged it, who reviewed
  it, who deployed it or did it by hand, who took production back to it; or a shared service
  account did so and nobody is named who triggered the run. What may only be unseen is not
  verifiable.
does_not_check: Whether the account that is named was used by its owner.
re_perform: List the acts on it (proposal, commits, pushes, reviews, merge, deployment) without an account.
*/
WITH nameless AS (
  SELECT r.implementation, SUBSTR(MIN(r.revision), 1, 7) AS revision
  FROM revision_implementation AS r
  JOIN revision AS v ON v.revision = r.revision
  WHERE NOT EXISTS (SELECT 1 FROM revision_author AS a WHERE a.revision = r.revision)
  GROUP BY r.implementation
),
pushed AS (
  SELECT r.implementation, SUBSTR(MIN(r.revision), 1, 7) AS revision
  FROM revision_implementation AS r
  JOIN forge_push AS f ON f.revision = r.revision
  WHERE f.pusher IS NULL
  GROUP BY r.implementation
),
acts AS (
  SELECT w.change_id, w.implementation, w.deployed, w.change_events, w.events, w.deployment_events,
    CASE WHEN w.ground = 'pull' AND w.author IS NULL THEN 'who proposed it' END AS proposal,
    CASE
      WHEN w.ground = 'git' AND NOT EXISTS (
        SELECT 1 FROM revision_author AS a WHERE a.revision = w.landed
      ) THEN 'who wrote it'
      WHEN n.implementation IS NOT NULL THEN 'who wrote ' || n.revision
    END AS authorship,
    CASE
      WHEN w.ground = 'direct' AND w.pusher IS NULL THEN 'who pushed it'
      WHEN p.implementation IS NOT NULL THEN 'who pushed ' || p.revision
    END AS push,
    CASE
      WHEN w.ground = 'pull' AND w.merged_by IS NULL AND w.merged_at IS NOT NULL
        THEN 'who merged it'
    END AS merge,
    CASE
      WHEN EXISTS (
        SELECT 1 FROM approval_act AS a
        WHERE a.change_id = w.change_id AND a.implementation = w.implementation
          AND a.account IS NULL
      ) THEN 'who reviewed it'
    END AS review,
    CASE
      WHEN w.deployed = 1 AND w.kind = 'observed' THEN 'who put it there'
      WHEN w.deployed = 1 AND w.ground = 'act' AND d.account IS NULL THEN 'who did it by hand'
      WHEN w.deployed = 1 AND w.landing = 0 AND d.account IS NULL
        AND SUBSTR(w.deployment, 1, 9) <> 'git:repo/'
        THEN 'who deployed it'
      WHEN d.kind = 'service' THEN 'who triggered the service account {' || d.account || '}'
      WHEN y.trouble = 'unattributed' THEN 'who took production back to it at ' || utc(y.deployed_at)
    END AS deployment,
    u.blind_from, u.scope,
    COALESCE(',' || u.events, '') || COALESCE(',' || y.events, '') AS more_events
  FROM work AS w
  LEFT JOIN later_deployment AS y
    ON y.change_id = w.change_id AND y.implementation = w.implementation
  LEFT JOIN unseen_interval AS u
    ON u.change_id = w.change_id AND u.implementation = w.implementation
  LEFT JOIN nameless AS n ON n.implementation = w.implementation
  LEFT JOIN pushed AS p ON p.implementation = w.implementation
  LEFT JOIN deployer AS d ON d.change_id = w.change_id AND d.implementation = w.implementation
),
told AS (
  SELECT a.change_id, a.implementation,
    CASE
      WHEN COALESCE(a.proposal, a.authorship, a.push, a.merge, a.review, a.deployment) IS NULL
        THEN 'clear'
      WHEN a.blind_from IS NOT NULL THEN 'not_verifiable'
      ELSE 'raised'
    END AS verdict,
    CASE
      WHEN COALESCE(a.proposal, a.authorship, a.push, a.merge, a.review, a.deployment) IS NULL
        THEN 'Every act on it names an account.'
      ELSE 'It is not known '
        || SUBSTR(
          COALESCE(', ' || a.proposal, '') || COALESCE(', ' || a.authorship, '')
          || COALESCE(', ' || a.push, '') || COALESCE(', ' || a.merge, '')
          || COALESCE(', ' || a.review, '') || COALESCE(', ' || a.deployment, ''),
          3
        )
        || CASE
          WHEN a.blind_from IS NOT NULL THEN ', and ' || a.scope || ' could not be seen from '
            || utc(a.blind_from)
            || '. Why: what names them may have come in that time. Cure: read that interval afterwards.'
          ELSE '. Why: nobody can be asked about it.'
            || ' Cure: find out who it was, and have the source report the account.'
        END
    END AS reason,
    a.change_events || ',' || a.events || ',' || a.deployment_events || a.more_events AS evidence
  FROM acts AS a
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
