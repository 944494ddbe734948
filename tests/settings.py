"""The settings that the tests run with: development's, and quicker."""

import os

os.environ.setdefault("DEBUG", "1")

from config.settings import *
from config.settings import DATABASES

# Several runs may share the server: each has databases of its own, named after its first process.
RUN = os.environ.setdefault("CRUX_TEST_RUN", str(os.getpid()))

DATABASES["default"]["OPTIONS"].pop("pool")
DATABASES["default"]["TEST"] = {"NAME": f"test_crux_{RUN}"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ENTRANCE_STEP = 0
