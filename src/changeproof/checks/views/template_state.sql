/*
view: >
  Does a standard-change template stand behind each piece of work that claims one? By the policy
  that judges it, so by the version in force at deployment (hard cases 5 and 69). `covers` is 1
  where its scope holds and the tests that it asks for passed, 0 where not, -1 where nothing tells
  what the work touches. `sentence` says it. The claim counts from `claimed_at` on.
index: ["change_id, implementation"]
*/
SELECT w.change_id, w.implementation, t.template, t.back_out, t.policy_version,
  COALESCE(t.claimed_at, 9000000000000000000) AS claimed_at,
  t.event || CASE WHEN t.tests_required = 'true' THEN COALESCE(',' || s.events, '') ELSE '' END
    AS events,
  CASE
    WHEN t.holds = 0 THEN 0
    WHEN t.tests_required = 'true' AND COALESCE(s.all_passed, 0) = 0 THEN 0
    ELSE t.holds
  END AS covers,
  CASE
    WHEN t.relation <> '' THEN
      CASE
        WHEN t.told = 'patch' AND t.relation = 'reverts' THEN 'Its patch undoes that of '
        WHEN t.told = 'patch' THEN 'It holds the same patch as '
        WHEN t.relation = 'reverts' THEN 'It reverts '
        ELSE 'It was picked from '
      END
      || t.origin
      || CASE
        WHEN t.outside IS NOT NULL AND t.told = 'patch' THEN ', ' || t.outside || '.'
        WHEN t.outside IS NOT NULL THEN ' by its message, ' || t.outside || '.'
        WHEN COALESCE(s.all_passed, 0) = 0 THEN ', and tests of it have not passed.'
        ELSE ', which others had approved'
          || CASE
            WHEN t.proof = 'patch' AND t.told = 'patch' THEN '; no message says so.'
            WHEN t.proof = 'patch' AND t.relation = 'reverts' THEN ': it is exactly the inverse patch.'
            WHEN t.proof = 'patch' THEN ': it is the same patch.'
            WHEN t.relation = 'reverts' THEN ': the content is what it was before.'
            ELSE ': the content before and after is the same.'
          END
          || ' Policy version ' || t.policy_version
          || CASE
            WHEN t.relation = 'reverts' THEN ' takes that for a standard change.'
            ELSE ' lets that approval count.'
          END
      END
    WHEN t.holds = 0 THEN 'It claims to be the standard change ' || t.template
      || ', which does not cover ' || t.outside || '.'
    WHEN t.tests_required = 'true' AND COALESCE(s.all_passed, 0) = 0
      THEN 'It claims to be the standard change ' || t.template
      || ', which asks for tests that passed, and they did not.'
    WHEN t.holds = -1 THEN 'It claims to be the standard change ' || t.template
      || ', and nothing tells what it touches.'
    ELSE 'The standard change ' || t.template || ' of policy version ' || t.policy_version
      || ' covers it: all that it touches is in its scope'
      || CASE WHEN t.tests_required = 'true' THEN ', its tests passed' ELSE '' END
      || COALESCE(', and its back-out is on record ("' || t.back_out || '").', '.')
  END AS sentence
FROM standard_template AS t
JOIN work AS w ON w.change_id = t.change_id
LEFT JOIN test_state AS s
  ON s.change_id = w.change_id AND s.implementation = w.implementation
