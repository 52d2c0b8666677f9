"""The phone's own fingerprint reader, played by Chromium's virtual authenticator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_OPTIONS = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True, "hasPrf": True,
}  # fmt: skip


class Authenticator:
    """A reader that lives as long as its tab: Chromium forgets the PRF secret with it, and cannot export it.

    `has_prf=False`: a reader that knows no PRF.
    """

    def __init__(self, page: Page, has_prf: bool = True) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        self._id = self._plug(has_prf)

    def _plug(self, has_prf: bool) -> str:
        options = _OPTIONS | {"hasPrf": has_prf}
        added: dict[str, Any] = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return str(added["authenticatorId"])

    def replace(self, has_prf: bool) -> None:
        """Another reader in its place: what the first one knew is gone."""
        self._session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})
        self._id = self._plug(has_prf)

    def credentials(self) -> list[dict[str, Any]]:
        """What it holds, as Chromium lists it."""
        asked = {"authenticatorId": self._id}
        found: list[dict[str, Any]] = self._session.send("WebAuthn.getCredentials", asked)["credentials"]
        return found
