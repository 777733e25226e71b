"""The commits of GitHub's default branch: each belongs to its pull request, or was pushed."""

from changeproof.intake.clients.turns import ask
from changeproof.ledger.joined import Finding, RevisionImplementation
from changeproof.ledger.revisions import Push, Revision
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from tests.support.github_server import BASE, HEAD, MERGE, PULL, GitHub, asked, commit
from tests.support.protocol_server import Rests, serving

CHANGE = "github:repo/583231/pull/7"


class SeveralCommits(GitHub):
    """Bob began what Ada finished; it was merged with all its commits."""

    def __call__(self, path, query, headers):
        begun = commit(BEGUN, [BASE], "2026-03-01T09:40:00Z", "Begin to round")
        begun["commit"]["author"] = {"name": "B", "email": "8+b@users.noreply.github.com"}
        ended = commit(HEAD, [BEGUN], "2026-03-01T09:50:00Z", "Round")
        if path.endswith("/pulls/7/commits"):
            return 200, {}, [begun, ended]
        if path.endswith("/commits"):
            status, told, rows = super().__call__(path, query, headers)
            return status, told, [rows[0], ended, begun, rows[1]]
        return super().__call__(path, query, headers)


BEGUN = "d" * 40


def test_every_commit_of_a_merged_pull_request_belongs_to_it(instance):
    """Whoever wrote the first approves nothing, and no commit is taken for a direct push."""
    with serving(SeveralCommits()) as address:
        ask(ledger(), asked(address), rest=Rests())
    judge_waiting(ledger())
    owned = {row.revision: row.implementation for row in ledger().store.all(RevisionImplementation)}
    assert owned == {BASE: f"git:{BASE}", BEGUN: CHANGE, HEAD: CHANGE, MERGE: CHANGE}
    findings = ledger().store.by(Finding, "subject", [CHANGE])
    [found] = [row for row in findings if row.check_id == "cc8_1/08_approval"]
    assert found.verdict == "deviation"


class OnTheBranch(GitHub):
    """Whatever its list of commits holds, and nothing was deployed."""

    def __init__(self, *commits, proposed=(), pull=PULL):
        super().__init__()
        self.commits, self.proposed, self.pull = list(commits), list(proposed), pull

    def __call__(self, path, query, headers):
        here = path.removeprefix("/repos/acme/shop/")
        if (
            here == "commits"
            and "per_page" in query
            and query["sha"] == self.pull["merge_commit_sha"]
        ):
            begun = [each["sha"] for each in self.commits].index(query["sha"])
            return 200, {}, self.commits[begun:]
        answers = {
            "commits": self.commits,
            "deployments": [],
            "pulls/7/commits": self.proposed,
            "pulls": [self.pull],
            "pulls/7": self.pull,
        }
        if here in answers:
            return 200, {}, answers[here]
        if here.startswith("commits/"):
            return 200, {}, {"check_runs": []} if here.endswith("check-runs") else []
        return super().__call__(path, query, headers)


DIRECT, LATE = "e" * 40, "f" * 40


def owners(server):
    with serving(server) as address:
        found = ask(ledger(), asked(address), rest=Rests())
    assert found.quarantined == 0
    return {row.revision: row.implementation for row in ledger().store.all(RevisionImplementation)}


def test_a_direct_push_is_on_record_before_anything_is_deployed(instance):
    """The side that a merge brought in is its pull request's; clocks may be wrong."""
    branch = OnTheBranch(
        commit(LATE, [MERGE], "2026-03-02T12:00:00Z", "Not reviewed (#7)"),
        commit(DIRECT, [BASE], "2026-03-03T12:00:00Z", "Nor this"),  # listed before its child
        commit(MERGE, [DIRECT, HEAD], "2020-03-01T12:00:00Z", "Merge pull request #7"),
        commit(HEAD, [BASE], "2026-03-01T09:50:00Z", "Round"),
        commit(BEGUN, [BASE], "2026-03-01T09:40:00Z", "Beside the line, of nobody's"),
        commit(BASE, [], "2026-02-01T12:00:00Z", "Begin"),
    )
    assert owners(branch) == {
        LATE: f"git:{LATE}",
        MERGE: CHANGE,
        HEAD: CHANGE,
        DIRECT: f"git:{DIRECT}",
        BASE: f"git:{BASE}",
    }
    judge_waiting(ledger())
    [found] = [
        row
        for row in ledger().store.by(Finding, "subject", [f"git:{LATE}"])
        if row.check_id == "cc8_1/08_approval"
    ]
    assert found.verdict == "pending"  # nothing of it is in production yet


def test_what_a_rebase_made_anew_belongs_to_its_pull_request(instance):
    """Of several commits GitHub names the last alone; one pushed below them stays a push."""
    first, second = "1" * 40, "2" * 40
    at = ("2026-03-01T09:40:00Z", "2026-03-01T09:50:00Z")
    branch = OnTheBranch(
        commit(MERGE, [BEGUN], at[1], "Round"),
        commit(BEGUN, [DIRECT], at[0], "Begin to round"),
        commit(DIRECT, [BASE], at[0], "Begin to round!"),
        commit(BASE, [], "2026-02-01T12:00:00Z", "Begin"),
        proposed=[
            commit(first, [BASE], at[0], "Begin to round"),
            commit(second, [first], at[1], "Round"),
        ],
        pull={**PULL, "commits": 2, "head": {**PULL["head"], "sha": second}},
    )
    landed = {MERGE: CHANGE, BEGUN: CHANGE, DIRECT: f"git:{DIRECT}", BASE: f"git:{BASE}"}
    assert owners(branch) == {**landed, first: CHANGE, second: CHANGE}


class LateCommit(GitHub):
    """One that bears a date of last year is pushed on top of the branch."""

    late = False

    def __call__(self, path, query, headers):
        status, told, rows = super().__call__(path, query, headers)
        if path.endswith("/commits") and self.late and "since" not in query:
            rows = [commit("f" * 40, [MERGE], "2025-01-01T12:00:00Z", "Sneaked"), *rows]
        return status, told, rows


def test_a_commit_that_bears_an_old_date_is_read_all_the_same(instance):
    forge = LateCommit()
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.late = True
        ask(ledger(), source, rest=Rests())
    assert "f" * 40 in {row.revision for row in ledger().store.all(Revision)}


class Paged(GitHub):
    """A branch of many commits, `size` a page, the newest first; nothing else happened to it."""

    def __init__(self, size, *commits):
        super().__init__()
        self.size, self.commits, self.pages = size, list(commits), []

    def __call__(self, path, query, headers):
        here = path.removeprefix("/repos/acme/shop/")
        if here in ("pulls", "deployments"):
            return 200, {}, []
        if here != "commits":
            return super().__call__(path, query, headers)
        page = int(query.get("page", "1"))
        self.pages.append(page)
        more = page * self.size < len(self.commits)
        link = {"link": f'</repos/acme/shop/commits?sha=main&page={page + 1}>; rel="next"'}
        return 200, link if more else {}, self.commits[(page - 1) * self.size : page * self.size]


def line(prefix, count, below, at="2025-01-01T12:00:00Z"):
    """So many commits, one upon the other, the newest first."""
    names = [f"{prefix}{number:039d}" for number in range(count)]
    return [
        commit(name, [parent], at, "Sneaked")
        for name, parent in zip(names[::-1], [*names[-2::-1], below], strict=True)
    ]


ROOT = commit(BASE, [], "2026-02-01T12:00:00Z", "Begin")
OLDER = [*line("2", 8, BASE, "2025-12-01T12:00:00Z"), ROOT]
KNOWN = [commit("3" * 40, [OLDER[0]["sha"]], "2026-02-02T12:00:00Z", "The last"), *OLDER]


def test_more_old_dated_commits_than_fill_a_page_leave_no_hole(instance):
    """A date is whoever's who committed: the list is walked until it meets what was known."""
    forge = Paged(3, *KNOWN)
    sneaked = line("e", 7, KNOWN[0]["sha"])
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.commits = [*sneaked, *KNOWN]
        forge.pages.clear()
        ask(ledger(), source, rest=Rests())
        assert sorted(set(forge.pages)) == [1, 2, 3, 4]  # and not much further than what was known
    owned = {row.revision: row.implementation for row in ledger().store.all(RevisionImplementation)}
    assert {each["sha"] for each in sneaked} <= set(owned)
    assert not [row for row in ledger().store.all(Push) if row.forced]


def test_a_side_that_was_merged_by_hand_is_read_whatever_its_dates(instance):
    """The line meets what was known at once; what the merge brought in stands far below."""
    forge = Paged(3, *KNOWN)
    side = line("e", 4, BASE, "2020-01-01T12:00:00Z")
    merged = commit("f" * 40, [KNOWN[0]["sha"], side[0]["sha"]], "2026-03-01T12:00:00Z", "Merge")
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.commits = [merged, *KNOWN[:-1], *side, ROOT]
        ask(ledger(), source, rest=Rests())
    known = {row.revision for row in ledger().store.all(Revision)}
    assert {each["sha"] for each in side} <= known


def test_a_history_that_was_rewritten_is_said(instance):
    forge = Paged(3, *KNOWN)
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.commits = [*line("e", 2, KNOWN[4]["sha"]), *KNOWN[4:]]
        for _ in range(2):
            ask(ledger(), source, rest=Rests())
    [push] = [row for row in ledger().store.all(Push) if row.forced]
    assert (push.before_revision, push.after_revision) == (KNOWN[0]["sha"], forge.commits[0]["sha"])
    assert push.ref == "refs/heads/main"
    assert push.pusher is None  # whoever it was, a list of commits does not tell


def test_a_branch_that_was_moved_back_is_said(instance):
    """Nothing new stands on it, and all that it holds was known."""
    forge = Paged(3, *KNOWN)
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.commits = KNOWN[2:]
        ask(ledger(), source, rest=Rests())
    [push] = [row for row in ledger().store.all(Push) if row.forced]
    assert (push.before_revision, push.after_revision) == (KNOWN[0]["sha"], KNOWN[2]["sha"])
