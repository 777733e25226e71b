"""OSV: reports of osv-scanner → a dependency scan and vulnerabilities; advisories are only seen.

An advisory says that a package has a weakness, not that anything of ours holds the package.
Aliases of one weakness are one finding, named by its CVE where it has one.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from changeproof.events.vulnerabilities import Severity
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import read_json, shaped
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import OPTIONS, Finding, Report, moment
from changeproof.sources.reports.severities import of_score, of_vector, of_word, worst

_ADVISORY = (
    "it is an advisory: it says which packages have a weakness, not where they run;"
    " send a scanner's report"
)
_PURL_TYPES = {
    "npm": "npm",
    "PyPI": "pypi",
    "Go": "golang",
    "Maven": "maven",
    "RubyGems": "gem",
    "crates.io": "cargo",
    "NuGet": "nuget",
    "Packagist": "composer",
}


class Rating(Struct):
    score: str | None = None


class Range(Struct):
    events: list[dict[str, Any]] | None = None


class Affected(Struct):
    ranges: list[Range] | None = None
    ecosystem_specific: dict[str, Any] | None = None


class Advisory(Struct):
    id: str
    modified: str | None = None
    published: str | None = None
    aliases: list[str] | None = None
    severity: list[Rating] | None = None
    affected: list[Affected] | None = None
    database_specific: dict[str, Any] | None = None


class Package(Struct):
    name: str = ""
    ecosystem: str = ""


class Group(Struct):
    ids: Annotated[list[str], Meta(min_length=1)]
    aliases: list[str] | None = None
    max_severity: str | None = None


class Held(Struct):
    package: Package = field(default_factory=Package)
    vulnerabilities: list[Advisory] | None = None
    groups: list[Group] | None = None


class Source(Struct):
    path: str = ""


class Result(Struct):
    source: Source = field(default_factory=Source)
    packages: list[Held] | None = None


class Scanned(Struct):
    results: list[Result] | None


class Place(Struct):
    Package: "Package" = field(default_factory=Package)
    Source: "Source" = field(default_factory=Source)


class Grouped(Struct):
    DisplayID: str
    PkgSource: list[Place] | None = None
    AliasedVulns: dict[str, Advisory] | None = None
    AliasedIDList: list[str] | None = None


def translate_osv(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is neither, and for advisories without sense."""
    document = read_json(dict[str, Any], delivery.body)
    report = Report("osv", delivery, pseudonyms)
    if "results" in document:
        _scanned(report, shaped(Scanned, document).results or [])
    elif "DisplayID" in document:
        _grouped(report, shaped(Grouped, document))
    else:
        _guard(shaped(Advisory, document))
        report.note(_ADVISORY)
    return report.translation()


def _scanned(report: Report, results: list[Result]) -> None:
    count = 0
    for result in results:
        for held in result.packages or ():
            known = {each.id: each for each in held.vulnerabilities or ()}
            for group in held.groups or [Group([each]) for each in known]:
                told = [known[each] for each in group.ids if each in known]
                names = [*group.ids, *(group.aliases or ()), *_aliases(told)]
                count += 1
                report.found(_finding(names, held.package, result.source.path, told, group))
    report.scan("dependencies", "osv-scanner", count)


def _grouped(report: Report, grouped: Grouped) -> None:
    """One weakness and all places in which the scanner met it."""
    told = list((grouped.AliasedVulns or {}).values())
    names = [grouped.DisplayID, *(grouped.AliasedIDList or ()), *_aliases(told)]
    for place in grouped.PkgSource or ():
        report.found(_finding(names, place.Package, place.Source.path, told, None))
    if not grouped.PkgSource:
        report.note("it names no package in which the weakness was found")


def _aliases(advisories: Iterable[Advisory]) -> list[str]:
    return [alias for each in advisories for alias in each.aliases or ()]


def _finding(
    names: list[str], package: Package, path: str, told: list[Advisory], group: Group | None
) -> Finding:
    numbers = sorted({name for name in names if name.startswith("CVE-")})
    published = [moment(each.published) for each in told]
    return Finding(
        numbers[0] if numbers else names[0],
        _package(package),
        path,
        worst(map(_severity, told)) or (_number(group.max_severity) if group else None),
        published_at=min((each for each in published if each is not None), default=None),
        aliases=tuple(sorted(names)),
    )


def _package(package: Package) -> str | None:
    """As package URLs name it, so that it is the same from other tools."""
    kind = _PURL_TYPES.get(package.ecosystem)
    if kind is None:
        return package.name or None
    name = package.name.replace(":", "/") if kind == "maven" else package.name
    return f"pkg:{kind}/{name.replace('@', '%40') if kind == 'npm' else name}"


def _severity(advisory: Advisory) -> Severity | None:
    """By its CVSS vectors, else as its database says in a word."""
    if advisory.id.startswith("MAL-"):
        return "critical"
    vectors = worst(
        of_vector(each.score) or _number(each.score) for each in advisory.severity or ()
    )
    stated = [(advisory.database_specific or {}).get("severity")]
    stated += [(each.ecosystem_specific or {}).get("severity") for each in advisory.affected or ()]
    return vectors or worst(of_word(each) for each in stated if isinstance(each, str))


def _number(text: str | None) -> Severity | None:
    try:
        return of_score(float(text)) if text else None
    except ValueError:
        return None


def _guard(advisory: Advisory) -> None:
    """Ranges must begin, and end elsewhere than they begin (OSV schema, `affected[].ranges`)."""
    if not advisory.modified:
        raise MalformedPayload("an advisory states when it was modified", where="modified")
    for number, affected in enumerate(advisory.affected or ()):
        for each in affected.ranges or ():
            where = f"affected[{number}].ranges"
            events = each.events or []
            begins = {str(one["introduced"]) for one in events if "introduced" in one}
            if not begins:
                raise MalformedPayload("a range says where it begins (introduced)", where=where)
            if begins & {str(one["fixed"]) for one in events if "fixed" in one}:
                raise MalformedPayload("a range ends where it begins", where=where)


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.holds("DisplayID", "PkgSource"):
        return True
    if glimpse.holds("id", "modified") and not glimpse.keys.isdisjoint(
        {"affected", "schema_version"}
    ):
        return True
    if not glimpse.holds("results") or glimpse.holds("errors"):
        return False
    results = glimpse.document["results"]
    if not results:
        return glimpse.keys <= {"results", "experimental_config"}
    return isinstance(results, list) and isinstance(results[0], dict) and "packages" in results[0]


KINDS = (Kind("osv", "OSV", translate_osv, _fits, ("osv-scanner",), json=False, options=OPTIONS),)
