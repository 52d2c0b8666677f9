"""Accord's server: `create_app(config)` for whoever embeds it, `python app.py` to serve."""

from __future__ import annotations

import os
import sys

import waitress
from flask import Flask

from web import errors, guard, headers, logs, pwa
from web.config import ROOT, Config, ConfigurationError

DEFAULT_PORT = 8000
THREADS = 8
MAX_WIRE_BYTES = 2 * 1024 * 1024  # waitress cuts off above this; web/reading.py refuses politely well below


def create_app(config: Config) -> Flask:
    """The WSGI application. Raises UnguardedRouteError if a route declares no rule."""
    app = Flask("web", root_path=str(ROOT / "web"), static_folder=None)
    app.url_map.merge_slashes = False  # one address per thing: `//` is not found, not redirected
    app.config.update(SECRET_KEY=config.secret_key, SESSION_COOKIE_SECURE=config.is_https)
    logs.register(app)
    headers.register(app, config)
    errors.register(app)
    guard.register(app)
    pwa.register(app, config)
    guard.check(app)
    return app


def main() -> int:
    """Serves on 127.0.0.1, or on HOST, until interrupted. A reverse proxy in front brings TLS."""
    try:
        config = Config.from_environment(os.environ)
    except ConfigurationError as error:
        sys.stderr.write(f"Accord ne démarre pas : {error}\n")
        return 2
    logs.to_standard_error()
    waitress.serve(
        create_app(config),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", DEFAULT_PORT)),
        threads=THREADS,
        ident=None,
        max_request_body_size=MAX_WIRE_BYTES,
        **_proxy(config),
    )
    return 0


def _proxy(config: Config) -> dict[str, object]:
    """Without a named proxy nobody's X-Forwarded-For is believed: rate limits count real addresses."""
    if config.trusted_proxy is None:
        return {}
    return {"trusted_proxy": config.trusted_proxy, "trusted_proxy_headers": {"x-forwarded-for"}}


if __name__ == "__main__":
    sys.exit(main())
