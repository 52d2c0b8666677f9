"""What a server that lies can add to a stream, and what the client signs for it: lines for a phone in Chromium."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.client.phones import Phone

if TYPE_CHECKING:
    from playwright.sync_api import Route

FEED = "**/api/feed?*"
RECEIVED = "2099-01-01T00:00:00Z"
Line = dict[str, Any]


def signed(phone: Phone, **payload: Any) -> tuple[str, str]:
    """(id, JWS) of an event of these members, signed with the phone's own device key. Nothing of it is kept there."""
    id, jws = phone.run(
        """const { signObject, newId } = await import(`${base}app/crypto/index.js`);
           const { current } = await import(`${base}app/vault/session.js`);
           const { device } = current();
           const at = new Date().toISOString().slice(0, 16) + "Z";
           const event = { v: 1, suite: "P256-A256GCM", id: newId(Date.now()), at, parents: [], ...payload };
           return [event.id, (await signObject("accord.event", device.id, event, device.key)).jws]""",
        payload=payload,
    )
    return id, jws


def act(jws: str) -> Line:
    return {"received_at": RECEIVED, "jws": jws, "sections": {}}


def purge(cause: str, event: str, *sections: str) -> Line:
    return {"purge": {"cause": cause, "wraps": [[event, name] for name in sections]}}


def serve(phone: Phone, *lines: Any) -> None:
    """One round in which each circle's stream ends with these lines; a line with a `position` keeps its own."""

    def lie(route: Route) -> None:
        page = route.fetch().json()
        for name, stream in page.get("streams", {}).items():
            if name.startswith("circle:"):
                for line in lines:
                    stream["next"] += 1
                    whole = {"position": stream["next"]} | line if isinstance(line, dict) else line
                    stream["entries"].append(whole)
        route.fulfill(status=200, content_type="application/json", body=json.dumps(page))

    phone.page.route(FEED, lie)
    phone.sync()
    phone.page.unroute(FEED)


def later(phone: Phone, days: float) -> None:
    """This phone's clock says so many days more."""
    phone.page.evaluate("(ms) => { const now = Date.now; Date.now = () => now() + ms; }", days * 86_400_000)
