"""The address of the Model Context Protocol: one message of JSON-RPC in, its answer out.

What a client may is what its token may in the API. The package that speaks the protocol is large,
and is loaded with the first request: most processes never need it.
"""

from __future__ import annotations

from importlib import import_module

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import TokenAuthentication
from accounts.models import ApiToken
from debate.api.endpoints import BODY_MOST, OnlyJson, TooLarge


class WithToken(BasePermission):
    """Whoever asks needs a token; what it is good for, each tool finds out."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether a token was sent that is in use."""
        return isinstance(request.auth, ApiToken)


class Door(APIView):
    """Takes messages of the protocol, each complete in itself: no session is kept."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (WithToken,)
    content_negotiation_class = OnlyJson
    metadata_class = None
    schema = None

    def post(self, request: Request) -> HttpResponse:
        """Answer a message."""
        body: bytes = request._request.read(BODY_MOST + 1)
        if len(body) > BODY_MOST:
            raise TooLarge
        server = import_module("debate.mcp.server")
        said = async_to_sync(server.answer)(request._request, body)
        response = HttpResponse(said.body, status=said.status)
        del response["Content-Type"]
        for name, value in said.headers.items():
            response[name] = value
        return response
