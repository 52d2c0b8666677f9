"""The one importer of webauthn: what a browser is asked, and whether what it answers is true.

Every passkey is discoverable (nobody types a name to use one) and verifies its user (fingerprint, face or code).
The challenge is a nonce of `models/accounts`; the secret a passkey derives (PRF) never comes here (web/reading.py).
"""

from __future__ import annotations

import json
from typing import Any, Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from models.accounts import KnownPasskey
from models.problems import Problem

TIMEOUT_MS: Final = 120_000
RELYING_PARTY: Final = "Accord"
# What the library lets through for bytes that are not what they claim to be.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError)


def creation_options(host: str, challenge: str, member: str, account: str, known: list[str]) -> dict[str, Any]:
    """What `navigator.credentials.create()` is given. `known`: credentials this member already has here."""
    options = generate_registration_options(
        rp_id=host,
        rp_name=RELYING_PARTY,
        user_id=member.encode(),
        user_name=account,
        challenge=base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(name)) for name in known],
    )
    return _as_dict(options_to_json(options))


def request_options(host: str, challenge: str) -> dict[str, Any]:
    """What `navigator.credentials.get()` is given. It names no credential, so it tells nothing about who exists."""
    options = generate_authentication_options(
        rp_id=host,
        challenge=base64url_to_bytes(challenge),
        timeout=TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_dict(options_to_json(options))


def challenge_of(credential: dict[str, Any]) -> str:
    """The challenge this answer says it answers, in base64url; the caller spends it. Raises `passkey`."""
    try:
        client_data = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return bytes_to_base64url(parse_client_data_json(client_data).challenge)
    except _UNREADABLE:
        raise Problem("passkey") from None


def credential_of(credential: dict[str, Any]) -> str:
    """The credential's id in base64url. Raises `passkey`."""
    name = credential.get("id")
    if not isinstance(name, str) or not 0 < len(name) <= 1400:
        raise Problem("passkey")
    return name


def verify_creation(credential: dict[str, Any], challenge: str, host: str, origin: str) -> KnownPasskey:
    """The passkey just made. Raises `passkey`."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    except _UNREADABLE:
        raise Problem("passkey") from None
    return KnownPasskey(
        bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count
    )


def verify_use(credential: dict[str, Any], challenge: str, host: str, origin: str, known: KnownPasskey) -> int:
    """The new signature count. Raises `passkey`."""
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except _UNREADABLE:
        raise Problem("passkey") from None
    return used.new_sign_count


def _as_dict(options: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(options)
    return read
