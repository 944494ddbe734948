"""An OpenID Connect issuer over real HTTP, for one person: it signs, and checks what comes."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "crux", "between-us"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """Who is signed in there, and what has been asked for. `claims` change what it says."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    denies: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def person(self) -> dict[str, Any]:
        """What it says of the person."""
        known = {"sub": "248289761001", "email": "ann@example.org", "email_verified": True}
        return {**known, **self.claims}

    def discovery(self) -> dict[str, Any]:
        """Where everything is."""
        places = {
            name: f"{self.url}/{path}"
            for name, path in (
                ("authorization_endpoint", "authorize"),
                ("token_endpoint", "token"),
                ("userinfo_endpoint", "userinfo"),
                ("jwks_uri", "jwks"),
            )
        }
        return {"issuer": self.url, **places}

    def authorized(self, asked: dict[str, str]) -> str:
        """Where the browser goes from here."""
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        told = {"error": "access_denied"} if self.denies else {"code": code}
        return f"{asked['redirect_uri']}?{urlencode({**told, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code, once; None where anything is wrong."""
        asked = self.codes.pop(sent.get("code", ""), {})
        challenge = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        right = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uri": asked.get("redirect_uri"),
        }
        wrong = [name for name, value in right.items() if sent.get(name) != value]
        if asked.get("code_challenge") != base64.urlsafe_b64encode(challenge).decode().rstrip("="):
            wrong.append("code_verifier")
        self.refused += wrong
        if wrong:
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.person()}
        signed = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "for-userinfo", "token_type": "Bearer", "id_token": signed}


@contextmanager
def running() -> Iterator[Issuer]:
    """Serve an issuer on a free port of this machine."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            if place.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(place.query).items()}
                self.send_response(302)
                self.send_header("Location", issuer.authorized(asked))
                self.end_headers()
            elif place.path == "/userinfo":
                known = self.headers["Authorization"] == "Bearer for-userinfo"
                self.say(issuer.person() if known else None)
            else:
                key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                self.say(
                    {"keys": [{**key, "kid": "1"}]}
                    if place.path == "/jwks"
                    else issuer.discovery()
                )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(issuer.token({name: values[0] for name, values in parse_qs(body).items()}))

        def say(self, what: Any) -> None:
            self.send_response(400 if what is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what or {"error": "invalid_grant"}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield issuer
        server.shutdown()
