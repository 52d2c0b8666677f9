"""The session behind the cookie of `/desk/`: of its own scope, so what a browser sends by itself opens no route."""

from __future__ import annotations

from datetime import datetime

from models.accounts import tokens
from models.accounts.callers import Caller
from models.database import transaction


def open_desk_session(who: Caller, now: datetime) -> str:
    """A 12-hour token of scope `desk`, for the member and device that ask."""
    with transaction():
        return str(tokens.open_session(tokens.DESK, who.member, who.organisation, who.device, now)["token"])


def close_desk_session(token: str) -> None:
    """From now on the cookie that holds this token opens nothing."""
    with transaction():
        tokens.close_session(token)
