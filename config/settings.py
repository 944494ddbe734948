"""The settings, all from the environment. DEBUG=1 is development; without it, production."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from environs import FileAwareEnv, validate

from config import postgres, production
from config.database import addresses

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv(strip_whitespace=True)  # SECRET_KEY_FILE names a file with SECRET_KEY

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Numpy's threads wait for each other by spinning: beside other work on the same cores what is
worked out takes ten times as long with two of them as with one. Read when numpy is imported."""

# ---- what the environment says
production.refuse_unreadable(os.environ)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", production.DEVELOPMENT_KEY if DEBUG else "")
FORMER_NAMES_KEY = env.str("FORMER_NAMES_KEY", SECRET_KEY)  # keeps names of who left from others
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", LOCAL_HOSTS if DEBUG else [])
HERE = ALLOWED_HOSTS[0].lstrip(".") if ALLOWED_HOSTS and not DEBUG else "localhost:8000"
SITE_URL = env.str("SITE_URL", f"http{'' if DEBUG else 's'}://{HERE}").rstrip("/")  # in mails
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
DATABASE_URL = env.str("DATABASE_URL", "")
DIRECT_URL = env.str("DATABASE_DIRECT_URL", "") or DATABASE_URL  # where that is a pooler
REPLICA_URL = env.str("DATABASE_REPLICA_URL", "")
REPLICA_LAG = env.float("DATABASE_REPLICA_LAG", 10)  # seconds it may be behind, to be read from
EMAIL_URL = env.str("EMAIL_URL", "console://" if DEBUG else "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "crux@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADDRESS_WRITES = env.int("ADDRESS_WRITES", 600)  # changes a minute from one address, at most
CORS_ORIGINS: list[str] = env.list("CORS_ORIGINS", [])  # sites whose pages may use the API; or *
OPENID_ISSUER = env.str("OPENID_ISSUER", "")
SITE_TEXTS = env.str("SITE_TEXTS", "")  # a folder with about.md, terms.md, privacy.md
DISKS: list[str] = env.list("DISKS", [str(postgres.home())] if DEBUG else [])  # of the database
DISK_RESERVE = env.int("DISK_RESERVE", 100)  # MB: with less on one of DISKS nothing is stored
PROXIES = env.int("PROXIES", 0)  # in front of us, each of which sets X-Forwarded-For and -Proto
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # who has it may read /metrics; without it nobody
SLOW_QUERY = env.int("SLOW_QUERY", 500)  # milliseconds from which a statement is noted

production.refuse_unsafe(
    debug=DEBUG,
    secret_key=SECRET_KEY,
    allowed_hosts=ALLOWED_HOSTS,
    database_urls=(DATABASE_URL, DIRECT_URL),
    replica=(REPLICA_URL, REPLICA_LAG),
    email_url=EMAIL_URL,
    openid_issuer=OPENID_ISSUER,
    site_texts=SITE_TEXTS,
    site_url=SITE_URL,
    metrics_token=METRICS_TOKEN,
)

# ---- the parts
INSTALLED_APPS = [
    "debate",
    "accounts",
    "config.apps.Wiring",
    "config.admin.Moderation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
]
PROBES = ("/healthz", "/readyz", "/metrics")
MIDDLEWARE = [
    "config.watching.Watching",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.Headers",
    "config.health.Probes",
    "config.middleware.Origins",
    "config.fresh.Fresh",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.languages.Languages",
    "config.markdown.Markdown",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.room.Room",
    "config.middleware.Zones",
    "config.middleware.Limits",
    "config.middleware.Looks",
    "config.middleware.DatabaseAway",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

CONTEXT = [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "accounts.http.preferences",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "NAME": "jinja2",
        "BACKEND": "config.jinja.Pages",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "config.jinja.environments",
            "context_processors": [*CONTEXT, "config.jinja.token"],
        },
    },
    {  # the admin, and pages of packages that we have not written ourselves
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", *CONTEXT]
        },
    },
]

# ---- the database
IS_POOLED = DIRECT_URL != DATABASE_URL
CONNECTIONS = env.int("DATABASE_POOL", 16)  # of each process
DATABASES: dict[str, Any] = {
    "default": addresses.primary(
        env.dj_db_url("DATABASE_URL", DATABASE_URL or postgres.development().dsn),
        connections=CONNECTIONS,
        wait=env.float("DATABASE_WAIT", 1.0),
        is_pooled=IS_POOLED,
        is_prepared=env.bool("DATABASE_PREPARE", not IS_POOLED),
        copied=bool(REPLICA_URL),
    )
}
LISTENS_AT = {"conninfo": DIRECT_URL, **addresses.GIVES_UP} if IS_POOLED else {}
"""Where live streams hear of events, when the database is reached through a pooler."""
REPLICA = (
    addresses.replica(env.dj_db_url("DATABASE_REPLICA_URL"), connections=CONNECTIONS)
    if REPLICA_URL
    else {}
)
# What allauth counts, and which codes of an app were used: of each process, or of all by a URL.
CACHES = {"default": env.dj_cache_url("CACHE_URL", "locmem://")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.reading.Accounts",
    "accounts.backends.ByAddress",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none" if DEBUG else "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that has joined, and in no other
ACCOUNT_ADAPTER = "accounts.adapters.Accounts"
ACCOUNT_FORMS = {
    "login": "accounts.entrance.SignIn",
    "signup": "accounts.entrance.Join",
    "change_password": "accounts.entrance.OtherPassword",
    "reset_password_from_key": "accounts.entrance.NewPassword",
}
SOCIALACCOUNT_FORMS = {"disconnect": "accounts.elsewhere.Disconnect"}
ACCOUNT_PREVENT_ENUMERATION = True
ENTRANCE_STEP = 1.0
"""Seconds, more than hashing takes: `accounts.entrance.paced`."""
ACCOUNT_CHANGE_EMAIL = True  # one address: a new one takes its place once it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Crux] "

# ---- second factors and passkeys
MFA_ADAPTER = "accounts.adapters.Factors"
MFA_FORMS = {
    "authenticate": "accounts.entrance.Code",
    "reauthenticate": "accounts.entrance.CodeAgain",
    "add_webauthn": "accounts.entrance.NewPasskey",
    "edit_webauthn": "accounts.entrance.PasskeyName",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, as clocks differ
MFA_ALLOW_UNVERIFIED_EMAIL = DEBUG
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# ---- signing in with an account elsewhere (OpenID Connect): off unless an issuer is given
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}}
if OPENID_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "openid",
            "name": env.str("OPENID_NAME", urlsplit(OPENID_ISSUER).hostname or ""),
            "client_id": env.str("OPENID_CLIENT_ID"),
            "secret": env.str("OPENID_SECRET"),
            "settings": {"server_url": OPENID_ISSUER, "oauth_pkce_enabled": True},
        }
    )
SOCIALACCOUNT_ADAPTER = "accounts.adapters.Elsewhere"
SOCIALACCOUNT_AUTO_SIGNUP = False  # a username is chosen, not made of an address
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an address that both sides have confirmed
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

# ---- time, words, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # each by its own name
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 31_536_000  # a year, of who chose one without an account
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not DEBUG
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.files.Hashed"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# ---- what browsers are told
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # a form that leads on to the issuer would be stopped on the way
        "form-action": [SELF, *production.origins(OPENID_ISSUER)],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "accounts.reading"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # static/js/token.js reads it
SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else env.int("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", False)  # they may be others' sites
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)  # for good, as far as browsers go
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", *env.list("ACCEPTED_CHECKS", [])]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REDIRECT_EXEMPT = [f"^{probe[1:]}$" for probe in PROBES]

BODY_MOST = 22_000_000  # bytes of a request: the largest file of an import, in base64 in JSON

# ---- the API
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "EXCEPTION_HANDLER": "debate.api.errors.handle",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Crux",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "DebateStateEnum": "debate.models.debates.State",
        "VisibilityEnum": "debate.models.debates.Visibility",
        "EventKindEnum": "debate.models.events.EventKind",
        "FollowingLevelEnum": "debate.models.following.Level",
        "NotificationReasonEnum": "debate.models.following.Reason",
        "CruxStateEnum": "debate.models.statements.CruxState",
        "ReportReasonEnum": "debate.models.moderation.ReportReason",
        "ReportStateEnum": "debate.models.moderation.ReportState",
        "TruthEnum": "debate.api.answers.TRUTHS",
        "ReplyKindEnum": "debate.api.statements.REPLIES",
        "KindEnum": "debate.models.statements.Kind",
        "ProposalKindEnum": "debate.models.proposals.ProposalKind",
    },
}

# ---- background jobs
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    *(
        f"debate.jobs.{name}"
        for name in (
            *("analysis", "cleaning", "imports", "notifying", "personal"),
            *("reviving", "search", "standing", "webhooks"),
        )
    ),
    "config.mails",
]
PROCRASTINATE_WORKER_DEFAULTS = {
    "delete_jobs": "successful",
    "shutdown_graceful_timeout": 10,
    "concurrency": 4,  # what waits for others, a webhook or a mail server, keeps nobody waiting
}
WEBHOOKS_INSIDE: list[str] = env.list("WEBHOOKS_INSIDE", [])
"""Places of our own that webhooks may call, by plain http too: `host:port`."""
WEBHOOKS_PORTS: list[int] = env.list(
    "WEBHOOKS_PORTS",
    [443],
    subcast=int,
    validate=[
        validate.Length(min=1, error="Name a port, such as 443."),
        validate.ContainsOnly(range(1, 65_536), error="Ports are numbers from 1 to 65535."),
    ],
)
"""The ports of public addresses that webhooks may call."""
WEBHOOKS_AGENT = "Crux webhooks"

# ---- mail and logs
mail = env.dj_email_url("EMAIL_URL", EMAIL_URL or "dummy://")
EMAIL_BACKEND = "config.mails.Queue"
MAIL_BACKEND = mail["EMAIL_BACKEND"]  # what the worker sends with
EMAIL_HOST = mail["EMAIL_HOST"]
EMAIL_PORT = mail["EMAIL_PORT"]
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.Lines"}, "json": {"()": "config.logs.Objects"}},
    "filters": {
        "routes": {"()": "config.logs.Routes"},
        "once": {"()": "config.logs.Once"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", "line" if DEBUG else "json"),
            "filters": ["routes"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["stderr"], "propagate": False},
        # each request has a line of its own; here is only what went wrong
        "django.request": {"filters": ["routes", "once"], "level": "ERROR"},
        "uvicorn": {"handlers": ["stderr"], "propagate": False, "level": "WARNING"},
        "django.security.csrf": {"filters": ["routes"]},
        "procrastinate": {"level": "WARNING"},
        "debate.departures": {"level": "INFO"},  # read again after a restore, so always there
        "mcp": {"level": "ERROR"},  # it tells of each request, and of what strangers send
        "fido2": {"level": "WARNING"},  # it tells whose passkey it was
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},  # anybody's guess
    },
}
