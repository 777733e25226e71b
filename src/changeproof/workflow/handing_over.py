"""What a pipeline needs of a change that may go live: each of its pieces of work, in the words of
the pipeline. The change's page, the API and the command give the same.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from shlex import quote

from changeproof.alerts.needed import is_decided
from changeproof.events.forges import is_pull
from changeproof.events.refusal import Refusal
from changeproof.ledger.deployments import Artifact
from changeproof.ledger.joined import (
    Change,
    Finding,
    Implementation,
    RevisionImplementation,
    SubjectJudged,
)
from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.pulls import PullHead, PullMerge
from changeproof.ledger.requests import RequestClosure
from changeproof.ledger.store import Store

ENVIRONMENT = "production"
MOST_PIECES = 20
_COMMENT = 100  # characters of a name in a snippet's comment


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the change's work, the revision of it that stands now, and what was built of it
    last, where somebody told."""

    work: str
    revision: str
    artifact: str | None = None

    @property
    def label(self) -> str:
        """`pull request 7`, `commit 4f2c91a`."""
        if is_pull(self.work):
            return f"pull request {self.work.rpartition('/')[2]}"
        return f"commit {self.revision[:7]}"

    @property
    def content(self) -> dict[str, str]:
        built = {"artifact": self.artifact} if self.artifact else {}
        return {"revision": self.revision, **built}


def pieces_to_hand_over(store: Store, change: str) -> tuple[Piece, ...]:
    """Every piece that a pipeline takes. Raises Refusal where it waits for more than that."""
    [known] = store.by(Change, "change_id", [change])
    standing = store.by(SubjectJudged, "subject", [change])
    findings = store.by(Finding, "subject", [change])
    why, cure = "", "Look at its page: what it waits for stands there."
    if standing and standing[0].deployed_at is not None:
        why, cure = "it is in production already", "Ask for what is to follow as another change."
    elif store.by(RequestClosure, "change_name", [change]):
        why, cure = "it is closed", "Reopen it, or ask for another change."
    elif not is_decided(findings, is_requested=known.origin == "requested"):
        why = "it is not authorized and approved as the policy asks"
    found = () if why else pieces_of(store, change)
    if not why and not found:
        why, cure = "no piece of work with a revision belongs to it", "Link its pull request."
    if why:
        raise Refusal("There is nothing to hand over.", where=change, why=why, cure=cure)
    return found


def pieces_of(store: Store, change: str) -> tuple[Piece, ...]:
    """The pieces of work of which a revision is known, by name."""
    names = sorted(row.implementation for row in store.by(Implementation, "change_id", [change]))
    pulls = [each for each in names if is_pull(each)]
    merges = {row.pull: row for row in store.by(PullMerge, "pull", pulls)}
    heads: dict[str, list[PullHead]] = {}
    for head in sorted(store.by(PullHead, "pull", pulls), key=lambda row: row.stated_at):
        heads.setdefault(head.pull, []).append(head)
    own = {name: {row.revision for row in heads.get(name, ())} for name in names}
    for row in store.by(RevisionImplementation, "implementation", names):
        own[row.implementation].add(row.revision)
    stands: dict[str, str] = {}
    for name in names:
        merge = merges.get(name)
        said = [merge.revision, merge.head] if merge is not None else []
        said += [heads[name][-1].revision] if name in heads else []
        said += [name.removeprefix("git:")] if is_commit(name) else []
        known = [each for each in said if each]
        if known:
            stands[name] = known[0]
            own[name] |= set(known)
    built = store.by(Artifact, "revision", {each for name in stands for each in own[name]})
    return tuple(
        Piece(name, revision, last_built(built, own[name])) for name, revision in stands.items()
    )[:MOST_PIECES]


def last_built(built: Iterable[Artifact], revisions: Collection[str]) -> str | None:
    """What was made of these revisions last."""
    own = sorted(
        (row for row in built if row.revision in revisions),
        key=lambda row: (row.built_at or row.stated_at, row.event),
    )
    return own[-1].artifact if own else None


def snippets_of(change: str, system: str, server: str, piece: Piece) -> tuple[tuple[str, str], ...]:
    """For which pipeline, and the text that goes into its file."""
    stated = {"system": system, "environment": ENVIRONMENT, **piece.content}
    return (
        ("GitHub Actions", _github(change, server, stated)),
        ("GitLab CI", _gitlab(change, stated)),
        ("a shell", _shell(server, stated)),
    )


def _github(name: str, server: str, stated: dict[str, str]) -> str:
    lines = [f"# {_comment(name)}"]
    for act, condition in (("gate", ""), ("deployment", "  if: always()\n")):
        fields = {"act": act, "server": server}
        told = "".join(f"    {key}: {_quoted(value)}\n" for key, value in fields.items())
        told += "    token: ${{ secrets.CHANGEPROOF_TOKEN }}\n"
        told += "".join(f"    {key}: {_quoted(value)}\n" for key, value in stated.items())
        lines.append(f"- uses: ./integrations/github\n{condition}  with:\n{told.rstrip()}")
        if act == "gate":
            lines.append("# … your steps that deploy it …")
    return "\n".join(lines)


def _gitlab(name: str, stated: dict[str, str]) -> str:
    lines = [
        f"# {_comment(name)}",
        "include: [{local: integrations/gitlab/changeproof.gitlab-ci.yml}]",
    ]
    for job, act, stage in (
        ("may-deploy", "gate", "deploy"),
        ("deployment-reported", "deployment", ".post"),
    ):
        variables = "".join(
            f"\n    {key.upper()}: {_quoted(value)}"
            for key, value in {"act": act, **stated}.items()
        )
        when = "\n  when: always" if act == "deployment" else ""
        head = f"{job}:\n  extends: .changeproof\n  stage: {stage}{when}"
        lines.append(f"{head}\n  variables:{variables}")
    return "\n".join(lines)


def _shell(server: str, stated: dict[str, str]) -> str:
    options = " ".join(f"--{key} {quote(value)}" for key, value in stated.items())
    return f"changeproof gate {options} --server {quote(server)}"


def _quoted(value: str) -> str:
    """A string of YAML: JSON's are. `${{` and `$` begin something in a pipeline, and are no
    name's part."""
    return json.dumps(value.replace("$", ""), ensure_ascii=False)


def _comment(name: str) -> str:
    return "".join(each if each.isprintable() else " " for each in name)[:_COMMENT]
