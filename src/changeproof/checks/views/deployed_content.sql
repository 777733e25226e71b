/*
view: >
  Is what was deployed what was built and approved? `fault` is empty where nothing speaks against
  it, else `other_build` (the digest was built from another revision than the deployment says; a
  claim that nobody verified says nothing of that),
  `failed_provenance` (a provenance of the digest bears a signature that does not hold, and none is
  verified; `failed_why`),
  `other_artifact` (an approval at the desk names another digest, and none this one:
  `approved_artifact`, by `approved_by`). `built` = 1
  where a build on record made that digest of that revision, -1 where no build of it is on record.
  `attested` is by whom the provenance that tells its revision is signed, or why it is not verified.
  `acquired` is empty, or for software of others: `pinned` (deployed as the pinned digest, its
  origin verified), `unpinned`, `other` (another digest than was acquired).
index: ["change_id, implementation"]
*/
WITH made AS (
  SELECT w.change_id, w.implementation,
    MAX(CASE WHEN a.revision = w.deployed_revision THEN 1 ELSE 0 END) AS matches,
    MIN(CASE WHEN a.revision <> '' THEN a.revision END) AS revision,
    STRING_AGG(a.event, ',') AS events
  FROM work AS w
  JOIN artifact AS a ON a.artifact = w.artifact
    AND a.trust NOT IN ('unverified provenance', 'report', 'failed provenance')
  GROUP BY w.change_id, w.implementation
),
signed AS (
  SELECT w.change_id, w.implementation,
    MAX(CASE WHEN a.trust = 'verified provenance' THEN 1 ELSE 0 END) AS verified,
    MAX(CASE WHEN a.trust = 'failed provenance' THEN 1 ELSE 0 END) AS failed,
    MIN(CASE WHEN a.trust = 'failed provenance' THEN a.attested END) AS failed_why,
    MIN(CASE WHEN a.trust = w.content_trust AND a.revision = w.deployed_revision THEN a.attested END)
      AS attested,
    STRING_AGG(a.event, ',') AS events
  FROM work AS w
  JOIN artifact AS a ON a.artifact = w.artifact
    AND a.trust IN ('verified provenance', 'unverified provenance', 'failed provenance')
  GROUP BY w.change_id, w.implementation
),
approved AS (
  SELECT a.change_id, a.implementation, a.artifact, a.account, a.event,
    ROW_NUMBER() OVER (
      PARTITION BY a.change_id, a.implementation
      ORDER BY CASE WHEN a.artifact = w.artifact THEN 0 ELSE 1 END, a.artifact, a.account, a.event
    ) AS place
  FROM work AS w
  JOIN approval_act AS a ON a.change_id = w.change_id AND a.implementation = w.implementation
  WHERE a.channel = 'desk' AND a.verdict = 'approved' AND a.late = 0 AND a.artifact IS NOT NULL
)
SELECT w.change_id, w.implementation, m.revision AS built_revision, p.artifact AS approved_artifact,
  p.account AS approved_by, b.vendor, g.attested, g.failed_why,
  CASE WHEN m.revision IS NULL THEN -1 ELSE m.matches END AS built,
  CASE
    WHEN b.change_id IS NULL THEN ''
    WHEN w.artifact IS NULL OR w.artifact <> COALESCE(b.digest, b.pinned_digest, '') THEN 'other'
    WHEN b.pinned_digest = w.artifact AND b.origin <> 'none' THEN 'pinned'
    ELSE 'unpinned'
  END AS acquired,
  CASE
    WHEN m.revision IS NOT NULL AND m.matches = 0 AND w.deployed_revision IS NOT NULL
      THEN 'other_build'
    WHEN g.failed = 1 AND g.verified = 0 THEN 'failed_provenance'
    WHEN p.artifact IS NOT NULL THEN 'other_artifact'
    ELSE ''
  END AS fault,
  COALESCE(m.events, '') || COALESCE(',' || g.events, '') || COALESCE(',' || b.event, '')
    || COALESCE(',' || p.event, '') AS events
FROM work AS w
LEFT JOIN made AS m ON m.change_id = w.change_id AND m.implementation = w.implementation
LEFT JOIN signed AS g ON g.change_id = w.change_id AND g.implementation = w.implementation
LEFT JOIN approved AS p
  ON p.change_id = w.change_id AND p.implementation = w.implementation AND p.place = 1
  AND p.artifact <> w.artifact
LEFT JOIN acquired AS b ON b.change_id = w.change_id
WHERE w.deployed = 1
