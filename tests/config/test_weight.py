"""What a process of the site loads when it starts, and what only with the first that needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
HEAVY = ("mcp", "mcp_types", "pydantic", "starlette", "httpx2", "markdownify", "bs4")
"""What few processes need: the tools of language models, pages as Markdown."""
STARTED = f"""
import sys, config.asgi
from django.urls import get_resolver
assert get_resolver().url_patterns
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_what_few_need_is_not_loaded_at_the_start() -> None:
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": "postgresql:///none"}
    command = [sys.executable, "-c", STARTED]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
