"""Evidence that can be checked: a zip with a signed list of what is in it, and the key that signs."""

from camloom.evidence.key import default_key_path, fingerprint, public_key, public_pem, signing_key
from camloom.evidence.sealed_zip import (
    KEY,
    MANIFEST,
    MAX_BYTES,
    MAX_FILES,
    NAME,
    SEALS,
    SIGNATURE,
    Manifest,
    Sealed,
    SealedFile,
    SealedZip,
    verify_zip,
)

__all__ = [
    "KEY",
    "MANIFEST",
    "MAX_BYTES",
    "MAX_FILES",
    "NAME",
    "SEALS",
    "SIGNATURE",
    "Manifest",
    "Sealed",
    "SealedFile",
    "SealedZip",
    "default_key_path",
    "fingerprint",
    "public_key",
    "public_pem",
    "signing_key",
    "verify_zip",
]
