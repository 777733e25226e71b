"""Changes that no pull request carries: what happened, against the changes on file.

The same columns as in `spans`: what is matched is explained by something on file.
"""

from dataclasses import dataclass

from changeproof.ledger.reconciliation.production import IN_PRODUCTION


@dataclass(frozen=True, slots=True)
class Beside:
    """One population that is not code."""

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

BESIDE: tuple[Beside, ...] = (
    Beside("infrastructure", "Infrastructure, by hand", _ACTS.format(kind="infrastructure")),
    Beside("data", "Data, by hand", _ACTS.format(kind="data")),
    Beside("software", "Flags and parameters of software", _ACTS.format(kind="software")),
    Beside("procedure", "Procedures", _ACTS.format(kind="procedure")),
    Beside("access", "Access rights granted", _GRANTS),
)
