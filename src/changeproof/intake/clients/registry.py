"""Which systems can be asked, and the sources that are."""

from collections.abc import Mapping

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.alertmanager import AlertmanagerClient
from changeproof.intake.clients.argocd import ArgoCdClient
from changeproof.intake.clients.cloudtrail import CloudTrailClient
from changeproof.intake.clients.gerrit import GerritClient
from changeproof.intake.clients.github.client import GitHubClient
from changeproof.intake.clients.gitlab.client import GitLabClient
from changeproof.intake.clients.hcp_terraform import HcpTerraformClient
from changeproof.intake.clients.jira import JiraClient
from changeproof.intake.clients.kubernetes import KubernetesClient
from changeproof.intake.clients.listing import Client, Settings
from changeproof.intake.clients.pagerduty import PagerDutyClient
from changeproof.intake.clients.servicenow import ServiceNowClient
from changeproof.intake.models import AskedSource

CLIENTS: Mapping[str, Client] = {
    client.kind: client
    for client in (
        AlertmanagerClient(),
        ArgoCdClient(),
        CloudTrailClient(),
        GerritClient(),
        GitHubClient(),
        GitLabClient(),
        HcpTerraformClient(),
        JiraClient(),
        KubernetesClient(),
        PagerDutyClient(),
        ServiceNowClient(),
    )
}


def client_named(kind: str) -> Client:
    """Raises Refusal for a kind that nobody can ask."""
    found = CLIENTS.get(kind)
    if found is None:
        raise Refusal(
            "The source was not connected.",
            where=kind[:60],
            why="we have no client for it",
            cure=f"Name one of: {', '.join(sorted(CLIENTS))}.",
        )
    return found


def settings_of(source: AskedSource) -> Settings:
    """What a client needs to know of a source."""
    return Settings(
        source.name, source.kind, source.address, source.login, source.secret, source.options
    )
