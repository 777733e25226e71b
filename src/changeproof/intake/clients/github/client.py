"""Who asks GitHub, and about which repositories: named, an organization's, an installation's."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.github.app import GitHubApp
from changeproof.intake.clients.github.organization import organization_lists
from changeproof.intake.clients.github.repository import repository_lists
from changeproof.intake.clients.listing import Listing, Settings, Since, nothing_told
from changeproof.intake.clients.paging import Paging


class GitHubClient:
    """A token that may read contents, pull requests, checks, deployments and administration; or
    `app` and `installation`, with the app's private key as the secret.

    `repositories` (`acme/shop, acme/pay`) or `organization` names what is asked about; an
    installation without either is asked about all that it may see. `configuration_files` says which
    files are configuration items (`default, deploy/*.ini`; `none`).
    """

    kind = "github"
    title = "GitHub"
    needs: tuple[str, ...] = ("repositories|organization|installation",)
    steps: tuple[str, ...] = (
        "As an app: the organization's Settings, Developer settings, GitHub Apps, New GitHub App:"
        " give it a name and a homepage, and take the tick from Webhook, Active.",
        "Repository permissions, Read-only each: Administration, Checks, Commit statuses, Contents,"
        " Deployments, Metadata, Pull requests. Organization permissions, Read-only:"
        " Administration, Members.",
        "Create it, note its App ID, and under Private keys choose Generate a private key.",
        "Install App: into the organization, for the repositories that count. The number that ends"
        " the address of the page that follows is the installation.",
        "Here: app= and installation= under What to ask about, the key's whole file as the secret.",
        "Or as a person, with less ado: a fine-grained personal access token with the same"
        " permissions as the secret, and repositories= or organization=.",
    )

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {
            **({} if _is_app(settings) else settings.bearer),
            "accept": "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        }

    def auth(self, settings: Settings) -> GitHubApp | None:
        if not _is_app(settings):
            return None
        app, installation = (settings.options.get(name, "") for name in ("app", "installation"))
        return GitHubApp(settings.address, app, installation, settings.secret)

    def scope(self, settings: Settings) -> str:
        del settings  # one silence for all of GitHub, as its webhooks have
        return "github"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        host = f"github:{settings.host}"
        files = settings.options.get("configuration_files")
        told: set[str] = set()

        def below(repository: Any) -> Iterable[Listing]:
            yield from repository_lists(repository, files)
            owner = repository.get("owner") or {}
            if owner.get("type") == "Organization":
                yield from of_organization(owner["login"])

        def of_organization(name: str) -> Iterable[Listing]:
            if name not in told:
                told.add(name)
                yield from organization_lists(host, name, since)

        repositories, organizations = settings.many("repositories"), settings.many("organization")
        if _is_app(settings) and not repositories and not organizations:
            yield Listing(
                items="repositories",
                scope=host,
                path="installation/repositories",
                paging=Paging("link", rows="repositories"),
                deliver=nothing_told,
                below=below,
            )
        for name in repositories:
            yield Listing(
                items="repository",
                scope=host,
                path=f"repos/{quote(name)}",
                paging=Paging("one"),
                deliver=nothing_told,
                below=below,
            )
        for name in organizations:
            yield Listing(
                items="repositories",
                scope=host,
                path=f"orgs/{quote(name, safe='')}/repos",
                query={"type": "all"},
                paging=Paging("link"),
                deliver=nothing_told,
                below=below,
            )
            yield from of_organization(name)


def _is_app(settings: Settings) -> bool:
    """Whether an app asks: its key is never shown as a token."""
    return "app" in settings.options or "installation" in settings.options
