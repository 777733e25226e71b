"""The OpenAPI document: beside what the operations state, all that holds for every one of them.

Errors, headers of requests and answers, identifiers: said in one place, so that a generated
client and a fuzzer find in the document whatever the server may answer.
"""

from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from changeproof.api.idempotency import HEADER, LONGEST_KEY, REPLAYED
from changeproof.api.problems import CONTENT_TYPE

Json = dict[str, Any]

PROBLEM: Json = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457, with our four parts: what, where, why, cure.",
    "required": ["type", "title", "status", "detail", "what", "where", "why", "cure"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "what": {"type": "string"},
        "where": {"type": "string"},
        "why": {"type": "string"},
        "cure": {"type": "string"},
    },
}
_ALWAYS = {
    400: "It cannot be read",
    401: "It names nobody",
    403: "The caller may not",
    422: "It was understood and cannot be done, or does not fit this document",
    429: "The account asked too often; `Retry-After` says in how many seconds to come again",
    500: "Something here failed; the operator's log says what",
}
_OF_NAMES = {404: "What it names is not on record", 409: "It stands for several, or has moved"}
_OF_BODIES = {413: "It is larger than is taken"}

_STRING: Json = {"schema": {"type": "string"}}
_RATE: Json = {
    "RateLimit-Policy": {
        "description": 'the budget: `"account";q=REQUESTS;w=SECONDS`',
        **_STRING,
    },
    "RateLimit": {"description": 'what is left of it: `"account";r=REQUESTS;t=SECONDS`', **_STRING},
}
_KEY: Json = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "A key of your own for this request, so that sending it again is answered"
    f" alike and does nothing; kept for seven days. The answer then has `{REPLAYED}: true`.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "pattern": "^[!-~]+$",
    },
}
_KNOWN: Json = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "description": "The `ETag` of an answer that you hold; 304 if it is still the answer.",
    "schema": {"type": "string"},
}


class DescribedApi(NinjaAPI):
    """A NinjaAPI whose document tells of errors, keys, validators and limits too."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: Json | None = None
    ) -> Any:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        document["components"]["schemas"]["Problem"] = PROBLEM
        for methods in document["paths"].values():
            for method, operation in methods.items():
                _complete(method, operation)
        return document

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def _complete(method: str, operation: Json) -> None:
    names_something = "requestBody" in operation or bool(operation.get("parameters"))
    refusals = {
        **_ALWAYS,
        **(_OF_NAMES if names_something else {}),
        **(_OF_BODIES if "requestBody" in operation else {}),
    }
    answers = operation["responses"]
    for answer in answers.values():
        answer["headers"] = dict(_RATE)
    if method == "get":
        operation.setdefault("parameters", []).append(_KNOWN)
        answers[200]["headers"]["ETag"] = {
            "description": "send it as `If-None-Match`",
            **_STRING,
        }
        answers[304] = {"description": "It is still what you hold", "headers": dict(_RATE)}
    else:
        operation.setdefault("parameters", []).append(_KEY)
    for status, description in refusals.items():
        answers[status] = _refusal(status, description)


def _refusal(status: int, description: str) -> Json:
    headers: Json = {}
    if status == 401:
        headers["WWW-Authenticate"] = {"description": "the scheme", "required": True, **_STRING}
    if status == 429:
        headers = {
            **_RATE,
            "Retry-After": {
                "description": "seconds",
                "required": True,
                "schema": {"type": "string", "pattern": "^[0-9]+$"},
            },
        }
    return {
        "description": description,
        "headers": headers,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
