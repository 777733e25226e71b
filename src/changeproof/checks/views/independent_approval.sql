/*
view: >
  Which approvals count: by a human entitled on that day, who neither asked for, wrote nor pushed
  any of it, on this very content? `late` = 1 where it came after the moment that policy names.
index: ["change_id, implementation"]
*/
SELECT a.change_id, a.implementation, a.account, a.person, a.revision, a.artifact,
  a.said_at AS approved_at, a.channel, a.late, a.event
FROM approval_act AS a
WHERE a.verdict = 'approved' AND a.hindrance = ''
