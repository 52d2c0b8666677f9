"""The door to accounts: bundles and what signs in to fetch them, sessions of devices, passkeys, invitations."""

from models.accounts.bundles import (
    account_of,
    bundle,
    open_bundle_session,
    open_recovery_session,
    put_bundle,
    sign_in_parameters,
)
from models.accounts.callers import Caller, caller
from models.accounts.desk import close_desk_session, open_desk_session
from models.accounts.devices import device_nonce, open_device_session
from models.accounts.invitations import (
    admission_state,
    admissions,
    ask_admission,
    forget_requests,
    put_invitation,
)
from models.accounts.passkeys import (
    KnownPasskey,
    add_passkey,
    open_passkey_session,
    passkey,
    passkey_challenge,
    passkeys_of,
    spend_challenge,
)

__all__ = [
    "Caller", "KnownPasskey", "account_of", "add_passkey", "admission_state", "admissions", "ask_admission", "bundle",
    "caller", "close_desk_session", "device_nonce", "forget_requests", "open_bundle_session", "open_desk_session",
    "open_device_session", "open_passkey_session", "open_recovery_session", "passkey", "passkey_challenge",
    "passkeys_of", "put_bundle", "put_invitation", "sign_in_parameters", "spend_challenge",
]  # fmt: skip
