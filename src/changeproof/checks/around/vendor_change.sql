/*
id: around/vendor_change
title: Vendors that a system depends on are assessed, and their changes watched
criterion: CC9.2
subject: system
severity: medium
policy: [cadence.vendor_assessment]
checks: >
  The register names what the system depends on. Where that is no system of the register, vendors
  were assessed within the policy's cadence, the last assessment passed, and the vendors' notices
  of changes are watched. Time beyond is given in seconds.
does_not_check: >
  Each vendor by name; what the assessments asked. A vendor's release that we install is a change
  of ours (cc8_1/01, cc8_1/09); a managed service's own update is not.
re_perform: >
  Take the list of what the system depends on; look for the assessments, with dates and outcome,
  and for who reads the vendors' notices.
*/
WITH registered AS (
  SELECT s.subject, STRING_AGG(y.event, ',') AS events
  FROM subject AS s
  JOIN system_record AS y ON LOWER(y.system) = LOWER(s.name)
  WHERE s.kind = 'system'
  GROUP BY s.subject
),
outside AS (
  SELECT s.subject, COUNT(*) AS vendors, MIN(a.value) AS vendor, STRING_AGG(a.event, ',') AS events
  FROM subject AS s
  JOIN system_record AS y ON LOWER(y.system) = LOWER(s.name)
  JOIN system_attribute AS a
    ON a.system = y.system AND a.event = y.event AND a.attribute = 'depends_on'
  WHERE s.kind = 'system'
    AND NOT EXISTS (SELECT 1 FROM system_record AS o WHERE LOWER(o.system) = LOWER(a.value))
  GROUP BY s.subject
),
decided AS (
  SELECT s.subject, o.vendors, o.vendor, v.said, v.last_at, v.due_at,
    v.last_outcome, n.last_at AS noticed_at, n.last_outcome AS notice_outcome,
    COALESCE(y.events, '') || COALESCE(',' || o.events, '')
      || CASE WHEN o.subject IS NULL THEN ''
        ELSE COALESCE(',' || v.events, '') || COALESCE(',' || n.events, '') END AS events,
    CASE
      WHEN y.subject IS NULL THEN 'unknown'
      WHEN o.subject IS NULL THEN 'none'
      WHEN v.subject IS NULL THEN 'never'
      WHEN v.overruns > 0 THEN 'overdue'
      WHEN v.last_outcome = 'failed' THEN 'failed'
      WHEN n.subject IS NULL THEN 'unwatched'
      WHEN n.last_outcome = 'failed' THEN 'missed'
      ELSE 'done'
    END AS state
  FROM subject AS s
  LEFT JOIN registered AS y ON y.subject = s.subject
  LEFT JOIN outside AS o ON o.subject = s.subject
  LEFT JOIN cadence_state AS v ON v.subject = s.subject AND v.cadence = 'vendor_assessment'
  LEFT JOIN cadence_state AS n ON n.subject = s.subject AND n.cadence = 'notice_monitoring'
  WHERE s.kind = 'system'
)
SELECT d.subject,
  CASE
    WHEN d.state = 'none' THEN 'not_applicable'
    WHEN d.state = 'done' THEN 'met'
    WHEN d.state IN ('overdue', 'failed', 'missed') THEN 'deviation'
    ELSE 'not_verifiable'
  END AS verdict,
  'direct' AS basis,
  CASE d.state
    WHEN 'unknown' THEN 'It is not in the register of systems.'
      || ' Why: what it depends on cannot be seen. Cure: register it with what it depends on (event SystemRegistered).'
    WHEN 'none' THEN 'The register names nothing outside that it depends on.'
    ELSE 'It depends on ' || d.vendor
      || CASE WHEN d.vendors > 1 THEN ' and ' || (d.vendors - 1) || ' more' ELSE '' END
      || CASE d.state
        WHEN 'never' THEN '; no assessment of vendors is on record.'
          || ' Why: whether anybody asked how they change their service cannot be seen.'
          || ' Cure: assess them and record it (Desk, Reviews and controls).'
        WHEN 'overdue' THEN '; the assessment of vendors was ' || d.said
          || '. Why: a vendor may work otherwise by now.'
          || ' Cure: assess them and record it; the deviation stays on record.'
        WHEN 'failed' THEN '; the assessment of ' || utc(d.last_at) || ' failed, and none has passed since.'
          || ' Why: the service may change in ways that we do not control.'
          || ' Cure: settle it with the vendor and assess again.'
        WHEN 'unwatched' THEN '; whether anybody reads their notices of changes is not on record.'
          || ' Why: a change of theirs may reach us unseen.'
          || ' Cure: record who watches them (Desk, Reviews and controls).'
        WHEN 'missed' THEN '; watching their notices failed at ' || utc(d.noticed_at) || ', and has not succeeded since.'
          || ' Why: a change of theirs may reach us unseen. Cure: read what was missed, and record it.'
        ELSE '; vendors were last assessed at ' || utc(d.last_at) || ', next due by ' || utc(d.due_at)
          || '; their notices were last read at ' || utc(d.noticed_at) || '.'
      END
  END AS reason,
  d.events AS evidence
FROM decided AS d
