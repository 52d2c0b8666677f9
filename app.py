"""Accord's server: `create_app(config)` for whoever embeds it, `python app.py` to serve."""

from __future__ import annotations

import os
import socket
import sys
from copy import copy
from functools import lru_cache

import waitress
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from models import database, endlog, roster, schema
from models.problems import CATALOGUE, Problem
from web import (
    bundle,
    cli,
    desk,
    desk_directory,
    desk_exports,
    desk_imports,
    desk_queues,
    desk_texts,
    directory,
    errors,
    founding,
    guard,
    headers,
    invitations,
    limits,
    logs,
    mistakes,
    notices,
    public_directory,
    pwa,
    receipts,
    session,
    sync,
    workers,
)
from web.config import ROOT, Config, ConfigurationError

DEFAULT_PORT = 8000
THREADS = 8
BACKLOG = 1024
MAX_WIRE_BYTES = 2 * 1024 * 1024  # waitress cuts off above this; web/reading.py refuses politely well below
MAX_FILE_WIRE_BYTES = 64 * 1024 * 1024  # the same for the one page that takes files, which refuses above 50


def create_app(config: Config | None = None) -> Flask:
    """The WSGI application; without `config` the environment says it (`flask db up`). Opens nothing yet.

    Raises ConfigurationError, or UnguardedRouteError if a route declares no rule.
    """
    config = config or Config.from_environment(os.environ)
    database.bind(config.database_url)
    endlog.bind(config.end_log)
    roster.forget()
    app = Flask("web", root_path=str(ROOT / "web"), static_folder=None)
    app.url_map.merge_slashes = False  # one address per thing: `//` is not found, not redirected
    app.extensions["accord-config"] = config
    app.config.update(SECRET_KEY=config.secret_key)
    logs.register(app)
    headers.register(app, config)
    errors.register(app)
    guard.register(app)
    limits.register(app, config.rate_factor)
    pwa.register(app, config)
    for module in (session, bundle, invitations, sync, directory, mistakes, founding, receipts, notices):
        app.register_blueprint(module.routes)
    desk.register(app, config)
    for module in (desk_directory, desk_exports, desk_imports, desk_queues, desk_texts, public_directory):
        app.register_blueprint(module.routes)
    cli.register(app)
    guard.check(app)
    return app


def main() -> int:
    """Serves on 127.0.0.1, or on HOST, until interrupted. A reverse proxy in front brings TLS."""
    try:
        config = Config.from_environment(os.environ)
        app = create_app(config)
        faults = schema.check() or demonstration_fault(config)
    except (ConfigurationError, Problem) as error:
        faults = [error.message]
    if faults:
        sys.stderr.write("Accord ne démarre pas :\n" + "".join(f"  {fault}\n" for fault in faults))
        return 2
    logs.to_standard_error()
    serve(app, config)
    sys.stderr.write("\nAccord est arrêté. Tout est gardé.\n")
    return 0


def demonstration_fault(config: Config) -> list[str]:
    """A territory where passphrases are printed must not be served as a real one."""
    if roster.network().demonstration and not config.demonstration:
        return [CATALOGUE["production_demonstration"].message]
    return []


def serve(app: Flask, config: Config) -> None:
    """Returns when interrupted (Ctrl-C)."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", DEFAULT_PORT))
    if config.workers == 1:
        _listen(app, config, host=host, port=port)
    else:
        database.close()  # it was opened to look at the schema
        shared = socket.create_server((host, port), backlog=BACKLOG)
        workers.run(config.workers, lambda: _listen(app, config, sockets=[shared]))


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request; a large body only where files are given, so that nobody fills the disk elsewhere."""

    adj: Adjustments

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.path != desk_imports.IMPORTS:
            self.adj = _for_messages(self.adj)


@lru_cache
def _for_messages(adjustments: Adjustments) -> Adjustments:
    small = copy(adjustments)
    small.max_request_body_size = min(MAX_WIRE_BYTES, small.max_request_body_size)
    return small


def _listen(app: Flask, config: Config, **where: object) -> None:
    HTTPChannel.parser_class = Parser
    waitress.serve(
        app,
        **where,
        threads=THREADS,
        ident=None,
        max_request_body_size=MAX_FILE_WIRE_BYTES,
        **_proxy(config),
    )


def _proxy(config: Config) -> dict[str, object]:
    """Without a named proxy nobody's X-Forwarded-For is believed: rate limits count real addresses."""
    if config.trusted_proxy is None:
        return {}
    return {"trusted_proxy": config.trusted_proxy, "trusted_proxy_headers": {"x-forwarded-for"}}


if __name__ == "__main__":
    sys.exit(main())
