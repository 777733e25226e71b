"""Jira and Jira Service Management: webhooks, and what the REST API gives on asking."""

from changeproof.sources.jira.translate import translate_jira
from changeproof.sources.kinds import Glimpse, Kind

__all__ = ["KINDS", "translate_jira"]


def _fits(glimpse: Glimpse) -> bool:
    shown = glimpse.document
    return (
        glimpse.holds("webhookEvent")
        or (glimpse.holds("issues") and bool(glimpse.keys & {"startAt", "maxResults"}))
        or glimpse.holds("issueId", "issueKey", "requestTypeId")
        or glimpse.holds("approvers", "canAnswerApproval")
        or (glimpse.holds("key", "fields", "self") and "/rest/" in str(shown.get("self")))
        or (glimpse.holds("expand", "transitions") and isinstance(shown["transitions"], list))
    )


KINDS = (Kind("jira", "Jira", translate_jira, _fits, aliases=("jsm",), of_record=True),)
