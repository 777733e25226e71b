"""Populations beside the fence: changes that no pull request carries, against the changes on file,
and deployments that were asked for, against their ends.

The same columns as in `spans`: what is matched is explained by something on file.
"""

from dataclasses import dataclass

from changeproof.ledger.reconciliation.production import IN_PRODUCTION


@dataclass(frozen=True, slots=True)
class Beside:
    """One population that is not code, or was not deployed that we know."""

    name: str
    label: str
    items: str


_ACTS = f"""
SELECT a.act AS item, a.system AS system, a.acted_at AS happened_at,
  CASE WHEN a.automatic = 1 OR EXISTS (
    SELECT 1 FROM implementation AS i
    JOIN change AS c ON c.change_id = i.change_id
    WHERE i.implementation = 'act:' || a.act AND c.origin <> 'detected'
  ) THEN 1 ELSE 0 END AS matched,
  w.subject AS subject, 'cc8_1/02_authorization' AS check_id, NULL AS ruled, NULL AS why
FROM production_act AS a
LEFT JOIN (
  SELECT i.implementation, MIN(i.change_id) AS subject
  FROM implementation AS i WHERE i.kind = 'act' GROUP BY i.implementation
) AS w ON w.implementation = 'act:' || a.act
WHERE a.kind = '{{kind}}' AND {IN_PRODUCTION.format(place="a")}
"""

_GRANTS = """
SELECT g.account || ' ' || g.access || ' ' || g.system AS item, g.system AS system,
  g.granted_at AS happened_at,
  CASE WHEN g.approved_by IS NOT NULL AND g.approved_by <> g.account THEN 1 ELSE 0 END AS matched,
  'system:' || g.system AS subject, 'around/deploy_entitlement' AS check_id,
  NULL AS ruled, NULL AS why
FROM access_grant AS g
"""

_ASKED = f"""
SELECT q.deployment AS item, COALESCE(q.system, w.system) AS system,
  q.requested_at AS happened_at,
  CASE WHEN EXISTS (
    SELECT 1 FROM deployment_outcome AS e WHERE e.deployment = q.deployment
  ) THEN 1 ELSE 0 END AS matched,
  w.subject AS subject, 'cc8_1/09_deployment' AS check_id, 'not_verifiable' AS ruled,
  CASE
    WHEN a.artifact IS NOT NULL OR r.revision IS NOT NULL
      THEN 'No end was reported, and what it was to bring was seen running there.'
    ELSE 'No end was reported: whether it reached production is not known.'
  END AS why
FROM deployment_request AS q
LEFT JOIN revision_implementation AS o ON o.revision = q.revision
LEFT JOIN (
  SELECT i.implementation, MIN(i.change_id) AS subject, MIN(c.system) AS system
  FROM implementation AS i
  JOIN change AS c ON c.change_id = i.change_id
  GROUP BY i.implementation
) AS w ON w.implementation = o.implementation
LEFT JOIN (
  SELECT DISTINCT LOWER(v.environment) AS environment, v.artifact
  FROM observed_state AS v WHERE v.artifact IS NOT NULL
) AS a ON a.artifact = q.artifact AND a.environment = LOWER(q.environment)
LEFT JOIN (
  SELECT DISTINCT LOWER(v.environment) AS environment, v.revision
  FROM observed_state AS v WHERE v.revision IS NOT NULL
) AS r ON r.revision = q.revision AND r.environment = LOWER(q.environment)
WHERE {IN_PRODUCTION.format(place="q")}
"""
"""Without an end it is no deployment of the fence, and yet may have reached production."""

BESIDE: tuple[Beside, ...] = (
    Beside("infrastructure", "Infrastructure, by hand", _ACTS.format(kind="infrastructure")),
    Beside("data", "Data, by hand", _ACTS.format(kind="data")),
    Beside("software", "Flags and parameters of software", _ACTS.format(kind="software")),
    Beside("procedure", "Procedures", _ACTS.format(kind="procedure")),
    Beside("access", "Access rights granted", _GRANTS),
    Beside("asked", "Deployments asked for", _ASKED),
)
