"""Kubernetes: what was asked of a cluster, by whom, and what it runs."""

from changeproof.sources.kinds import Family
from changeproof.sources.kubernetes.admission import ADMISSION
from changeproof.sources.kubernetes.audit import AUDIT
from changeproof.sources.kubernetes.workloads import WORKLOADS

KINDS = (ADMISSION, AUDIT, WORKLOADS)
FAMILY = Family("kubernetes", "Kubernetes", tuple(kind.name for kind in KINDS))
