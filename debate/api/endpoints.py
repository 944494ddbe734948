"""What all endpoints share: tokens and their scopes, bodies, queries, doing things once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import TokenAuthentication
from accounts.limits import Left
from accounts.models import ApiToken, Scope, User
from accounts.rules import scopes_of
from accounts.spending import spend
from debate.actions import again, idempotency
from debate.api import parts, quotas, versions
from debate.api.errors import Malformed, Unfit
from debate.api.inputs import Asked, checked
from debate.models import Debate, Statement
from debate.selectors import debates, statements

BODY_MOST = 1_500_000  # bytes: a debate with ten positions of the longest, every letter escaped
Answer = dict[str, Any]
OK, CREATED, ACCEPTED = 200, 201, 202


class TooLarge(exceptions.APIException):
    """The body is longer than anything the API takes."""

    status_code = 413
    default_detail = f"Send at most {BODY_MOST:,} bytes."
    default_code = "too-large"


class Body(BaseParser):
    """One JSON object of a bounded size, without what no text may hold.

    Not a JSONParser: for those the framework reads the body first, by the bound for forms.
    """

    media_type = "application/json"
    most = BODY_MOST

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Read the body; raises TooLarge, ParseError."""
        raw = stream.read(self.most + 1)
        if len(raw) > self.most:
            raise TooLarge(gettext("Send at most %(most)s bytes.") % {"most": f"{self.most:,}"})
        try:
            data = json.loads(raw.decode(), parse_constant=_no_constant)
            json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:  # half characters are ValueErrors too
            raise exceptions.ParseError(
                gettext("This is not JSON in UTF-8: %(reason)s.") % {"reason": _reason(error)}
            ) from error
        if not isinstance(data, dict):
            raise exceptions.ParseError(gettext("Send a JSON object."))
        return data


def _no_constant(name: str) -> None:
    raise ValueError(gettext("%(name)s is no JSON") % {"name": name})


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return gettext("it has bytes or escapes that are no characters")
    return gettext("it is nested too deep") if isinstance(error, RecursionError) else str(error)


class OnlyJson(BaseContentNegotiation):
    """Answers are JSON, whatever a client would rather have."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The parser of JSON; None for other media types, which is a 415."""
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return parsers[0] if kind == "application/json" else None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer of JSON."""
        return renderers[0], renderers[0].media_type


class ByScope(BasePermission):
    """Reading what is public needs no token; a token needs the scope of what it is used for."""

    reading: ClassVar[Scope] = Scope.READ
    writing: ClassVar[Scope] = Scope.WRITE
    needs_token = False

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the request may go on; raises PermissionDenied that names the missing scope."""
        reads = request.method in SAFE_METHODS
        if not isinstance(request.auth, ApiToken):
            return reads and not self.needs_token
        scope = self.scope(request, view)
        if scope not in request.auth.scopes and not self.is_for_rules(request, scope):
            raise exceptions.PermissionDenied(
                gettext("This token does not have the scope '%(scope)s'.") % {"scope": scope}
            )
        return True

    def scope(self, request: Request, view: APIView) -> Scope:
        """The scope that the request needs."""
        return self.reading if request.method in SAFE_METHODS else self.writing

    def is_for_rules(self, request: Request, scope: Scope) -> bool:
        """Whether no token of the account can have the scope: the rules then say why not."""
        return isinstance(request.user, User) and scope not in scopes_of(request.user)


class Own(ByScope):
    """What is one's own takes a token to be read, too."""

    needs_token = True


class ByModerateScope(ByScope):
    """Looking after a debate: what decides over others needs the scope `moderate`."""

    writing = Scope.MODERATE


class ByModerateScopeAlone(ByModerateScope):
    """The same, where reading tells what only those may know who look after the debate."""

    reading = Scope.MODERATE
    needs_token = True


class OurSchema(AutoSchema):
    """Tells of the token, and of the parameters that every GET of rows takes."""

    def get_auth(self) -> list[Any]:
        """A token for what needs one; for the rest with it or without."""
        rules: Sequence[Any] = self.view.permission_classes
        needs_token = any(rule.needs_token for rule in rules)
        return [{"token": []}] if needs_token or self.method != "GET" else [{"token": []}, {}]

    def get_override_parameters(self) -> list[Any]:
        """`fields` and `expand`, each a list of names."""
        row = getattr(self.view, "row", None) if self.method == "GET" else None
        if row is None or self.method not in self.view.allowed_methods:
            return []
        return [
            OpenApiParameter(
                name,
                {"type": "array", "minItems": 1, "items": {"type": "string", "enum": allowed}},
                description=WORDS_OF[name],
                style="form",
                explode=False,
            )
            for name, allowed in parts.choices(row).items()
        ]


WORDS_OF = {
    "fields": "Give these fields alone; the answer is then `application/vnd.crux.part+json`.",
    "expand": "Put what these name in their place, of at most 100 rows.",
}


class Endpoint(APIView):
    """An address of the API. `asked` holds the checked query of the method.

    `row` is what GET gives, one or a page of it: `fields` and `expand` choose of it.
    """

    authentication_classes = (TokenAuthentication,)
    permission_classes = (ByScope,)
    parser_classes = (Body,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = OnlyJson
    metadata_class = None
    query: ClassVar[dict[str, type[Asked]]] = {}
    row: ClassVar[type[serializers.Serializer[Any]] | None] = None
    counting: ClassVar[Collection[str]] = ()
    schema = OurSchema()
    asked: dict[str, Any]
    parts = parts.Parts()
    left: Sequence[Left] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check token, scope, limits, query and versions before the method runs."""
        super().initial(request, *args, **kwargs)
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        if request.method not in SAFE_METHODS:
            self.left = spend(quotas.of_request(request))
            self._guard(request)
            name = (request.method or "").lower()
            setattr(self, name, again.tried(getattr(self, name)))
        method = "GET" if request.method == "HEAD" else request.method or ""
        sent = _once(request)
        if method == "GET" and self.row:
            self.parts = parts.taken(sent, self.row)
        self.asked = checked(self.query.get(method, Asked), sent, always=Malformed)

    def _guard(self, request: Request) -> None:
        """Have the method done only on the version that If-Match names, where it is sent."""
        name = (request.method or "").lower()
        if "If-Match" in request.headers:
            do = getattr(self, name)
            setattr(self, name, versions.guarded(self, do, self.debate_of, self.counting))

    def debate_of(self, request: Request, **at: Any) -> int | None:
        """The id of the debate that the thing at the address is in; None where it is in none."""
        if "slug" in at:
            return the_debate(request, at["slug"]).pk
        return the_statement(request, at["pk"]).debate_id if "pk" in at else None

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Give the parts that were asked for; say what is left, which version, and for whom."""
        is_one = versions.is_one(response)
        if self.parts and response.status_code == OK:
            response = self._parted(request, response)
            if is_one and response.status_code == OK:
                versions.tagged(request, response, ())
        elif is_one and request.method in ("GET", "HEAD", "PATCH") and hasattr(self, "get"):
            versions.tagged(request, response, self.counting)
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Authorization"])
        for name, value in quotas.headers(self.left).items():
            response.headers.setdefault(name, value)
        return response

    def _parted(self, request: Request, response: Response) -> Response:
        try:
            data = self.parts.of(response.data, request)
        except Unfit as error:
            return self.handle_exception(error)
        return Response(data, content_type=parts.MEDIA)


def _once(request: Request) -> dict[str, str]:
    """The query; raises Malformed where something in it is sent twice."""
    sent = request.query_params
    twice = [name for name in sent if len(sent.getlist(name)) > 1]
    if twice:
        entry = {"message": gettext("Send this once."), "code": "twice"}
        raise Malformed({name: [entry] for name in twice})
    return sent.dict()


def the_debate(request: Request, slug: str) -> Debate:
    """The debate of the address; raises Debate.DoesNotExist where there is none for the viewer."""
    return debates.debate(slug, request.user)


def the_statement(request: Request, pk: int) -> Statement:
    """The statement of the address; raises Statement.DoesNotExist, as `the_debate`."""
    return statements.statement(pk, request.user)


def the_user(request: Request) -> User:
    """The account behind the token; raises NotAuthenticated."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user


def created(request: Request, do: Callable[[], tuple[Answer, str]]) -> tuple[Response, bool]:
    """Do what makes a new row, once per Idempotency-Key; the response and whether it is new.

    `do` gives the body of the answer and the address of what was made. What `waits` for a
    moderator is answered 202.
    """

    def done() -> Answer:
        body, location = do()
        return {"body": body, "location": location}

    key = request.headers.get("Idempotency-Key")
    if key is None:
        answer, is_new = done(), True
    else:
        answer, is_new = idempotency.once(
            key, by=the_user(request), fingerprint=_fingerprint(request), do=done
        )
    headers = {"Location": answer["location"]}
    if not is_new:
        headers["Idempotency-Replayed"] = "true"
    status = ACCEPTED if answer["body"].get("waits") else CREATED
    return Response(answer["body"], status=status, headers=headers), is_new


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()
