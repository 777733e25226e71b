/*
view: >
  Which earlier commit holds the patch of a landed one, or the patch that it undoes, whatever the
  messages say? One that a pull request holds comes before others. It gives nothing of the other's
  record to this one, and is told of commits that name no origin themselves.
index: ["change_id, implementation"]
*/
WITH known AS (
  SELECT w.change_id, w.implementation, r.claim, r.origin, i.implementation AS held_by,
    CASE WHEN o.kind = 'pull' THEN 1 ELSE 0 END AS reviewed, p.event
  FROM work AS w
  JOIN repeated_patch AS r ON r.revision = w.landed
  JOIN revision_patch AS p ON p.revision = r.revision
  JOIN revision_implementation AS i ON i.revision = r.origin
  JOIN work AS o ON o.implementation = i.implementation
  WHERE i.implementation <> w.implementation
    AND NOT EXISTS (
      SELECT 1 FROM revision_claim AS c WHERE c.revision = r.revision AND c.claim = r.claim
    )
),
placed AS (
  SELECT k.change_id, k.implementation, k.claim, k.origin, k.held_by, k.reviewed, k.event,
    ROW_NUMBER() OVER (
      PARTITION BY k.change_id, k.implementation, k.claim
      ORDER BY k.reviewed DESC, k.origin, k.held_by
    ) AS place
  FROM known AS k
)
SELECT p.change_id, p.implementation, MIN(p.event) AS event,
  MIN(CASE WHEN p.claim = 'reverts' THEN SUBSTR(p.origin, 1, 7) END) AS undone,
  MIN(CASE WHEN p.claim = 'reverts' AND p.reviewed = 1 THEN p.held_by END) AS undone_in,
  MIN(CASE WHEN p.claim = 'cherry_pick' THEN SUBSTR(p.origin, 1, 7) END) AS same,
  MIN(CASE WHEN p.claim = 'cherry_pick' AND p.reviewed = 1 THEN p.held_by END) AS same_in
FROM placed AS p
WHERE p.place = 1
GROUP BY p.change_id, p.implementation
