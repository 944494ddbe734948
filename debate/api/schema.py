"""The schema of the API (OpenAPI 3.1), made from the endpoints, and the page to read it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api.endpoints import Endpoint
from debate.api.errors import TITLES
from debate.api.examples import EXAMPLES
from debate.api.parts import MEDIA
from debate.models.statements import BODY_MAX

Shape = dict[str, Any]
PREFIX = "/api/v1/"
SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "Crux",
    "VERSION": "1",
    "DESCRIPTION": "Threaded, structured debate. Errors are application/problem+json.",
    "SCHEMA_PATH_PREFIX": PREFIX,
    "COMPONENT_SPLIT_PATCH": False,
    "PREPROCESSING_HOOKS": ["debate.api.schema.ours"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "debate.api.schema.with_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AccountKind": "accounts.models.Kind",
        "Kind": "debate.models.statements.Kind",
        "ReplyKind": "debate.api.statements.REPLIES",
        "GeneratedBy": "debate.models.statements.GeneratedBy",
        "On": "debate.models.statements.On",
        "Status": "debate.api.answers.STATUSES",
        "EventKind": "debate.api.events.EVENTS",
        "RunKind": "debate.api.revisions.RUNS",
        "ComparedWith": "debate.api.revisions.COMPARED",
        "Truth": "debate.api.answers.TRUTHS",
        "Bears": "debate.api.answers.BEARINGS",
        "Bots": "debate.models.debates.Bots",
        "Scope": "accounts.models.Scope",
        "Visibility": "debate.models.debates.Visibility",
        "DebateState": "debate.models.debates.State",
        "CruxState": "debate.models.statements.CruxState",
        "ReportReason": "debate.models.moderation.ReportReason",
        "ProposalKind": "debate.models.proposals.ProposalKind",
        "ProposalState": "debate.models.proposals.ProposalState",
        "Role": "debate.models.debates.Role",
        "ReportState": "debate.models.moderation.ReportState",
    },
}
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again with the same key within 24 hours, a request is not done again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
STRING = {"type": "string"}
RATES = {
    "RateLimit-Policy": "The limits of requests: so many (q) in so many seconds (w).",
    "RateLimit": "What is left of them (r), and in how many seconds (t) all of it is.",
}
MADE = {
    "Location": "The address of what was made, or of where it waits.",
    "Idempotency-Replayed": "true where it had been done before, under the same key.",
}
WAIT = {"Retry-After": {"description": "After so many seconds it may work.", "schema": STRING}}
ETAG = {"ETag": {"description": "Which version this is.", "schema": STRING}}
NONE_MATCH_HEADER = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of what you have: while it is still so, the answer is 304.",
    "schema": STRING,
}
MATCH_HEADER = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of what you read: it is done only if that is still so (else 412).",
    "schema": STRING,
}
ALWAYS = (400, 401, 403, 500, 503)
OF_WRITES = (409, 413, 415, 422, 429)
WITH_WAIT = (429, 503)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # no types
    """Tells the schema about our tokens."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The scheme as the schema has it."""
        return {"type": "http", "scheme": "bearer"}


@cache
def document() -> dict[str, Any]:
    """The schema, made once for each process, in English."""
    with translation.override("en"), patched_settings(SETTINGS):
        generator: Any = cast(Any, SchemaGenerator)()  # which comes without types
        made: dict[str, Any] = generator.get_schema(request=None, public=True)
    return made


class Schema(Endpoint):
    """The schema."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The schema as JSON."""
        return Response(document())


class Docs(SpectacularSwaggerSplitView):
    """The schema as a page, by Swagger UI; ours is a template without inline styles."""

    url_name = "api:schema"
    title = "Crux API"
    template_name = "debate/api/docs.html"


def ours(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """The endpoints of this API; those of other packages are not part of it."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The schema with what can go wrong at each operation, and the header of every POST."""
    parts = result["components"]
    for name, shape in parts["schemas"].items():
        if name.endswith("In"):
            shape["additionalProperties"] = False
    parts["schemas"] |= {"Problem": PROBLEM, "Entry": ENTRY, "QuoteIn": QUOTE}
    parts["responses"] = {TITLES[status][0]: _response(status) for status in TITLES}
    leave = result["paths"][f"{PREFIX}me/"]["delete"]  # which spectacular leaves out
    leave["requestBody"] = {"required": True, "content": {"application/json": {"schema": LEAVE}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation, has_versions=_has_versions(method, operations))
            _parted(operation, parts["schemas"])
            _shown(operation)
            _streamed(operation)
            _headers(method, operation)
            _tagged(method, operations, parts["schemas"])
    return result


def _streamed(operation: dict[str, Any]) -> None:
    """Tell of the stream that the lists of events are too."""
    if operation["operationId"] in ("event-list", "everything-list"):
        text = {"type": "string", "description": "Server-sent events."}
        operation["responses"]["200"]["content"]["text/event-stream"] = {"schema": text}


def _headers(method: str, operation: dict[str, Any]) -> None:
    """Tell of the headers that say what is left of limits, and where what was made is."""
    for status, response in operation["responses"].items():
        if status[0] == "2" and method != "get":
            texts = RATES | (MADE if status in ("201", "202") else {})
            shapes = {name: {"description": t, "schema": STRING} for name, t in texts.items()}
            response["headers"] = shapes


def _tagged(method: str, operations: Mapping[str, Any], schemas: Mapping[str, Shape]) -> None:
    """Tell of the version that an answer about one thing has, and how to ask for another."""
    responses = operations[method]["responses"]
    content = responses.get("200", {}).get("content", {}).get("application/json")
    if method not in ("get", "patch") or "get" not in operations or not content:
        return
    name = content["schema"].get("$ref", "").split("/")[-1]
    if not name or "results" in schemas[name].get("properties", {}):
        return
    responses["200"]["headers"] = responses["200"].get("headers", {}) | ETAG
    if method == "get":
        responses["304"] = {"description": "It is as you have it.", "headers": ETAG}
        operations[method].setdefault("parameters", []).append(NONE_MATCH_HEADER)


def _has_versions(method: str, operations: Mapping[str, Any]) -> bool:
    """Whether what is changed there can be read there, so that it has an ETag."""
    return method in ("put", "patch", "delete") and "get" in operations


def _shown(operation: dict[str, Any]) -> None:
    """Give the body an example."""
    if "requestBody" in operation and operation["operationId"] in EXAMPLES:
        content = operation["requestBody"]["content"]["application/json"]
        content["example"] = EXAMPLES[operation["operationId"]]


def _parted(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Tell of the answer with `fields` or `expand`: the same, any field of it away or expanded."""
    asked = {one["name"]: one for one in operation.get("parameters", [])}
    if "fields" not in asked:
        return
    content = operation["responses"]["200"]["content"]
    expands = asked.get("expand", {"schema": {"items": {"enum": []}}})["schema"]["items"]["enum"]
    content[MEDIA] = {"schema": _part(content["application/json"]["schema"], expands, schemas)}


def _part(shape: Shape, expands: Sequence[str], schemas: dict[str, Shape]) -> Shape:
    if shape.get("type") == "array":
        return {**shape, "items": _part(shape["items"], expands, schemas)}
    name = shape["$ref"].split("/")[-1]
    whole = schemas[name]
    if "results" in whole["properties"]:
        results = _part(whole["properties"]["results"], expands, schemas)
        made = {**whole, "properties": {**whole["properties"], "results": results}}
    else:
        made = {key: value for key, value in whole.items() if key != "required"}
        fields = whole["properties"]
        made["properties"] = fields | {one: _expanded(one, fields[one]) for one in expands}
    schemas[f"{name}Part"] = made
    return {"$ref": f"#/components/schemas/{name}Part"}


def _expanded(name: str, field: dict[str, Any]) -> dict[str, Any]:
    if field.get("type") == "array":
        return {**field, "items": _expanded(name, field["items"])}
    row = "DebateOut" if name == "debate" else "StatementOut"
    return {"anyOf": [field, {"$ref": f"#/components/schemas/{row}"}]}


def _complete(path: str, method: str, operation: dict[str, Any], *, has_versions: bool) -> None:
    asked = {one["name"] for one in operation.get("parameters", [])}
    statuses = [*ALWAYS, *([] if method == "get" else OF_WRITES)]
    if "{" in path or "topic" in asked:
        statuses.append(404)
    if method == "get" and asked & {"cursor", "q", "expand"}:
        statuses.append(422)
    if has_versions:
        statuses.append(412)
        operation.setdefault("parameters", []).append(MATCH_HEADER)
    for status in sorted(statuses):
        reference = f"#/components/responses/{TITLES[status][0]}"
        operation["responses"].setdefault(str(status), {"$ref": reference})
    operation["summary"] = operation["description"].split(";")[0].split(".")[0]
    if method == "post":
        operation.setdefault("parameters", []).append(KEY_HEADER)


def _response(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    headers = {"headers": WAIT} if status in WITH_WAIT else {}
    return {"description": f"{TITLES[status][1]}.", "content": content, **headers}


LEAVE = {
    "type": "object",
    "required": ["password", "statements"],
    "additionalProperties": False,
    "properties": {
        "password": {"type": "string", "description": "Of the account."},
        "statements": {"enum": ["keep", "withdraw"], "description": "What becomes of them."},
    },
}
ENTRY = {
    "type": "object",
    "description": "What is wrong with a field, in words and as a code.",
    "required": ["message", "code"],
    "properties": {
        "message": {"type": "string"},
        "code": {"type": "string"},
        "allowed": {"type": "array", "items": {"type": "string"}},
        "nearest": {"type": "array", "items": {"type": "string"}},
        "count": {"type": "integer"},
        "contexts": {"type": "array", "items": {"type": "string"}},
    },
}
QUOTE = {
    "type": "object",
    "description": "A quoted passage as the pair of selectors of W3C Web Annotation.",
    "required": ["exact"],
    "additionalProperties": False,
    "properties": {
        "exact": {"type": "string", "maxLength": BODY_MAX},
        "prefix": {"type": "string", "maxLength": BODY_MAX},
        "suffix": {"type": "string", "maxLength": BODY_MAX},
        "start": {"type": ["integer", "null"], "minimum": 0, "maximum": 10 * BODY_MAX},
    },
}
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {
            "type": "string",
            "description": "The request, as the log names it, where the fault is ours.",
        },
        "revision": {
            "type": "integer",
            "description": "The newest wording, where an edit was of an earlier one.",
        },
        "version": {
            "type": "integer",
            "description": "The version of a draft point as it is stored now; 0 if it is gone.",
        },
        "errors": {
            "type": "object",
            "description": "By field; positions.0.name is the name of the first position.",
            "additionalProperties": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Entry"},
            },
        },
    },
}
