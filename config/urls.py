"""The addresses of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts import entrance
from config import health, metrics
from config.streams import alone, either
from debate.api import events
from debate.mcp import door
from debate.web import streams

live = alone(streams.of_debate)
of_debate = either(events.Events.as_view(), streams.of_debate)
of_all = either(events.AllEvents.as_view(), streams.of_all)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.show),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/login/", entrance.sign_in, name="account_login"),
    path("accounts/signup/", entrance.join, name="account_signup"),
    path("accounts/password/reset/", entrance.ask_for_password, name="account_reset_password"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/debates/<slug:slug>/live/", live, name="live-by-token"),
    path("api/v1/debates/<slug:slug>/events/", of_debate, name="events-or-stream"),
    path("api/v1/events/", of_all, name="everything-or-stream"),
    path("api/v1/", include("debate.api.urls")),
    path("mcp", door.Door.as_view(), name="mcp"),
    path("", include("debate.web.urls")),
]

handler403 = "accounts.views.forbidden"
handler500 = "config.middleware.failed"
handler429 = "accounts.views.too_many"  # allauth's limits answer by it
