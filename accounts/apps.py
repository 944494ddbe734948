from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

FACTORS = ("authenticator_added", "authenticator_removed")


class AccountsConfig(AppConfig):
    """The app as Django knows it."""

    name = "accounts"
    verbose_name = gettext_lazy("Accounts")

    def ready(self) -> None:
        """Hear of second factors, and store accounts elsewhere: allauth has no other way in."""
        changed = import_string("accounts.sessions.factors_changed")
        for signal in FACTORS:
            import_string(f"allauth.mfa.signals.{signal}").connect(changed)
        save = import_string("accounts.elsewhere.save")
        import_string("allauth.socialaccount.models.SocialLogin").save = save
