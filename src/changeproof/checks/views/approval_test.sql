/*
view: >
  The parts of point 8, each with its result: `held`, `missed`, `not reached` (nobody said yes) or
  `not asked for`. number: as many yeses count as risk asks for. independence: no yes is missing
  because it came from a writer, a requester or a machine. entitlement: none because of a role, a
  channel or a second factor that was not shown. content: none because it was of something else. time: none because it was late.
  objections: none is left. owner: an owner of the code is among them, where policy asks for one,
  `unknown` where nobody is on record as owner.
index: ["change_id, implementation"]
*/
WITH owned AS (
  SELECT y.change_id, y.implementation, MIN(y.account) AS account
  FROM code_owner AS y
  WHERE y.part = 'system'
  GROUP BY y.change_id, y.implementation
),
held AS (
  SELECT w.change_id, w.implementation, o.account AS owner,
    CASE WHEN s.counted >= w.approvals_required THEN 1 ELSE 0 END AS enough,
    CASE
      WHEN s.counted = 0 AND s.hindrance = '' AND s.late_at IS NULL AND s.untimed_account IS NULL
        THEN 1
      ELSE 0
    END AS silent,
    CASE
      WHEN COALESCE(s.writer, s.requester, s.other_requester, s.nonhuman) IS NOT NULL
        OR s.unattributed = 1 THEN 1
      ELSE 0
    END AS dependent,
    CASE
      WHEN COALESCE(s.not_entitled, s.not_in_role, s.other_channel, s.no_factor) IS NOT NULL THEN 1
      ELSE 0
    END AS unentitled,
    CASE WHEN COALESCE(s.other_content, s.retargeted) IS NOT NULL THEN 1 ELSE 0 END AS elsewhere,
    CASE WHEN COALESCE(s.late_account, s.untimed_account) IS NOT NULL THEN 1 ELSE 0 END AS late,
    CASE
      WHEN w.blocking_reviews_count <> 'true' THEN 'not asked for'
      WHEN s.blocked_by IS NOT NULL THEN 'missed'
      ELSE 'held'
    END AS objections,
    CASE
      WHEN t.code_owner_approval <> 'true' THEN 'not asked for'
      WHEN s.owners > 0 THEN 'held'
      WHEN o.account IS NULL THEN 'unknown'
      ELSE 'missed'
    END AS owner_test
  FROM work AS w
  JOIN approval_state AS s
    ON s.change_id = w.change_id AND s.implementation = w.implementation
  JOIN policy_terms AS t ON t.policy_version = w.policy_version
  LEFT JOIN owned AS o ON o.change_id = w.change_id AND o.implementation = w.implementation
)
SELECT h.change_id, h.implementation, h.owner, h.owner_test, h.objections,
  ' Tests: number ' || CASE WHEN h.enough = 1 THEN 'held' ELSE 'missed' END
    || ', independence ' || CASE
      WHEN h.enough = 1 THEN 'held' WHEN h.silent = 1 THEN 'not reached'
      WHEN h.dependent = 1 THEN 'missed' ELSE 'held' END
    || ', entitlement ' || CASE
      WHEN h.enough = 1 THEN 'held' WHEN h.silent = 1 THEN 'not reached'
      WHEN h.unentitled = 1 THEN 'missed' ELSE 'held' END
    || ', content ' || CASE
      WHEN h.enough = 1 THEN 'held' WHEN h.silent = 1 THEN 'not reached'
      WHEN h.elsewhere = 1 THEN 'missed' ELSE 'held' END
    || ', time ' || CASE
      WHEN h.enough = 1 THEN 'held' WHEN h.silent = 1 THEN 'not reached'
      WHEN h.late = 1 THEN 'missed' ELSE 'held' END
    || ', objections ' || h.objections || ', owner ' || h.owner_test || '.' AS results
FROM held AS h
