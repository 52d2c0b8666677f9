"""What an instance must be told before it serves. The environment is read here, once, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app

ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET_CHARACTERS = 32
MAX_WORKERS = 64


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ConfigurationError(click.ClickException):
    """The environment is incomplete or wrong. The French message names the variable, never its value."""


@dataclass(frozen=True, slots=True)
class Config:
    """`origin` is the one address people type: scheme, host and port, without a final slash."""

    database_url: str
    secret_key: str
    origin: str
    end_log: Path
    demonstration: bool = False
    rate_factor: float = 1.0  # multiplies every rate limit; 0 refuses everything
    watch_static: bool = False  # look at the files of static/ again at each request
    trusted_proxy: str | None = None  # address of the proxy whose X-Forwarded-For is believed
    public_directory: bool = False  # anyone may read the directory at /annuaire/
    workers: int = 1  # processes that serve; several need PostgreSQL
    static: Path = ROOT / "static"
    clock: Callable[[], datetime] = _utc_now  # tests say what time it is

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        """The host name alone: WebAuthn's relying party id."""
        return urlsplit(self.origin).hostname or ""

    @staticmethod
    def from_environment(environment: Mapping[str, str]) -> Config:
        """Reads the variables of docs/runbook.md. Raises ConfigurationError for one that is missing or wrong."""
        return Config(
            database_url=_database_url(environment),
            secret_key=_secret(environment),
            origin=_origin(environment),
            end_log=Path(_required(environment, "ACCORD_END_LOG")),
            demonstration=_flag(environment, "ACCORD_DEMONSTRATION"),
            rate_factor=_factor(environment),
            watch_static=_flag(environment, "ACCORD_WATCH_STATIC"),
            trusted_proxy=environment.get("ACCORD_TRUSTED_PROXY") or None,
            public_directory=_flag(environment, "ACCORD_PUBLIC_DIRECTORY"),
            workers=_workers(environment),
        )


def current() -> Config:
    """What the application of this request or command was told."""
    config: Config = current_app.extensions["accord-config"]
    return config


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"{name} manque.")
    return value


def _database_url(environment: Mapping[str, str]) -> str:
    url = _required(environment, "DATABASE_URL")
    if not url.startswith(("sqlite:///", "postgresql://")):
        raise ConfigurationError("DATABASE_URL doit commencer par sqlite:/// ou postgresql://.")
    if url.startswith("postgresql://") and find_spec("psycopg") is None:
        raise ConfigurationError("DATABASE_URL demande PostgreSQL : installez requirements-postgresql.lock.")
    return url


def _workers(environment: Mapping[str, str]) -> int:
    written = environment.get("WORKERS", "1")
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= MAX_WORKERS):
        raise ConfigurationError(f"WORKERS doit être un nombre de 1 à {MAX_WORKERS}.")
    if int(written) > 1 and not _database_url(environment).startswith("postgresql://"):
        raise ConfigurationError("WORKERS demande PostgreSQL : SQLite se sert d’un seul processus.")
    return int(written)


def _secret(environment: Mapping[str, str]) -> str:
    secret = _required(environment, "SECRET_KEY")
    if len(secret) < MIN_SECRET_CHARACTERS:
        raise ConfigurationError(f"SECRET_KEY doit avoir au moins {MIN_SECRET_CHARACTERS} caractères.")
    return secret


def _origin(environment: Mapping[str, str]) -> str:
    """Browsers give keys and workers to https pages, and to http://localhost, only."""
    origin = _required(environment, "ACCORD_ORIGIN").rstrip("/")
    parts = urlsplit(origin)
    if parts.path or parts.query or parts.fragment or not parts.hostname or parts.username:
        raise ConfigurationError("ACCORD_ORIGIN doit être https://, un nom et peut-être un port, rien après.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname == "localhost"):
        raise ConfigurationError("ACCORD_ORIGIN doit commencer par https://, ou être http://localhost.")
    return origin


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "0")
    if value not in ("", "0", "1"):
        raise ConfigurationError(f"{name} doit être 0 ou 1.")
    return value == "1"


def _factor(environment: Mapping[str, str]) -> float:
    try:
        factor = float(environment.get("ACCORD_RATE_FACTOR", "1"))
    except ValueError:
        raise ConfigurationError("ACCORD_RATE_FACTOR doit être un nombre.") from None
    if not 0 <= factor < float("inf"):
        raise ConfigurationError("ACCORD_RATE_FACTOR doit être un nombre, zéro ou plus.")
    return factor
