"""Lists that move while they are read, end before their number, or break off: none is called whole,
and nothing that stood there is left out for good."""

import re

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.ledger.pulls import PullOpened
from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.requests import ChangeRequest
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.revisions import Push
from changeproof.ledger.service import ledger
from tests.support.protocol_server import Rests, serving


def connected(kind, address, **options):
    return connect_source(
        Settings(kind, kind, address, "", "s3cret", options), every=300, private_allowed=True
    )


class Moving:
    """Rows by number, each with the day of its last edit; the first page once given, the row
    that was edited longest ago is edited again."""

    def __init__(self, number, size):
        self.edited = {row: 2 * row for row in range(1, number + 1)}
        self.size, self.is_moved = size, False

    def page(self, place, since, *, newest_first):
        asked = [row for row, day in self.edited.items() if day >= since]
        rows = sorted(asked, key=lambda row: self.edited[row], reverse=newest_first)
        given = [(row, self.edited[row]) for row in rows[place : place + self.size]]
        if not self.is_moved:
            self.is_moved = True
            self.edited[min(self.edited, key=lambda row: self.edited[row])] = 28
        return given, len(rows)


class MovingJira(Moving):
    def __call__(self, path, query, headers):
        order = re.search(r"ORDER BY updated (ASC|DESC)", query["jql"])[1]
        since = re.search(r'updated >= "2026-03-(..)', query["jql"])
        rows, total = self.page(
            int(query.get("startAt", "0")),
            int(since[1]) if since else 0,
            newest_first=order == "DESC",
        )
        issues = [
            {
                "id": f"{row}",
                "key": f"PAY-{row}",
                "self": f"https://jira.example.com/rest/api/2/issue/{row}",
                "fields": {
                    "created": "2026-03-01T09:00:00.000+0000",
                    "updated": f"2026-03-{day:02d}T10:00:00.000+0000",
                    "summary": "A ticket",
                    "reporter": {"key": "ada"},
                },
                "changelog": {"histories": []},
            }
            for row, day in rows
        ]
        return 200, {}, {"issues": issues, "total": total}


class MovingGitLab(Moving):
    web = "https://gitlab.example.com/acme/shop"

    def __call__(self, path, query, headers):
        here = path.removeprefix("/api/v4/projects/")
        if here in ("acme/shop", "acme%2Fshop"):
            told = {"id": 3, "web_url": self.web, "path_with_namespace": "acme/shop"}
            return 200, {}, told
        if here != "3/merge_requests":
            return (404, {}, {}) if re.fullmatch("3/merge_requests/[0-9]+", here) else (200, {}, [])
        page = int(query.get("page", "1"))
        since = int(query.get("updated_after", "2026-03-00")[8:10])
        rows, total = self.page((page - 1) * self.size, since, newest_first=query["sort"] == "desc")
        link = {
            "link": f'<{path}?sort={query["sort"]}&order_by=updated_at&page={page + 1}>; rel="next"'
        }
        return (
            200,
            link if page * self.size < total else {},
            [self._merge(row, day) for row, day in rows],
        )

    def _merge(self, row, day):
        return {
            "id": row,
            "iid": row,
            "project_id": 3,
            "target_project_id": 3,
            "source_project_id": 3,
            "title": "Round",
            "state": "opened",
            "source_branch": "round",
            "target_branch": "main",
            "created_at": "2026-03-01T09:00:00Z",
            "updated_at": f"2026-03-{day:02d}T10:00:00Z",
            "author": {"id": 7, "username": "ada"},
            "sha": f"{row:040x}",
            "web_url": f"{self.web}/-/merge_requests/{row}",
        }


@pytest.mark.parametrize(
    ("kind", "server", "options", "row_type"),
    [
        ("jira", MovingJira(4, 2), {"projects": "PAY"}, ChangeRequest),
        ("gitlab", MovingGitLab(4, 2), {"projects": "acme/shop"}, PullOpened),
    ],
    ids=["jira", "gitlab"],
)
def test_what_moves_between_two_pages_takes_nothing_with_it(
    instance, kind, server, options, row_type
):
    """In the order of their last edit, the oldest first, each edit moves a row that was not read
    yet to a page that was."""
    with serving(server) as address:
        source = connected(kind, address, **options)
        for _ in range(2):
            ask(ledger(), source, rest=Rests())
    assert server.is_moved
    assert len(ledger().store.all(row_type)) == 4


def service_now(rows_seen):
    """Three change requests by its count; of the others the account may see none."""

    def answer(path, query, headers):
        given = [
            {"sys_id": f"{number:032x}", "number": f"CHG{number}", "state": "-2",
             "sys_created_on": "2026-03-01 10:00:00", "sys_updated_on": "2026-03-01 10:00:00"}
            for number in range(rows_seen)
        ] if path.endswith("change_request") else []  # fmt: skip
        stated = "3" if path.endswith("change_request") else "0"
        page = given if query["sysparm_offset"] == "0" else []
        return 200, {"x-total-count": stated}, {"result": page}

    return answer


def test_a_list_that_ends_before_the_number_it_states_is_not_whole(instance):
    """ServiceNow counts the rows that it then does not show to this account."""
    with serving(service_now(1)) as address:
        source = connected("servicenow", address)
        with pytest.raises(Refusal, match="3 rows and gave 1"):
            ask(ledger(), source, rest=Rests())
    assert [row.items for row in ledger().store.all(Retrieval)] == []
    assert len(ledger().store.all(Silence)) == 1
    with serving(service_now(3)) as address:
        ask(ledger(), connected("servicenow", address), rest=Rests())
    assert {row.row_count for row in ledger().store.all(Retrieval)} == {3, 0}


@pytest.mark.parametrize("breaks", ["500", "cut"])
def test_a_list_that_breaks_off_in_the_middle_is_not_whole(instance, breaks):
    whole = MovingJira(4, 2)
    whole.is_moved = True
    broken = [True]

    def answer(path, query, headers):
        status, more, body = whole(path, query, headers)
        if broken[0] and query.get("startAt", "0") != "0":
            return (500, {}, {}) if breaks == "500" else (200, {"content-length": "9999"}, body)
        return status, more, body

    with serving(answer) as address:
        source = connected("jira", address, projects="PAY")
        with pytest.raises(Refusal):
            ask(ledger(), source, rest=Rests())
        assert ledger().store.all(Retrieval) == []
        [silence] = ledger().store.all(Silence)
        broken[0] = False
        ask(ledger(), source, rest=Rests())
    assert len(ledger().store.all(ChangeRequest)) == 4
    [recovery] = ledger().store.all(Recovery)
    assert (recovery.silent_from, recovery.filled) == (silence.silent_from, 1)


def test_a_branch_of_gitlab_that_was_rewritten_is_said(instance):
    def row(sha, parent, day):
        who = {"author_name": "A", "author_email": "a@example.com"}
        who |= {"committer_name": "A", "committer_email": "a@example.com"}
        return {"id": sha * 40, "short_id": sha * 8, "parent_ids": [parent * 40] if parent else [],
                "message": "Round", "committed_date": f"2026-03-0{day}T10:00:00Z",
                "web_url": f"{MovingGitLab.web}/-/commit/{sha * 40}", **who}  # fmt: skip

    commits = [row("b", "a", 2), row("a", "", 1)]

    def answer(path, query, headers):
        here = path.removeprefix("/api/v4/projects/")
        if here == "3/repository/commits":
            return 200, {}, commits
        if here.startswith("3/repository/branches/"):
            return 404, {}, {}
        if here not in ("acme/shop", "acme%2Fshop"):
            return 200, {}, []
        told = {"id": 3, "web_url": MovingGitLab.web, "path_with_namespace": "acme/shop"}
        return 200, {}, {**told, "default_branch": "main"}

    with serving(answer) as address:
        source = connected("gitlab", address, projects="acme/shop")
        ask(ledger(), source, rest=Rests())
        commits[0] = row("c", "a", 1)
        ask(ledger(), source, rest=Rests())
    [push] = ledger().store.all(Push)
    assert (push.before_revision, push.after_revision) == ("b" * 40, "c" * 40)
    assert push.forced == 1
