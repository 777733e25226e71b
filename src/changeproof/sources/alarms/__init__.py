"""Alert and incident tools → incidents opened and resolved, detections."""

from changeproof.sources.alarms.incident_tools import INCIDENT_TOOLS
from changeproof.sources.alarms.monitors import MONITORS
from changeproof.sources.alarms.prometheus import ALERTMANAGER
from changeproof.sources.kinds import Family

KINDS = (ALERTMANAGER, *INCIDENT_TOOLS, *MONITORS)
FAMILY = Family("alerts", "Alerts and incidents", tuple(kind.name for kind in KINDS))
