"""AWS CloudTrail: every management call that wrote, by region, as delivered files tell them.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
CloudTrail answers for 90 days, newest first, and hands a call out some minutes after it was made.
"""

import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from changeproof.intake.clients.aws_signing import AwsSignature
from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging

_CURSOR = "calls that wrote"
KEPT = timedelta(days=90)
_LATE = timedelta(hours=1)
"""A call is told within minutes; so much further back is asked for again."""
_REGION = re.compile(r"(?:cloudtrail|cloudtrail-fips)\.([a-z0-9-]+)\.(?:amazonaws|api)\..*")
_TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
_PAGING = Paging(
    "token",
    rows="Events",
    size=("MaxResults", 50),
    place="NextToken",
    posted=True,
    rest=0.5,  # two requests a second, by account and region; it says no before it says when
)


class CloudTrailClient:
    """The login is an access key's id, the secret its secret. One source a region: the address
    names it, or `region` does. `with.environment` and `with.system` go with each call."""

    kind = "aws"
    title = "AWS CloudTrail"
    needs: tuple[str, ...] = ("login",)
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        del settings
        return {"content-type": "application/x-amz-json-1.1", "x-amz-target": _TARGET}

    def auth(self, settings: Settings) -> AwsSignature:
        return AwsSignature(
            settings.login,
            settings.secret,
            region=_region(settings),
            service="cloudtrail",
            now=time.time,
        )

    def scope(self, settings: Settings) -> str:
        return f"aws:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        query: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
        }
        read = since(_CURSOR)
        if read is not None:
            query["StartTime"] = int((datetime.fromisoformat(read) - _LATE).timestamp())
        yield Listing(
            items="calls that wrote",
            scope=self.scope(settings),
            path="",
            query=query,
            paging=_PAGING,
            deliver=lambda row: [Delivered("aws", row)],
            changed_at=_at,
            cursor=_CURSOR,
            kept=KEPT,
        )


def _region(settings: Settings) -> str:
    named = _REGION.fullmatch(settings.host)
    return settings.options.get("region") or (named[1] if named else "us-east-1")


def _at(row: Any) -> str | None:
    said = row.get("EventTime")
    if isinstance(said, str):
        return said
    return datetime.fromtimestamp(said, UTC).isoformat() if said is not None else None
