"""The addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from accounts import entrance
from config import health

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/signup/", entrance.join, name="account_signup"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("debate.api.urls")),
    path("", include("debate.web.urls")),
]

handler429 = "accounts.views.too_many"  # allauth's limits answer by it
