"""Results of scanners of dependencies in SARIF → known vulnerabilities.

SARIF has no field for a package: Trivy and Grype write `Package: …`, `Fixed Version: …` into the
message or the rule's help, OSV-Scanner a sentence. What names no advisory is none.
"""

import re
from typing import Any

from msgspec import Struct

from changeproof.sources.reports.report import Finding, untagged
from changeproof.sources.reports.severities import of_score, of_word

_ADVISORY = re.compile(
    r"(CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|(?:GO|PYSEC|RUSTSEC|OSV|MAL)-\d{4}-\d+|"
    r"SNYK-[A-Z]+-[A-Z0-9]+-\d+)(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"^[* \t]*(package|installed version|version|fixed version|fix version|severity)"
    r"[ \t]*:[ \t]*(\S[^\r\n]*?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE = re.compile(r"Package '([^'@]*[^'@/])@([^']*)' is vulnerable")
_MOST = 20_000
"""Characters of a text that are looked through."""


class Text(Struct):
    text: str = ""
    markdown: str = ""


class Rule(Struct, rename="camel"):
    """What a result says that it breaks."""

    id: str = ""
    help: Text | None = None
    short_description: Text | None = None
    properties: dict[str, Any] | None = None


class Artifact(Struct):
    uri: str | None = None


class Physical(Struct, rename="camel"):
    artifact_location: Artifact | None = None


class Location(Struct, rename="camel"):
    physical_location: Physical | None = None


def weakness(
    rule_id: str, level: str | None, message: str, rule: Rule | None, where: list[Location]
) -> Finding | None:
    """The vulnerability that a result tells of; None where it names no advisory."""
    named = _ADVISORY.search(rule_id)
    if named is None:
        return None
    advisory = _spelled(named[1])
    help_text = rule.help.text if rule and rule.help else ""
    title = rule.short_description.text if rule and rule.short_description else ""
    texts = [text[:_MOST] for text in (message, help_text, title)]
    said: dict[str, str] = {}
    for text in texts:
        for key, value in _LINE.findall(text):
            said.setdefault(key.lower(), value)
    sentence = _SENTENCE.search(texts[0])
    package = said.get("package") or (sentence[1] if sentence else None)
    fixed = said.get("fixed version") or said.get("fix version") or ""
    aliases = (_spelled(each) for text in texts[::2] for each in _ADVISORY.findall(text))
    score = (rule.properties or {}).get("security-severity") if rule else None
    return Finding(
        advisory=advisory,
        package=package,
        place=_place(where),
        severity=of_word(said.get("severity")) or of_score(_number(score)) or of_word(level),
        aliases=tuple(each for each in dict.fromkeys(aliases) if each != advisory),
        fixed_in=tuple(each.strip() for each in fixed.split(",") if each.strip()),
    )


def _spelled(advisory: str) -> str:
    """As its own database writes it: CVE in capitals, the rest of a GHSA in small letters."""
    head, dash, rest = advisory.partition("-")
    return f"{head.upper()}{dash}{rest.lower() if head.upper() == 'GHSA' else rest.upper()}"


def _place(where: list[Location]) -> str:
    for each in where:
        artifact = each.physical_location.artifact_location if each.physical_location else None
        if artifact and artifact.uri:
            return untagged(artifact.uri)
    return ""


def _number(said: Any) -> float | None:
    try:
        return float(said)
    except (TypeError, ValueError):
        return None
