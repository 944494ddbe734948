"""An nginx of our own before the site, which keeps what it may (Debian: `nginx`)."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.prove.hosts import where
from tests.prove.processes import answers, free_ports, until

WORDS = """
user {user};
daemon off;
pid {home}/pid;
error_log {home}/errors;
worker_processes 2;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {home}/body;
  proxy_temp_path {home}/proxied;
  fastcgi_temp_path {home}/f;
  uwsgi_temp_path {home}/u;
  scgi_temp_path {home}/s;
  upstream site {{ server 127.0.0.1:{site}; keepalive 16; }}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $host:$server_port;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto https;
  proxy_cache_valid 10m;
  add_header X-Kept $upstream_cache_status always;
  proxy_cache_path {home}/kept keys_zone=kept:10m;
  proxy_cache_path {home}/careless keys_zone=careless:10m;
  server {{
    listen 127.0.0.1:{careful};
    location / {{ proxy_pass http://site; proxy_cache kept; }}
  }}
  server {{
    listen 127.0.0.1:{careless};
    location / {{
      proxy_pass http://site;
      proxy_cache careless;
      proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;
    }}
  }}
}}
"""
"""Both keep for ten minutes whatever has no time of its own; one does not look at what the site
says of that, which shows that the other does."""


@dataclass(frozen=True)
class Caches:
    """The ports of the one that does as it is told, and of the one that does not."""

    careful: int
    careless: int


def program() -> str:
    """Where it is; empty where it is not installed."""
    return where("nginx")


@contextlib.contextmanager
def caching(site: int, home: Path) -> Iterator[Caches]:
    """Serve what is at a port of this machine through nginx."""
    made = Caches(*free_ports(2))
    us = pwd.getpwuid(os.geteuid()).pw_name
    home.mkdir()
    told = {"home": home, "site": site, "user": us}
    (home / "conf").write_text(WORDS.format(**told, **vars(made)))
    command = [program(), "-e", f"{home}/errors", "-c", f"{home}/conf"]
    process = subprocess.Popen(command, cwd=home)
    try:
        until(lambda: answers(made.careful) and answers(made.careless), 30)
        yield made
    finally:
        process.terminate()
        process.wait(10)
