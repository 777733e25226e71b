"""AWS CloudTrail (delivered files, looked-up events, EventBridge) and AWS Config → acts.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
Only writes that succeeded are acts. Environment and system are the operator's to state; without
them an account is a system of its own, in production.
"""

import re
from collections.abc import Iterator
from typing import Any

from changeproof.events.access import AccessEnded, AccessGranted
from changeproof.events.deployments import StateObserved
from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.events.production_acts import ProductionActed
from changeproof.events.testing import ArtifactBuilt
from changeproof.sources.clouds.aws_accounts import acting_for_itself, aws_identity, user_account
from changeproof.sources.clouds.aws_items import item_of
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, listed, option, text
from changeproof.sources.fingerprints import content_digest, sealed_if
from changeproof.sources.identities import Identity
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.reading import Reading, time
from changeproof.sources.times import microseconds

_READS = re.compile(
    r"(?:BatchGet|Check|Describe|Download|Estimate|Filter|Get|Head|List|Lookup|Preview|Query|Scan"
    r"|Search|Select|Simulate|Test|Validate|Verify|View)[A-Z0-9].*"
)
_NO_ALTERATION = frozenset(
    {"sts.amazonaws.com", "signin.amazonaws.com", "sso.amazonaws.com", "health.amazonaws.com"}
)
_KEY_USE = frozenset({"Decrypt", "Encrypt", "ReEncrypt", "GenerateDataKey", "Sign", "GenerateMac"})
_SECRET = re.compile(
    r"(?i)password|passwd|secret|token|private.?key|credential|environment|user.?data|plaintext"
)
_DATA_WRITES = frozenset({"s3.amazonaws.com:PutObject", "s3.amazonaws.com:DeleteObject",
    "s3.amazonaws.com:DeleteObjects", "dynamodb.amazonaws.com:PutItem",
    "dynamodb.amazonaws.com:UpdateItem", "dynamodb.amazonaws.com:DeleteItem",
    "rds-data.amazonaws.com:ExecuteStatement",
    "rds-data.amazonaws.com:BatchExecuteStatement"})  # fmt: skip
_SOFTWARE = re.compile(r"UpdateFunction(?:Code|Configuration).*|.*(?:TaskDefinition|Layer).*")
_READ_POLICY = re.compile(r"(?i).*(?:ReadOnly|ViewOnly|SecurityAudit)[^/]*")
_RUN = re.compile(r"run-[A-Za-z0-9]{10,40}")
_VERSION = re.compile(r"(?:\d{8}|20\d\d_\d\d_\d\d)(?:v\d)?$")


def translate_aws(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the record and the field."""
    reading = Reading("aws", delivery, pseudonyms)
    gathered = Gathered(reading, "aws")
    for record in _records(documents(delivery.body)):
        if "eventName" in record and "eventSource" in record and "userIdentity" in record:
            _cloudtrail(gathered, record)
        elif "invokingEvent" in record:
            _configuration(gathered, record)
        else:
            _notice(gathered, record)
    return gathered.translation()


def _records(values: list[Any]) -> Iterator[dict[str, Any]]:
    for value in values:
        if isinstance(value, list):
            yield from _records(value)
        elif not isinstance(value, dict):
            raise MalformedPayload("it is no record of AWS")
        elif isinstance(value.get("Records"), list):
            yield from _records(value["Records"])
        elif isinstance(value.get("Events"), list):
            yield from _records(value["Events"])
        elif "CloudTrailEvent" in value:
            yield from _looked_up(value)
        elif isinstance(value.get("detail"), dict) and "eventName" in value["detail"]:
            yield value["detail"]
        else:
            yield value


def _looked_up(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The record that a row of LookupEvents holds as text."""
    try:
        yield from _records(
            documents((text(row, "CloudTrailEvent", most=1_000_000) or "").encode())
        )
    except MalformedPayload as error:
        raise MalformedPayload(error.why, where="CloudTrailEvent") from error


def _cloudtrail(gathered: Gathered, record: dict[str, Any]) -> None:
    """One API call: an act where it wrote."""
    name, source = text(record, "eventName") or "", text(record, "eventSource") or ""
    if not name or not source:
        raise MalformedPayload("it names no call", where="eventName")
    read_only = record.get("readOnly")
    if str(read_only).lower() == "true" or (read_only is None and _READS.fullmatch(name)):
        return gathered.passed_over("it read and altered nothing")
    if record.get("errorCode"):
        return gathered.passed_over("AWS refused the call; nothing was altered")
    if source in _NO_ALTERATION or (source == "kms.amazonaws.com" and name in _KEY_USE):
        return gathered.passed_over("signing in or using a key alters nothing")
    gathered.add(_act(gathered.reading, record, name, source))
    return None


def _act(reading: Reading, record: dict[str, Any], name: str, source: str) -> Iterator[Event]:
    who = record["userIdentity"] if isinstance(record["userIdentity"], dict) else {}
    account = text(record, "recipientAccountId") or text(who, "accountId") or "unknown"
    actor = aws_identity(who, account, reading.pseudonyms)
    at = _call_time(record)
    system = option(reading.delivery, "system") or f"aws/{account}"
    environment = option(reading.delivery, "environment") or "production"
    bare = _VERSION.sub("", name)
    parameters = sealed_if(
        record.get("requestParameters"), lambda key: bool(_SECRET.search(key)), reading.pseudonyms
    )
    automatic = acting_for_itself(record, who)
    yield ProductionActed(
        **reading.header(at, actor=actor),
        act=f"aws:{account}/{text(record, 'eventID') or content_digest(record)[:32]}",
        system=system,
        environment=environment,
        kind=_kind(source, bare),
        item=item_of(record, source, bare, reading.pseudonyms),
        executed_digest=content_digest({"call": f"{source}:{bare}", "parameters": parameters}),
        change=_run_of(who),
        automatic=automatic,
    )
    if source == "iam.amazonaws.com":
        yield from _access(reading, record, bare, at, account, system, actor)


def _call_time(record: dict[str, Any]) -> int:
    """CloudTrail writes UTC; data lakes that keep its records drop the zone."""
    said = text(record, "eventTime") or ""
    at = microseconds(said, assume_utc=True)
    return time(said, "eventTime") if at is None else at


def _kind(source: str, name: str) -> Any:
    if f"{source}:{name}" in _DATA_WRITES:
        return "data"
    return "software" if _SOFTWARE.fullmatch(name) else "infrastructure"


def _run_of(who: dict[str, Any]) -> str | None:
    """The run of a pipeline that its session is named after."""
    found = _RUN.search((text(who, "arn") or "").rpartition("/")[2])
    return f"terraform:run/{found[0]}" if found else None


def _access(
    reading: Reading,
    record: dict[str, Any],
    name: str,
    at: int,
    account: str,
    system: str,
    actor: Identity,
) -> Iterator[Event]:
    """Rights that a user or role got; rights end for certain only with the user or role."""
    holder = user_account(record.get("requestParameters"), account, reading.pseudonyms)
    if holder.account is None:
        return
    header = reading.header(at, holder, actor=actor)
    if name in ("AttachUserPolicy", "AttachRolePolicy", "PutUserPolicy", "PutRolePolicy"):
        policy = text(record, "requestParameters", "policyArn") or ""
        if not _READ_POLICY.fullmatch(policy):
            yield AccessGranted(**header, account=holder.account, access="write", system=system)
    elif name == "AddUserToGroup":
        yield AccessGranted(**header, account=holder.account, access="write", system=system)
    elif name in ("DeleteUser", "DeleteRole"):
        yield AccessEnded(**header, account=holder.account, access="write", system=system)


def _configuration(gathered: Gathered, record: dict[str, Any]) -> None:
    """An AWS Config rule's call: what one item was seen to be."""
    try:
        said = documents((text(record, "invokingEvent", most=10_000_000) or "").encode())
    except MalformedPayload as error:
        raise MalformedPayload(error.why, where="invokingEvent") from error
    item = inside(said, 0, "configurationItem")
    if not isinstance(item, dict):
        return gathered.passed_over("a snapshot or schedule of AWS Config names no item")
    reading, account = gathered.reading, text(item, "awsAccountId") or "unknown"
    seen = {key: item.get(key) for key in ("configuration", "supplementaryConfiguration", "tags")}
    content = sealed_if(seen, lambda key: bool(_SECRET.search(key)), reading.pseudonyms)
    gathered.add(
        [
            StateObserved(
                **reading.header(time(text(item, "configurationItemCaptureTime") or "", "time")),
                system=option(reading.delivery, "system") or f"aws/{account}",
                environment=option(reading.delivery, "environment") or "production",
                item=_configured(item, reading.pseudonyms),
                digest=content_digest(content),
                fields=fields_of(reading, content),
            )
        ]
    )
    return None


def _configured(item: dict[str, Any], pseudonyms: Pseudonyms) -> str:
    named = text(item, "ARN") or text(item, "resourceId") or "unnamed"
    if text(item, "resourceType") == "AWS::IAM::User":
        return f"iam/user/{pseudonyms.login(text(item, 'resourceName') or named)}"
    return named


def _notice(gathered: Gathered, record: dict[str, Any]) -> None:
    """What EventBridge carries besides calls."""
    kind, reading = text(record, "detail-type"), gathered.reading
    known = kind or any(
        key in record for key in ("codecommit", "Sns", "eventSource", "EventSource", "awslogs")
    )
    if not known:
        raise MalformedPayload("it is no record of AWS that we know")
    detail = record.get("detail")
    if kind == "ECR Image Action" and text(detail, "action-type") == "PUSH":
        digest = text(detail, "image-digest")
        if digest and text(detail, "result") == "SUCCESS":
            at = time(text(record, "time") or "", "time")
            name = text(detail, "repository-name")
            gathered.add([ArtifactBuilt(**reading.header(at), artifact=digest, name=name)])
            return
    if kind and kind.startswith(("GuardDuty Finding", "Security Hub Findings")):
        gathered.add(_detections(reading, record, kind))
        return
    gathered.passed_over(f"{kind or 'this notice'} tells of no act on production")


def _detections(reading: Reading, record: dict[str, Any], kind: str) -> Iterator[Event]:
    findings = listed(record, "detail", "findings") or [record.get("detail")]
    for finding in findings:
        stated = text(finding, "updatedAt") or text(finding, "UpdatedAt")
        name = text(finding, "id") or text(finding, "Id") or text(record, "id")
        if not name:
            raise MalformedPayload("a finding has no id", where="detail")
        account = text(finding, "accountId") or text(finding, "AwsAccountId") or "unknown"
        yield DetectionRaised(
            **reading.header(time(stated, "updatedAt") if stated else None),
            detection=f"aws:{name}"[:500],
            system=option(reading.delivery, "system") or f"aws/{account}",
            kind=f"{kind}: {text(finding, 'type') or text(finding, 'Types', 0) or ''}"[:500],
        )


def _fits(glimpse: Glimpse) -> bool:
    value = glimpse.document
    first = value[0] if isinstance(value, list) and value else value
    record = inside(first, "Records", 0) or inside(first, "Events", 0) or first
    if isinstance(record, dict) and (record.keys() & {"Sns", "codecommit"}):
        return not isinstance(record.get("Sns"), dict) or "AlarmName" not in str(record["Sns"])
    return isinstance(record, dict) and bool(
        record.keys() >= {"eventSource", "eventName", "userIdentity"}
        or record.keys() >= {"invokingEvent", "configRuleName"}
        or "CloudTrailEvent" in record
        or (
            record.keys() >= {"detail-type", "source", "detail"}
            and str(record["source"]).startswith("aws.")
        )
    )


AWS = Kind(
    "aws",
    "AWS CloudTrail, EventBridge and Config",
    translate_aws,
    _fits,
    aliases=("aws-cloudtrail", "eventbridge", "aws-config"),
    json=False,
    of_record=True,
    options=("system", "environment"),
    confidential=always,
)
