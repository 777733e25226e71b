"""Who asks GitLab, and about which projects: named, or a group's."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.gitlab.project import project_lists
from changeproof.intake.clients.listing import Listing, Settings, Since, nothing_told
from changeproof.intake.clients.paging import Paging


class GitLabClient:
    """A token that reads the API. `projects` names them (`acme/shop`), or `group` a group."""

    kind = "gitlab"
    title = "GitLab"
    needs: tuple[str, ...] = ("projects|group",)
    steps: tuple[str, ...] = (
        "In the group's Settings, Access tokens, Add new token: role Maintainer (Reporter hides"
        " protected branches), scope read_api, an end date that you will not miss.",
        "Here: the token as the secret, and group= or projects= under What to ask about.",
    )

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {"private-token": settings.secret}

    def auth(self, settings: Settings) -> None:
        del settings

    def scope(self, settings: Settings) -> str:
        del settings  # one silence for all of GitLab, as its webhooks have
        return "gitlab"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        def below(project: Any) -> Iterable[Listing]:
            return project_lists(project, since, settings.options.get("configuration_files"))

        scope = f"gitlab:{settings.host}"
        for name in settings.many("projects"):
            yield Listing(
                items="project",
                scope=scope,
                path=f"api/v4/projects/{quote(name, safe='')}",
                paging=Paging("one"),
                deliver=nothing_told,
                below=below,
            )
        for name in settings.many("group"):
            yield Listing(
                items="projects",
                scope=scope,
                path=f"api/v4/groups/{quote(name, safe='')}/projects",
                query={"include_subgroups": "true", "archived": "false"},
                paging=Paging("link"),
                deliver=nothing_told,
                below=below,
            )
