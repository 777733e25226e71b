"""Tickets in Jira: a change that somebody asked for, and where it stands."""

from changeproof.demonstration.payloads import others
from changeproof.demonstration.staff import JIRA_HOST, Person
from changeproof.demonstration.world import World


class Ticket:
    """Created when it is made."""

    def __init__(
        self, world: World, project: str, reporter: Person, summary: str, description: str
    ) -> None:
        self.world = world
        self.reporter = reporter
        self.summary = summary
        self.description = description
        self.key = f"{project}-{world.count(f'ticket of {project}') + 210}"
        self.number = 20_000 + world.count("ticket") * 3
        self.created_at = world.now
        self.status = "To do"
        self._tell("jira:issue_created", reporter)

    @property
    def id(self) -> str:
        return f"jira:{JIRA_HOST}/issue/{self.number}"

    def move(self, status: str, by: Person) -> None:
        """Somebody moves it to another status."""
        change = others.moved(700_000 + self.world.count("transition"), self.status, status)
        self.status = status
        self._tell("jira:issue_updated", by, change)

    def _tell(self, event: str, by: Person, change: dict[str, object] | None = None) -> None:
        body = others.jira(
            event,
            self.world.now,
            by,
            number=self.number,
            key=self.key,
            summary=self.summary,
            description=self.description,
            reporter=self.reporter,
            created_at=self.created_at,
            status=self.status,
            change=change,
        )
        self.world.deliver("jira", body)
