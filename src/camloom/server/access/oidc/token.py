"""ID tokens: who signed one, for whom, until when, and in answer to what."""

from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry
from structlog import get_logger

from camloom.server.web import RefusedError

# Signatures of a key that only the provider has: neither `none` nor those of a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
_KEYS = 50
_LEEWAY_S = 60
_TOKEN_BYTES = 64 << 10
_SUBJECT = 255
_log = get_logger()


class UnknownKeyError(Exception):
    """The token was signed with a key that is not among those that are known."""


def key_set(document: dict[str, Any]) -> KeySet:
    """Return the keys of a JWKS that can be used; others (of newer kinds, shared secrets) are left out."""
    listed = document.get("keys")
    keys = []
    for one in (listed if isinstance(listed, list) else [])[:_KEYS]:
        if not isinstance(one, dict) or one.get("kty") not in {"RSA", "EC", "OKP"} or one.get("use", "sig") != "sig":
            continue
        try:
            keys.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(keys)


def checked_claims(
    token: object, keys: KeySet, *, issuer: str, client_id: str, nonce: str, at: datetime
) -> dict[str, Any]:
    """Return what a token says.

    Raises:
        UnknownKeyError: the keys may be old.
        RefusedError: 403, it is not a token of this issuer for this client, in answer to this question, at this time.
    """
    if not isinstance(token, str) or len(token) > _TOKEN_BYTES:
        raise refusal("no token")
    registry = JWSRegistry(strict_check_header=False)
    registry.max_header_length, registry.max_payload_length = _TOKEN_BYTES, _TOKEN_BYTES
    try:
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS), registry=registry).claims
        _require(claims, issuer=issuer, client_id=client_id, nonce=nonce, at=at)
    except InvalidKeyIdError as error:
        raise UnknownKeyError from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise refusal(f"{type(error).__name__}: {error}") from error
    return claims


def _require(claims: dict[str, Any], *, issuer: str, client_id: str, nonce: str, at: datetime) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=_LEEWAY_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate(claims)
    if not isinstance(claims["nonce"], str) or not 0 < len(claims["sub"]) <= _SUBJECT:
        raise ValueError("nonce or sub")
    alone = not isinstance(claims["aud"], list) or len(claims["aud"]) == 1
    if claims.get("azp", client_id if alone else None) != client_id:
        raise ValueError("azp")


def refusal(why: str) -> RefusedError:
    """Return the refusal of a token; why is for the log, not for whoever sent it."""
    _log.warning("oidc-refused", why=why[:200])
    return RefusedError(403, "oidc-token", "the identity provider did not confirm who you are", "Start again.")
