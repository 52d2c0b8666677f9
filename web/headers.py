"""The same headers on every answer (trust.md §6): nothing from elsewhere, nothing inline, nothing kept by default."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response

from web.config import Config

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # Argon2 is WebAssembly
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html accord-worker accord-release",  # one policy each: templates, Argon2, the service worker
    )
)

_REFUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "encrypted-media", "gamepad",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "serial",
    "usb", "xr-spatial-tracking",
)  # fmt: skip
_OWN_FEATURES = (
    "camera", "clipboard-write", "fullscreen", "geolocation", "publickey-credentials-create",
    "publickey-credentials-get", "screen-wake-lock",
)  # fmt: skip

PERMISSIONS_POLICY: Final = ", ".join(
    [f"{name}=()" for name in _REFUSED_FEATURES] + [f"{name}=(self)" for name in _OWN_FEATURES]
)

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STRICT_TRANSPORT: Final = "max-age=63072000; includeSubDomains"


def register(app: Flask, config: Config) -> None:
    """Every answer, refusals too, leaves with these headers; what chose no cache rule is never stored."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if config.is_https:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        response.headers.setdefault("Cache-Control", "no-store")
        return response
