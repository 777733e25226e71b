"""What some systems want to hear besides that a delivery was taken."""

import msgspec


class _Asked(msgspec.Struct):
    uid: str


class _Review(msgspec.Struct):
    """kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers"""

    request: _Asked
    api_version: str = msgspec.field(default="admission.k8s.io/v1", name="apiVersion")


def admitted(payload: bytes) -> bytes | None:
    """A cluster asks before it acts, and hears that nothing here objects: this door watches.

    None where the payload asks nothing.
    """
    try:
        review = msgspec.json.decode(payload, type=_Review)
    except (msgspec.DecodeError, RecursionError):
        return None
    answer = {
        "apiVersion": review.api_version,
        "kind": "AdmissionReview",
        "response": {"uid": review.request.uid, "allowed": True},
    }
    return msgspec.json.encode(answer)
