"""Argo CD: applications with their history and what they see running."""

from collections.abc import Iterable, Mapping

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging


class ArgoCdClient:
    """A token of an account that may `get` applications. `projects` narrows them."""

    kind = "argocd"
    title = "Argo CD"
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return settings.bearer

    def auth(self, settings: Settings) -> None:
        del settings

    def scope(self, settings: Settings) -> str:
        return f"argocd:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        del since  # it lists what stands, with its history
        projects = settings.many("projects")
        yield Listing(
            items="applications",
            scope=self.scope(settings),
            path="api/v1/applications",
            query={"projects": projects} if projects else {},
            paging=Paging("token", rows="items", size=("", 0), place="continue"),
            deliver=lambda row: [
                Delivered(
                    "argocd",
                    {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", **row},
                )
            ],
        )
