"""in-toto statements → artifacts that were built, tests that ran; and whose signature it is.

https://github.com/in-toto/attestation, https://slsa.dev/spec/v1.1/provenance
"""

from collections.abc import Callable, Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.testing import ArtifactBuilt, Conclusion, TestsRun
from changeproof.sources.attestations.envelopes import Held, held
from changeproof.sources.attestations.pins import pins_in_use
from changeproof.sources.attestations.sources_of_builds import built_from, git_commit
from changeproof.sources.attestations.verification import Verification, holds, verify
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, listed, text
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading
from changeproof.sources.times import from_seconds, microseconds

_HEXADECIMAL = frozenset("0123456789abcdef")
_LENGTHS = {"sha256": 64, "sha512": 128, "sha384": 96}
_RESULTS: dict[str, Conclusion] = {
    "PASSED": "passed",
    "WARNED": "passed",
    "FAILED": "failed",
}


def translate_attestations(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("attestation", delivery, pseudonyms)
    gathered = Gathered(reading, "attestation")
    if delivery.body.startswith(b"-----BEGIN "):
        gathered.passed_over("a key states nothing of a build")
        return gathered.translation()
    pins = pins_in_use()
    for value in documents(delivery.body):
        for each in held(value):
            _statement(gathered, each, verify(each.envelope, pins))
    return gathered.translation()


def _statement(gathered: Gathered, each: Held, verification: Verification) -> None:
    statement = each.statement
    if statement is None:
        return gathered.passed_over(each.why_none)
    kind = text(statement, "predicateType") or text(statement, "predicate_type") or ""
    if text(statement, "_type") == "link":
        kind = "link"
    translator = next((found for name, found in _TRANSLATORS.items() if name in kind), None)
    if translator is None:
        what = "a statement" if "statements" not in statement else "a list of vulnerabilities"
        return gathered.passed_over(f"{kind[:80] or what} tells of no build and no test")
    verification = holds(verification, _builder(statement))
    if verification.state == "failed" and translator is _tests:
        return gathered.passed_over(f"tests that nobody vouches for: {verification.told}"[:500])
    found = list(translator(gathered.reading, statement, each, verification))
    gathered.add(found)
    if not found:
        gathered.passed_over("no subject with a whole digest of the sort that is asked")
    return None


def _header(reading: Reading, stated: str | None, each: Held) -> dict[str, Any]:
    """The predicate's own time; else the log's, by which it had happened."""
    if stated and (at := microseconds(stated)) is not None:
        return reading.header(at)
    logged = from_seconds(each.logged_at) if each.logged_at else None
    return reading.header(logged, bound=logged is not None)


def _builder(statement: Any) -> str | None:
    """Who says that it built, tested or did it: by the id that the statement gives itself."""
    predicate = inside(statement, "predicate") or statement
    return (
        text(predicate, "runDetails", "builder", "id")
        or text(predicate, "builder", "id")
        or text(predicate, "verifier", "id")
        or text(predicate, "name")
    )


def _attested(verification: Verification) -> dict[str, Any]:
    """Whether the signature holds, and by whom or why not."""
    return {"attestation": verification.state, "attested": verification.told}


def _artifacts(statement: Any) -> Iterator[tuple[str, str | None]]:
    for subject in listed(statement, "subject"):
        for algorithm, length in _LENGTHS.items():
            digest = text(subject, "digest", algorithm)
            if digest and len(digest) == length and _HEXADECIMAL.issuperset(digest):
                yield f"{algorithm}:{digest}", text(subject, "name")
                break


def _provenance(
    reading: Reading, statement: Any, each: Held, verification: Verification
) -> Iterator[Event]:
    predicate = inside(statement, "predicate")
    revision, repository = built_from(predicate)
    ended = (
        text(predicate, "metadata", "buildFinishedOn")
        or text(predicate, "runDetails", "metadata", "finishedOn")
        or text(predicate, "metadata", "finishedAt")
    )
    for artifact, name in dict(_artifacts(statement)).items():
        yield ArtifactBuilt(
            **_header(reading, ended, each),
            artifact=artifact,
            revision=revision,
            repository=repository,
            name=name,
            builder=_builder(statement),
            **_attested(verification),
        )


def _workflow(
    reading: Reading, statement: Any, each: Held, verification: Verification
) -> Iterator[Event]:
    """Chainloop: a run's subjects are its commit and the images that it made."""
    revision = next(
        (git_commit(inside(subject, "digest")) for subject in listed(statement, "subject")
         if text(subject, "name") == "git.head"), None
    )  # fmt: skip
    predicate = inside(statement, "predicate")
    for subject in listed(statement, "subject"):
        if text(subject, "annotations", "chainloop.material.type") != "CONTAINER_IMAGE":
            continue
        for artifact, name in _artifacts({"subject": [subject]}):
            yield ArtifactBuilt(
                **_header(reading, text(predicate, "metadata", "finishedAt"), each),
                artifact=artifact,
                revision=revision,
                name=name,
                builder=_builder(statement),
                **_attested(verification),
            )


def _link(
    reading: Reading, statement: Any, each: Held, verification: Verification
) -> Iterator[Event]:
    """A step's products; the older form is no statement but the link itself."""
    predicate = inside(statement, "predicate") or statement
    products = inside(predicate, "products")
    pairs = products.items() if isinstance(products, dict) else ()
    subjects = [{"name": name, "digest": digest} for name, digest in pairs]
    for artifact, name in _artifacts({"subject": listed(statement, "subject") or subjects}):
        yield ArtifactBuilt(
            **_header(reading, None, each),
            artifact=artifact,
            name=name,
            builder=_builder(statement),
            **_attested(verification),
        )


def _tests(
    reading: Reading, statement: Any, each: Held, verification: Verification
) -> Iterator[Event]:
    predicate = inside(statement, "predicate")
    said = text(predicate, "result") or text(predicate, "verificationResult") or ""
    conclusion = _RESULTS.get(said.upper())
    if conclusion is None:
        raise MalformedPayload(f"{said[:40]!r} is no result", where="predicate.result")
    configured = text(predicate, "configuration", 0, "name") or text(predicate, "verifier", "id")
    passed, failed = (listed(predicate, name) for name in ("passedTests", "failedTests"))
    for subject in listed(statement, "subject"):
        revision = git_commit(inside(subject, "digest"))
        if revision:
            yield TestsRun(
                **_header(reading, text(predicate, "timeVerified"), each),
                run=f"attestation:{reading.delivery.digest}/{revision}",
                revision=revision,
                name=configured or "attested tests",
                poster="attestation",
                conclusion=conclusion,
                total=len(passed) + len(failed) or None,
                failed=len(failed) if passed or failed else None,
                **_attested(verification),
            )


_Translate = Callable[[Reading, Any, Held, Verification], Iterator[Event]]
_TRANSLATORS: dict[str, _Translate] = {
    "slsa.dev/provenance/": _provenance,
    "chainloop.dev/attestation": _workflow,
    "in-toto.io/attestation/test-result": _tests,
    "slsa.dev/verification_summary": _tests,
    "in-toto.io/attestation/link": _link,
    "link": _link,
}


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.body.startswith(b"-----BEGIN PUBLIC KEY-----"):
        return True
    value = glimpse.document
    if value is None and glimpse.body.startswith(b"{"):  # one statement a line
        value = Glimpse(glimpse.body.split(b"\n", 1)[0]).document
    if not isinstance(value, dict):
        return False
    return bool(
        value.keys() >= {"payload", "payloadType"}
        or value.keys() & {"verificationMaterial", "verification_material", "provenance_summary"}
        or "trustedroot" in str(value.get("mediaType"))
        or value.keys() >= {"predicateType", "subject"}
        or str(inside(value, "signed", "_type")) == "link"
        or value.keys() >= {"builder", "buildType"}
        or value.keys() >= {"buildDefinition", "runDetails"}
        or value.keys() >= {"invocation", "scanner", "metadata"}
        or ("openvex" in str(value.get("@context")) and "statements" in value)
    )


ATTESTATIONS = Kind(
    "attest",
    "in-toto, SLSA and sigstore attestations",
    translate_attestations,
    _fits,
    aliases=("attestation", "in-toto", "dsse", "slsa", "sigstore", "vex"),
    json=False,
)
