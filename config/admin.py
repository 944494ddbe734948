"""The admin as an app of Django's, with our own site."""

from django.contrib.admin.apps import AdminConfig


class Moderation(AdminConfig):
    """`django.contrib.admin` with the moderators' door as its site."""

    default_site = "config.moderation.Moderation"
