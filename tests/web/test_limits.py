"""Rates: each name apart, within a window, with the seconds to wait; the memory of them is bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.problems import Problem
from web import limits
from web.limits import LIMITS, Limiter

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_asking_within_the_limit_passes_and_once_more_is_refused_until_the_window_ends() -> None:
    """T82, first half: guessing is slowed."""
    limiter = Limiter(1)
    times, seconds = LIMITS["session.passphrase"]["account"]
    for _ in range(times):
        limiter.spend("session.passphrase", "account", "amina", NOON)
    with pytest.raises(Problem) as refusal:
        limiter.spend("session.passphrase", "account", "amina", NOON + timedelta(seconds=10))
    assert refusal.value.code == "too_many"
    assert refusal.value.details == {"after": seconds - 10}
    limiter.spend("session.passphrase", "account", "amina", NOON + timedelta(seconds=seconds))


def test_each_name_and_each_route_counts_apart() -> None:
    limiter = Limiter(1)
    for _ in range(LIMITS["session.passphrase"]["account"].times):
        limiter.spend("session.passphrase", "account", "amina", NOON)
    limiter.spend("session.passphrase", "account", "bruno", NOON)
    limiter.spend("session.passphrase", "address", "amina", NOON)


def test_a_batch_costs_what_it_holds() -> None:
    limiter = Limiter(1)
    limiter.spend("events.push", "key", "phone", NOON, cost=LIMITS["events.push"]["key"].times)
    with pytest.raises(Problem, match="too_many"):
        limiter.spend("events.push", "key", "phone", NOON)


def test_a_thousand_events_kept_for_thirty_days_leave_in_one_window() -> None:
    """T16's volume: the limit is for floods, not for a phone that comes home."""
    Limiter(1).spend("events.push", "key", "phone", NOON, cost=1000)
    assert LIMITS["events.push"]["address"].times >= 1000 / 50


def test_the_factor_scales_every_limit_and_zero_refuses_all() -> None:
    with pytest.raises(Problem, match="too_many"):
        Limiter(0).spend("events.push", "address", "::1", NOON)


def test_what_is_remembered_is_bounded_and_the_oldest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_COUNTED", 100)
    limiter = Limiter(1)
    for number in range(1000):
        limiter.spend("events.push", "key", f"k{number}", NOON)
    assert len(limiter._counts["events.push", "key"]) == 100
