"""Rows for tests, by factory-boy."""

from tests.factories.around import *  # noqa: F403  # all of them are meant
from tests.factories.said import *  # noqa: F403
