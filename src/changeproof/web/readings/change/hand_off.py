"""What a pipeline needs of a change that may go live, and what pipelines said of it so far."""

import json
from collections.abc import Iterator
from shlex import quote

from changeproof.alerts.needed import is_decided
from changeproof.web.pages.change_page import Fact, HandOff, PipelineWord
from changeproof.web.readings.change.evidence import ChangeEvidence
from changeproof.web.readings.change.teller import short
from changeproof.web.readings.entries import Links, linked
from changeproof.web.readings.entries import listed as event_list
from changeproof.web.states import State

_ENVIRONMENT = "production"
_MOST_WORDS = 12
_COMMENT = 100  # characters of a name in a snippet's comment


def hand_off(evidence: ChangeEvidence, links: Links, server: str | None) -> HandOff | None:
    """None where there is nothing to hand over and no pipeline said anything. Without a `server`
    nothing is handed over: the viewer asks no gate."""
    words = sorted(_words(evidence, links), key=lambda word: word.at or 0, reverse=True)
    shown = tuple(words[:_MOST_WORDS])
    content = _content(evidence)
    if server is None or not content or not _may_go(evidence):
        return HandOff(shown) if shown else None
    name, system = evidence.change.change_id, evidence.change.system
    stated = {"system": system, "environment": _ENVIRONMENT, **content}
    return HandOff(
        shown,
        (
            Fact("Change", name, is_identifier=True),
            *(Fact(key.capitalize(), value, is_identifier=True) for key, value in content.items()),
            Fact("System", system),
            Fact("Gate", f"{server}/api/gate", is_identifier=True),
        ),
        (
            ("GitHub Actions", _github(name, server, stated)),
            ("GitLab CI", _gitlab(name, stated)),
            ("a shell", _shell(server, stated)),
        ),
    )


def _may_go(evidence: ChangeEvidence) -> bool:
    """Whether it waits for nothing but its deployment."""
    if evidence.endings or evidence.put_in:
        return False
    is_requested = evidence.change.origin == "requested"
    return is_decided(evidence.findings, is_requested=is_requested)


def _content(evidence: ChangeEvidence) -> dict[str, str]:
    """The revision that stands now and what was built of it last, of the one piece of work that a
    pipeline takes; of several pieces each pipeline knows its own, and nothing is said."""
    heads = [
        (work.merge.revision if work.merge is not None else None) or work.head
        for work in evidence.works
    ]
    known = [each for each in heads if each]
    if len(known) != 1:
        return {}
    own = evidence.works[heads.index(known[0])].revisions
    built = [row.artifact for row in evidence.artifacts if row.revision in own]
    return {"revision": known[0], **({"artifact": built[-1]} if built else {})}


def _words(evidence: ChangeEvidence, links: Links) -> Iterator[PipelineWord]:
    for answer in evidence.gate_answers:
        allowed = answer.answer == "allow"
        yield PipelineWord(
            State("met", "Let through") if allowed else State("deviation", "Held back"),
            "The gate let it through" if allowed else "The gate held it back",
            _to(answer.artifact or answer.revision, answer.environment, answer.account),
            answer.answered_at,
            linked(links, [answer.event]),
        )
    ended = {row.deployment for row in evidence.deployments}
    ended |= {row.deployment for row in evidence.attempts}
    for asked in evidence.asked_deployments:
        if asked.deployment not in ended:
            yield PipelineWord(
                State("pending", "Under way"),
                "A deployment was begun",
                _to(asked.artifact or asked.revision, asked.environment, asked.triggered_by),
                asked.requested_at,
                linked(links, [asked.event]),
            )
    for attempt in evidence.attempts:
        yield PipelineWord(
            State("deviation", attempt.outcome.capitalize()),
            f"A deployment {'failed' if attempt.outcome == 'failed' else 'did not go through'}",
            _to(attempt.artifact or attempt.revision, attempt.environment, attempt.triggered_by),
            attempt.finished_at,
            linked(links, [attempt.event]),
        )
    for done in evidence.put_in:
        if not done.landing:
            yield PipelineWord(
                State("met", "Deployed"),
                f"Deployed to {done.environment}",
                _to(done.artifact or done.revision, "", done.triggered_by or done.account),
                done.deployed_at,
                linked(links, event_list(done.events)),
            )


def _to(content: str | None, environment: str, account: str | None) -> str:
    told = [f"`{short(content)}`"] if content else []
    told += [f"to {environment}"] if environment else []
    told += [f"by {{{account}}}"] if account else []
    return " ".join(told)


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
