"""ServiceNow: change requests, who approved them, and each move of their state (Table API).

The newest come first: what is edited while we read moves to a page that was read, and no row that
was not moves with it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging

_OVERLAP = timedelta(minutes=5)
_TABLES = (
    ("changes", "change_request", "", "sys_updated_on"),
    (
        "approvals",
        "sysapproval_approver",
        "sysapproval.sys_class_name=change_request^",
        "sys_updated_on",
    ),
    ("moves", "sys_audit", "tablename=change_request^fieldname=state^", "sys_created_on"),
)


class ServiceNowClient:
    """A login and password, or a bearer token alone. `query` narrows the change requests."""

    kind = "servicenow"
    title = "ServiceNow"
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {} if settings.login else settings.bearer

    def auth(self, settings: Settings) -> tuple[str, str] | None:
        return settings.password

    def scope(self, settings: Settings) -> str:
        return f"servicenow:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        for items, table, narrowed, dated in _TABLES:
            asked = narrowed
            if items == "changes" and settings.options.get("query"):
                asked += f"{settings.options['query']}^"
            cursor = f"{table} {asked}"  # a wider query has been read by nobody
            read = since(cursor)
            if read is not None:
                at = datetime.fromisoformat(read).astimezone(UTC) - _OVERLAP
                asked += f"{dated}>={at:%Y-%m-%d %H:%M:%S}^"
            yield Listing(
                items=items,
                scope=self.scope(settings),
                path=f"api/now/table/{table}",
                query={"sysparm_query": f"{asked}ORDERBYDESC{dated}^ORDERBYDESCsys_id"},
                paging=Paging(
                    "offset",
                    rows="result",
                    size=("sysparm_limit", 200),
                    place="sysparm_offset",
                    total="header:x-total-count",
                ),
                deliver=lambda row: [Delivered("servicenow", {"result": [row]})],
                changed_at=_moment(dated),
                cursor=cursor,
                optional=frozenset({403}) if items == "moves" else frozenset(),
            )


def _moment(name: str) -> Callable[[Any], str | None]:
    def changed_at(row: Any) -> str | None:
        said = row.get(name)
        return f"{said}+00:00".replace(" ", "T", 1) if isinstance(said, str) and said else None

    return changed_at
