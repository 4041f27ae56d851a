"""An identity provider for tests: real HTTP, real keys, and a will to lie."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

CLIENT = "camloom"
SECRET = "s3cret / of the client"
KEYS = [RSAKey.generate_key(2048, {"kid": kid}, private=True, auto_kid=False) for kid in ("one", "two", "stranger")]


class IdentityProvider:
    """Says who people are.

    Attributes:
        issuer: its address.
        signed_with: position in `KEYS` of the key that signs.
        published: those that it publishes.
        header: of its tokens.
        forge: what makes of the right claims those of the token.
        answers: what it says on a path instead of the truth.
        asked: the paths that were asked for.
        info: what UserInfo says; None: there is none.
        at: seconds since 1970.
    """

    def __init__(self, issuer: str, at: Callable[[], float]) -> None:
        self.issuer, self.at = issuer, at
        self.signed_with, self.published = 0, [0]
        self.header: dict[str, Any] = {"alg": "RS256"}
        self.forge: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.answers: dict[str, bytes] = {}
        self.info: dict[str, Any] | None = None
        self.asked: list[str] = []
        self._codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}

    def let_in(self, url: str, **claims: Any) -> dict[str, str]:
        """Do what it does when somebody logs in at the address; return what the browser brings back."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        wanted = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert wanted["client_id"] == CLIENT
        assert wanted["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._codes[code] = (wanted, {"sub": "id-1", "preferred_username": "ann", "groups": ["guards"], **claims})
        return {"code": code, "state": wanted["state"]}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """Return status and body for a request."""
        self.asked.append(path)
        if path in self.answers:
            return 200, self.answers[path]
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self.about()).encode()
        if path == "/keys":
            return 200, json.dumps({"keys": [KEYS[one].as_dict(private=False) for one in self.published]}).encode()
        if path == "/info" and self.info is not None:
            return (200, json.dumps(self.info).encode()) if authorization == "Bearer x" else (401, b"")
        return self._redeem(form, authorization) if path == "/token" else (404, b"")

    def about(self) -> dict[str, Any]:
        """Return what it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/bye",
            **({"userinfo_endpoint": f"{self.issuer}/info"} if self.info is not None else {}),
        }

    def _redeem(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        wanted, claims = self._codes.pop(form.get("code", ""), ({}, {}))
        client = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        known = [unquote_plus(part) for part in client.split(":")] == [CLIENT, SECRET]
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = _base64(hashed) == wanted.get("code_challenge")
        if not (known and proven and form.get("redirect_uri") == wanted["redirect_uri"]):
            return 400, b'{"error": "invalid_grant"}'
        right = {"iss": self.issuer, "aud": CLIENT, "iat": self.at(), "exp": self.at() + 300, "nonce": wanted["nonce"]}
        return 200, json.dumps({"access_token": "x", "id_token": self._signed(self.forge(right | claims))}).encode()

    def _signed(self, claims: dict[str, Any]) -> str:
        key, header = KEYS[self.signed_with], {"kid": KEYS[self.signed_with].kid, **self.header}
        written = [_base64(json.dumps(one).encode()) for one in (header, claims)]
        if header["alg"] == "RS256":
            return jws.serialize_compact(header, json.dumps(claims), key)
        # Who believes the header takes the key that everybody knows for a secret that both share.
        mac = hmac.digest(KEYS[0].as_pem(private=False), ".".join(written).encode(), "sha256")
        return ".".join((*written, _base64(mac) if header["alg"] == "HS256" else ""))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@contextmanager
def identity_provider(at: Callable[[], float]) -> Iterator[IdentityProvider]:
    """Run a provider on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say({name: values[0] for name, values in parse_qs(body).items()})

        def _say(self, form: dict[str, str]) -> None:
            status, body = provider.answer(self.path, form, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}", at)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
