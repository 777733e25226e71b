"""Reports that tools write about a revision, an artifact or a machine: scans, lists, outcomes."""

from changeproof.sources.kinds import Kind
from changeproof.sources.reports import (
    cyclonedx,
    dependency_check,
    gitleaks,
    grype,
    inspec,
    known_exploited,
    osv,
    sarif,
    semgrep,
    spdx,
    trivy,
    xccdf,
)

KINDS: tuple[Kind, ...] = (
    *sarif.KINDS,
    *cyclonedx.KINDS,
    *spdx.KINDS,
    *trivy.KINDS,
    *grype.KINDS,
    *osv.KINDS,
    *semgrep.KINDS,
    *gitleaks.KINDS,
    *dependency_check.KINDS,
    *xccdf.KINDS,
    *inspec.KINDS,
    *known_exploited.KINDS,
)
