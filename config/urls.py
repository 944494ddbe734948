"""The addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from accounts import entrance
from config import health
from debate.web import live

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/signup/", entrance.join, name="account_signup"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/debates/<slug:slug>/live/", live.by_token, name="live-by-token"),
    path("api/v1/", include("debate.api.urls")),
    path("", include("debate.web.urls")),
]

handler403 = "accounts.views.forbidden"
handler429 = "accounts.views.too_many"  # allauth's limits answer by it
