"""HCP Terraform: runs of an organisation's workspaces, as its notifications would tell them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging

_PAGING = Paging(
    "numbered",
    rows="data",
    size=("page[size]", 100),
    place="page[number]",
    total="meta.pagination.total-count",
)
_ENDED = {"applied": "applied", "planned_and_finished": "", "errored": "errored"}


class HcpTerraformClient:
    """A team's token; `organization` names the organisation."""

    kind = "terraform-run"
    title = "HCP Terraform"
    needs: tuple[str, ...] = ("organization",)
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {
            **settings.bearer,
            "accept": "application/vnd.api+json",
        }

    def auth(self, settings: Settings) -> None:
        del settings

    def scope(self, settings: Settings) -> str:
        return f"terraform:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        del since  # a run is listed by when it was made, and may end much later
        organization = settings.options["organization"]
        yield Listing(
            items="workspaces",
            scope=self.scope(settings),
            path=f"api/v2/organizations/{quote(organization, safe='')}/workspaces",
            paging=_PAGING,
            deliver=lambda _workspace: (),
            below=self._runs(settings, organization),
        )

    def _runs(self, settings: Settings, organization: str) -> Callable[[Any], Iterable[Listing]]:
        def below(workspace: Any) -> Iterable[Listing]:
            name = str(workspace.get("attributes", {}).get("name", ""))
            yield Listing(
                items="runs",
                scope=self.scope(settings),
                path=f"api/v2/workspaces/{quote(str(workspace.get('id')), safe='')}/runs",
                paging=_PAGING,
                deliver=_notified(organization, name),
            )

        return below


def _notified(organization: str, workspace: str) -> Callable[[Any], Sequence[Delivered]]:
    def deliver(run: Any) -> Sequence[Delivered]:
        told = run.get("attributes", {})
        status = _ENDED.get(told.get("status"))
        if not status:
            return ()
        ended = told.get("status-timestamps", {}).get(f"{status}-at")
        body = {
            "payload_version": 1,
            "run_id": run.get("id"),
            "run_message": told.get("message"),
            "run_created_at": told.get("created-at"),
            "organization_name": organization,
            "workspace_name": workspace,
            "notifications": [
                {
                    "trigger": "run:completed" if status == "applied" else "run:errored",
                    "run_status": status,
                    "run_updated_at": ended or told.get("created-at"),
                }
            ],
        }
        return [Delivered("terraform-run", body)]

    return deliver
