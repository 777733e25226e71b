/*
view: >
  Which reviews were of another difference, because the pull request was aimed at another branch
  afterwards (hard case 63)? Not where it came back to the branch that was reviewed, nor where
  both branches stood at the same commit or content, so that the same difference was shown. In
  the same second the review came first. `ref_before` and `ref_after` are the two branches.
index: [review]
*/
WITH aimed AS (
  SELECT r.review, t.ref_before, t.ref_after, t.base_before, t.base_after, t.event,
    ROW_NUMBER() OVER (
      PARTITION BY r.review ORDER BY COALESCE(t.retargeted_at, 0), t.event
    ) AS place,
    ROW_NUMBER() OVER (
      PARTITION BY r.review ORDER BY COALESCE(t.retargeted_at, 0) DESC, t.event DESC
    ) AS place_from_last
  FROM pull_retarget AS t
  JOIN review AS r ON r.pull = t.pull
  WHERE t.retargeted_at >= r.submitted_at - r.submitted_at % 1000000
)
SELECT a.review, a.ref_before, z.ref_after, z.event
FROM aimed AS a
JOIN aimed AS z ON z.review = a.review AND z.place_from_last = 1
LEFT JOIN revision_content AS va ON va.revision = a.base_before
LEFT JOIN revision_content AS vz ON vz.revision = z.base_after
WHERE a.place = 1 AND a.ref_before <> z.ref_after
  AND COALESCE(a.base_before, '-') <> COALESCE(z.base_after, '+')
  AND COALESCE(va.tree, '-') <> COALESCE(vz.tree, '+')
