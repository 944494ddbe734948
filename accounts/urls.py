"""Addresses of accounts, beside those of allauth."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("names/", views.names, name="names"),
    path("tastes/", views.tastes, name="tastes"),
    path("access/", views.access, name="access"),
    path("bots/", views.bots, name="bots"),
    path("language/", views.language, name="language"),
    path("access/bots/", views.create_bot, name="bot-create"),
    path("access/bots/<slug:username>/", views.change_bot, name="bot-change"),
    path("access/tokens/", views.create_token, name="token-create"),
    path("access/tokens/<int:pk>/revocation/", views.revoke_token, name="token-revoke"),
]
