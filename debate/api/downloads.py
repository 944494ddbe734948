"""Debates as files of other programs, and what each format loses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from debate.api import answers
from debate.api.endpoints import Endpoint, the_debate
from debate.formats.outline import untold
from debate.formats.registry import FORMATS, WRITTEN, Format
from debate.selectors import downloads, outlines


class DownloadOut(serializers.Serializer[Any]):
    """A format in which a debate can be had."""

    format = serializers.CharField()
    title = serializers.CharField()
    media_type = serializers.CharField()
    url = serializers.CharField()
    losses = serializers.CharField(help_text="Where it is told what the format does not hold.")


class LossOut(serializers.Serializer[Any]):
    """One thing that is not held, and why. `candidates` are the nearest passages."""

    what = serializers.CharField()
    where = serializers.CharField(help_text="A label or key, or the number of a line.")
    why = serializers.CharField()
    candidates = serializers.ListField(child=serializers.CharField())


class LossesOut(serializers.Serializer[Any]):
    """What a format does not hold of a debate: the first 2,000 items."""

    results = LossOut(many=True)
    more = serializers.BooleanField()


class Downloads(Endpoint):
    """The formats of a debate."""

    @extend_schema(operation_id="download-list", responses=DownloadOut(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List the formats in which the debate can be had."""
        the_debate(request, slug)
        site = answers.site(request)
        return Response(
            [
                {
                    "format": name,
                    "title": FORMATS[name].title,
                    "media_type": FORMATS[name].media,
                    "url": site + reverse("api:download-detail", args=[slug, name]),
                    "losses": site + reverse("api:loss-list", args=[slug, name]),
                }
                for name in WRITTEN
            ]
        )


class OneDownload(Endpoint):
    """A debate in a format."""

    @extend_schema(
        operation_id="download-detail",
        responses={(200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")},
    )
    def get(self, request: Request, slug: str, form: str) -> HttpResponseBase:
        """Fetch the debate in this format, piece by piece; 404 for one that is not written."""
        debate, found = the_debate(request, slug), _format(form)
        outline = outlines.outline(debate, settings.SITE_URL)
        written = downloads.chunks(found.writer()(outline, untold))
        later = isinstance(request._request, ASGIRequest)
        answer = StreamingHttpResponse(downloads.stream(written, later=later))
        answer.headers["Content-Type"] = found.content_type
        name = f"{debate.slug}.{found.extension}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class Losses(Endpoint):
    """What is lost of a debate in a format."""

    @extend_schema(operation_id="loss-list", responses=LossesOut)
    def get(self, request: Request, slug: str, form: str) -> Response:
        """List what the format does not hold of the debate, item by item."""
        debate, found = the_debate(request, slug), _format(form)
        lost = downloads.lost(debate, found.writer())
        rows = [
            {
                "what": one.what,
                "where": one.where,
                "why": one.sentence,
                "candidates": list(one.candidates),
            }
            for one in lost.losses
        ]
        return Response({"results": rows, "more": lost.more})


def _format(form: str) -> Format:
    if form not in WRITTEN:
        raise NotFound
    return FORMATS[form]
