from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class DebateConfig(AppConfig):
    """The app as Django knows it."""

    name = "debate"
    verbose_name = gettext_lazy("Debates")
