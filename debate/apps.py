from django.apps import AppConfig


class DebateConfig(AppConfig):
    """The app as Django knows it."""

    name = "debate"
