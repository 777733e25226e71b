"""AdmissionReview, and its request alone → acts. A request states no time.

https://kubernetes.io/docs/reference/config-api/apiserver-admission.v1/
"""

from typing import Any

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, text
from changeproof.sources.kinds import Glimpse, Kind, always
from changeproof.sources.kubernetes.acts import Asked, acts, why_not
from changeproof.sources.reading import Reading


def translate_admission(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("kubernetes", delivery, pseudonyms)
    gathered = Gathered(reading, "kubernetes.admission")
    for value in documents(delivery.body):
        request = inside(value, "request") if inside(value, "kind") == "AdmissionReview" else value
        if not isinstance(value, dict):
            raise MalformedPayload("it is no request of an admission webhook")
        if not isinstance(request, dict):
            gathered.passed_over("an answer of an admission webhook asks for nothing")
            continue
        _request(gathered, request)
    return gathered.translation()


def _request(gathered: Gathered, request: dict[str, Any]) -> None:
    if not text(request, "uid") or not text(request, "operation"):
        raise MalformedPayload("it is no request of an admission webhook", where="uid, operation")
    if request.get("dryRun") is True:
        return gathered.passed_over("a dry run alters nothing")
    asked = _asked(request)
    if reason := why_not(asked):
        return gathered.passed_over(reason)
    found = list(acts(gathered.reading, asked))
    gathered.add(found)
    if not found:
        gathered.passed_over("nothing but status or scale would change")
    return None


def _asked(request: dict[str, Any]) -> Asked:
    subresource = text(request, "requestSubResource") or text(request, "subResource") or ""
    return Asked(
        id=text(request, "uid") or "",
        at=None,
        username=text(request, "userInfo", "username"),
        verb=(text(request, "operation") or "").lower(),
        resource=text(request, "resource", "resource") or "",
        subresource=subresource,
        kind=text(request, "kind", "kind") or "",
        namespace=text(request, "namespace"),
        name=text(request, "name"),
        before=request.get("oldObject") or None,
        after=request.get("object") or None,
    )


def _fits(glimpse: Glimpse) -> bool:
    value = glimpse.document
    if inside(value, "kind") == "AdmissionReview":
        return True
    return glimpse.holds("uid", "operation", "userInfo", "resource")


ADMISSION = Kind(
    "kubernetes-admission",
    "Kubernetes admission reviews",
    translate_admission,
    _fits,
    json=False,
    of_record=True,
    options=("cluster", "system", "environment"),
    confidential=always,
)
