"""The demonstration territory as tests use it: filled once through the protocol, then copied whole for each test."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Response

from device.api import Api
from device.demonstration import stories, territory
from device.demonstration.territory import Territory
from device.phone import Phone
from device.read import pull
from device.transport import HttpTransport
from models import database, directory, schema
from tests.conftest import Live
from tests.e2e.wire import Wire
from web import cli
from web.config import ROOT, Config

PLACES = ROOT / "device" / "demonstration" / "places.json"


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled database at rest, and the phones that filled it, with every key they hold."""

    folder: Path
    territory: Territory


def fill(folder: Path, config: Config, empty: Path) -> Filled:
    """Everything goes through the routes of a server that listens, as phones send it."""
    shutil.copy(empty, folder / "accord.sqlite")
    live = Live(config, 0)
    now, founding = datetime.now(UTC), cli.new_id(datetime.now(UTC))
    schema.await_founding(founding)
    made = territory.build(HttpTransport(live.origin), live.origin, founding, now)
    stories.fill(made, now)
    directory.import_places(PLACES, now)
    live.stop()
    database.close()
    return Filled(folder, made)


class Town:
    """A copy of the territory of one test's own: its server, which may be cut and come back, and phones in Python."""

    def __init__(self, filled: Filled, folder: Path, serve: Callable[..., Live]) -> None:
        for kept in filled.folder.glob("*"):
            shutil.copy(kept, folder / kept.name)
        self.folder, self._filled, self._serve = folder, filled, serve
        self.wire = Wire()
        self._live = serve()
        self._live.app.wsgi_app = self.wire.around(self._live.app.wsgi_app)  # type: ignore[method-assign]
        self.origin = self._live.origin

    def files(self) -> list[Path]:
        """Everything the server keeps: the database, what goes with it, and the log of ends."""
        kept = [*self.folder.glob("accord.sqlite*"), *self.folder.glob("ends.log")]
        assert len(kept) >= 2
        return kept

    @property
    def circles(self) -> dict[str, str]:
        """Circle ids by `<team>.<class>`."""
        return self._filled.territory.circles

    def member(self, account: str) -> str:
        return self._filled.territory.member(account)

    def before_each(self, act: Callable[[], Response | None]) -> None:
        """`act` sees each request to come first, and may answer in the server's place."""
        self._live.app.before_request_funcs.setdefault(None, []).append(act)

    def served_with(self, header: str, value: str) -> None:
        """Every answer leaves with this header, whatever the application had put there."""

        def bend(response: Response) -> Response:
            response.headers[header] = value
            return response

        self._live.app.after_request_funcs.setdefault(None, []).insert(0, bend)  # the first of the list comes last

    def cut(self) -> None:
        """The server ends every connection and refuses new ones."""
        self._live.stop()

    def restore(self) -> None:
        """The server comes back at the same address."""
        self._live = self._serve(port=self._live.port)
        self._live.app.wsgi_app = self.wire.around(self._live.app.wsgi_app)  # type: ignore[method-assign]

    def device(self, account: str, rules: bool = True) -> Phone:
        """The Python phone of a member, up to date. Without `rules` it signs and seals whatever it is told to."""
        known = self._filled.territory.phones[account]
        known.api, kept = Api(HttpTransport(self.origin)), known.api
        phone = copy.deepcopy(known)
        known.api = kept
        phone.origin, phone.rules = self.origin, rules
        now = datetime.now(UTC)
        phone.open_session(now)
        pull(phone, now)
        return phone
