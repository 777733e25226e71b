"""A company's own mappings: a folder that the settings name, a first file to begin from, cases.

They are loaded when a payload of theirs first comes; a file that is refused says why, and stops
no other kind. A mapping cannot take the name of a kind that ships.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from changeproof.events.refusal import Refusal, WrongUsage
from changeproof.sources.kinds import Kind
from changeproof.sources.mappings.cases import expected, outcome, read_cases
from changeproof.sources.mappings.loader import load_folder
from changeproof.sources.mappings.shape import Mapping
from changeproof.sources.mappings.translate import kind_of

_NAME = re.compile(r"[a-z][a-z0-9-]{0,49}", re.ASCII)

_MAPPING = """id: NAME
title: NAME
# Whose payload it is, told by its shape (JMESPath, https://jmespath.org).
fits: "tool == 'NAME' && deployment.id != null"
# How deliveries to /webhooks/NAME prove where they come from.
authentication: {kind: bearer, header: Authorization}
# Whether other people's decisions travel in it (reviews, a ticket's moves).
of_record: false
# Whether passwords or keys may stand in it: then its digest is kept, and it is not.
confidential: false

rules:
  - when: "deployment.state == 'finished'"
    event: DeploymentFinished
    occurred_at: {value: {from: deployment.finished_at, as: time}, basis: stated}
    fields:
      deployment: {form: "NAME:deployment/{id}", parts: {id: {from: deployment.id}}}
      outcome: {from: deployment.result, as: map, values: {ok: succeeded, error: failed}}
      environment: {from: deployment.environment}
      system: {from: deployment.service}
      revision: {from: deployment.commit, as: sha}

ignored:
  - when: "deployment.state == 'running'"
    reason: it has not ended yet
"""

_CASES = """# Payloads as the system sends them, and what must come of each: `events` (of each, the
# fields that matter), `ignored` with the reason, or `refused`.
- name: a deployment that went through
  payload:
    tool: NAME
    deployment:
      id: "7"
      state: finished
      result: ok
      environment: production
      service: shop
      commit: "1111111111111111111111111111111111111111"
      finished_at: "2026-03-14T09:26:00Z"
  events:
    - type: DeploymentFinished
      deployment: NAME:deployment/7
      outcome: succeeded
      environment: production

- name: one that still runs
  payload: {tool: NAME, deployment: {id: "8", state: running}}
  ignored: it has not ended yet
"""

_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """One case as tried; `problem` is empty where it holds."""

    mapping: str
    case: str
    problem: str


def use_own_mappings(folder: Path | None) -> None:
    """From now on this folder's mappings are kinds too: what the settings name."""
    global _folder
    _folder = folder
    _loaded.cache_clear()


def own_mappings_folder() -> Path | None:
    """The folder of the company's own mappings, whether it exists or not."""
    return _folder


def own_mappings(shipped: Collection[str]) -> tuple[Mapping, ...]:
    """The company's mappings. Raises Refusal for a file that is none, or takes a `shipped` name."""
    if _folder is None or not _folder.is_dir():
        return ()
    return _loaded(_folder, frozenset(shipped))


def own_kinds(shipped: Collection[str]) -> tuple[Kind, ...]:
    """Their kinds. Raises Refusal as `own_mappings`."""
    return tuple(map(_kind, own_mappings(shipped)))


def _kind(mapping: Mapping) -> Kind:
    return kind_of(mapping, lambda: mapping)


@lru_cache(maxsize=4)
def _loaded(folder: Path, shipped: frozenset[str]) -> tuple[Mapping, ...]:
    found = load_folder(folder)
    for mapping in found:
        twice = shipped.intersection((mapping.id, mapping.named, *mapping.aliases))
        if twice:
            raise Refusal(
                "The mapping was not loaded.",
                where=str(folder / f"{mapping.id}.yaml"),
                why=f"{min(twice)} is a kind that ships",
                cure="Give it another id, another source and other aliases.",
            )
    return tuple(found)


def begin_mapping(name: str) -> tuple[Path, Path]:
    """Write a mapping and its cases to begin from. Raises Refusal."""
    folder = _needed()
    if not _NAME.fullmatch(name):
        raise WrongUsage(
            "No mapping was written.",
            where=name[:60],
            why="it is no name of a kind",
            cure="Write lower-case letters, digits and hyphens, a letter first.",
        )
    made = (folder / f"{name}.yaml", folder / f"{name}.cases.yaml")
    for path in made:
        if path.exists():
            why, cure = "it is there already", "Choose another name, or take the file away."
            raise Refusal("No mapping was written.", where=str(path), why=why, cure=cure)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(made, (_MAPPING, _CASES), strict=True):
        path.write_text(text.replace("NAME", name), "utf-8")
    _loaded.cache_clear()
    return made


def try_cases(mappings: Collection[Mapping]) -> Iterator[Tried]:
    """Each case of these mappings. Raises Refusal for a file of cases that is none."""
    folder = _needed()
    for mapping in mappings:
        path = folder / f"{mapping.id}.cases.yaml"
        if not path.is_file():
            continue
        try:
            cases = read_cases(path)
        except yaml.YAMLError as error:
            cure = "Begin again from: changeproof mapping new NAME"
            raise Refusal(
                "No case was tried.", where=str(path), why="it is no YAML", cure=cure
            ) from error
        for case in cases:
            became, wanted = outcome(mapping, case), expected(case)
            problem = "" if became == wanted else f"expected {wanted}, became {became}"
            yield Tried(mapping.id, str(case.get("name", "")), problem)


def _needed() -> Path:
    if _folder is None:
        raise Refusal(
            "There is no folder of mappings.",
            why="no instance is open",
            cure="Name one with --data.",
        )
    return _folder
