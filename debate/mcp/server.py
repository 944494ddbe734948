"""The server of the Model Context Protocol: the package's own, with the tools of `tools`.

Requests are answered one by one, in JSON: nothing is kept between them, so that any process of
the site can answer any of them. Tools run in the thread of the request, where its database
connection is.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ContentBlock,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import ValidationError

from debate.api.endpoints import BODY_MOST
from debate.mcp import tools
from debate.mcp.calls import Answer, Api, Refused

log = logging.getLogger(__name__)
NO_DATABASE = gettext_lazy(
    "The database cannot be reached just now. Please try again in a few seconds."
)
REQUEST = "crux.request"
"""Where the request of Django's stands in the scope."""
INSTRUCTIONS = """\
Crux shows what a disagreement turns on. A debate asks a question; people hold positions on it and
answer each other's statements, each of which does one thing: support, objection, question, answer,
clarification, concession or remark. A crux is a claim that would change somebody's mind.

Read before you write: read_debate shows the whole, read_statement one point with its replies.
Statements have an id (a number, which the tools take) and a label such as S16 (which people say).
Make one claim in each statement, and quote the words you answer. What you cannot do yourself you
can propose: people decide. Send a `key` with what you write: sent again, it is done once.
"""


@dataclass
class Said:
    """An answer over HTTP."""

    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def answer(request: HttpRequest, body: bytes) -> Said:
    """Answer a request to the address of the protocol."""
    manager = StreamableHTTPSessionManager(
        app=SERVER,
        json_response=True,
        stateless=True,
        security_settings=_security(request),
        max_request_body_size=BODY_MOST,
    )
    said, parts = Said(), [body]

    async def receive() -> dict[str, Any]:
        if not parts:
            await asyncio.Event().wait()  # until the answer is there, which ends this
        return {"type": "http.request", "body": parts.pop(), "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.status = message["status"]
            said.headers = _headers(message["headers"])
        else:
            said.body += message.get("body", b"")

    async with manager.run():
        await manager.handle_request(_scope(request), receive, send)
    return said


def _security(request: HttpRequest) -> TransportSecuritySettings:
    """The host, which Django has compared with ALLOWED_HOSTS, and whose pages may send here."""
    host, origin = request.get_host(), request.headers.get("Origin", "")
    origins = [f"{request.scheme}://{host}", *settings.CORS_ORIGINS]
    is_any = "*" in settings.CORS_ORIGINS and origin
    return TransportSecuritySettings(
        allowed_hosts=[host], allowed_origins=[*origins, origin] if is_any else origins
    )


def _scope(request: HttpRequest) -> dict[str, Any]:
    sent = {name.lower(): value for name, value in request.headers.items()}
    sent = {"accept": "*/*", **sent, "host": request.get_host()}
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in sent.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": None,
        "server": None,
        REQUEST: request,
    }


def _headers(sent: Any) -> dict[str, str]:
    told = {name.decode("latin-1").title(): value.decode("latin-1") for name, value in sent}
    told.pop("Content-Length", None)
    return told


async def _list(
    context: ServerRequestContext, params: PaginatedRequestParams | None
) -> ListToolsResult:
    return ListToolsResult(tools=[_told(one) for one in tools.TOOLS.values()])


def _told(one: tools.Tool) -> Tool:
    return Tool(
        name=one.name,
        title=one.title,
        description=one.description,
        input_schema=one.schema,
        annotations=ToolAnnotations(
            read_only_hint=one.reads,
            destructive_hint=False,
            idempotent_hint=one.is_idempotent,
            open_world_hint=False,
        ),
    )


async def _call(context: ServerRequestContext, params: CallToolRequestParams) -> CallToolResult:
    api = Api(context.request.scope[REQUEST])  # type: ignore[union-attr]  # HTTP always has one
    return await sync_to_async(called)(api, params.name, params.arguments or {})


def called(api: Api, name: str, arguments: dict[str, Any]) -> CallToolResult:
    """What a tool gives; what goes wrong is a result too, which says what to do."""
    one = tools.TOOLS.get(name)
    if one is None:
        known = ", ".join(tools.TOOLS)
        text = gettext("There is no such tool. There are: %(tools)s.") % {"tools": known}
        return _wrong(text)
    try:
        found = one.do(api, one.taken(arguments))
    except ValidationError as error:
        return _wrong(_misfit(error))
    except Refused as error:
        return _wrong(_refusal(error), dict(error.problem))
    except (OperationalError, InterfaceError) as error:
        log.error("A tool had no database: %s", error)
        return _wrong(str(NO_DATABASE))
    except Exception:
        log.exception("The tool %s has a fault.", name)
        return _wrong(gettext("This is our mistake, and it has been logged."))
    return _result(found)


def _result(found: Answer | str) -> CallToolResult:
    """Words as they are; what has parts as JSON, for programs and for those who only read."""
    if isinstance(found, str):
        return CallToolResult(content=[_text(found)])
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[_text(text)], structured_content=found)


def _wrong(text: str, problem: dict[str, Any] | None = None) -> CallToolResult:
    return CallToolResult(content=[_text(text)], structured_content=problem, is_error=True)


def _text(text: str) -> ContentBlock:
    return TextContent(type="text", text=text)


def _misfit(error: ValidationError) -> str:
    lines = [
        f"- {'.'.join(map(str, one['loc'])) or 'arguments'}: {one['msg']}"
        for one in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return "\n".join([gettext("The arguments do not fit the tool:"), *lines])


def _refusal(error: Refused) -> str:
    """The problem in words: what is wrong with each field, and what would be right."""
    lines = [str(error)]
    for name, entries in error.problem.get("errors", {}).items():
        for entry in entries:
            more = {key: entry[key] for key in entry if key not in ("message", "code")}
            hint = f" {json.dumps(more, ensure_ascii=False)}" if more else ""
            lines.append(f"- {name + ': ' if name else ''}{entry['message']}{hint}")
    return "\n".join(lines)


SERVER: Server[Any] = Server(
    "crux",
    title="Crux",
    version="1",
    instructions=INSTRUCTIONS,
    on_list_tools=_list,
    on_call_tool=_call,
)
