/*
view: >
  Does each version of the policy name risks at which a design, or a look afterwards, is asked for? Where
  it names none, a stage of that name is asked for at every risk.
index: [policy_version]
*/
SELECT l.policy_version,
  MAX(CASE WHEN l.parameter = 'design_required_at' THEN 1 ELSE 0 END) AS design,
  MAX(CASE WHEN l.parameter = 'post_review_required_at' THEN 1 ELSE 0 END) AS look
FROM policy_list AS l
GROUP BY l.policy_version
