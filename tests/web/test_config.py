"""The environment is complete and coherent, or nothing starts; and no message repeats a value."""

from __future__ import annotations

import pytest

from web.config import Config, ConfigurationError

WHOLE = {
    "DATABASE_URL": "postgresql://db/accord",
    "SECRET_KEY": "k" * 40,
    "ACCORD_ORIGIN": "https://accord.example",
    "ACCORD_END_LOG": "/var/lib/accord/ends.log",
}


def test_a_complete_environment_is_read() -> None:
    config = Config.from_environment({**WHOLE, "ACCORD_ORIGIN": "https://accord.example/", "ACCORD_RATE_FACTOR": "2.5"})
    assert config.origin == "https://accord.example"
    assert config.host == "accord.example"
    assert config.is_https
    assert config.rate_factor == 2.5
    assert not config.demonstration
    assert not config.watch_static
    assert config.trusted_proxy is None


@pytest.mark.parametrize("name", list(WHOLE))
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Config.from_environment({key: value for key, value in WHOLE.items() if key != name})
    with pytest.raises(ConfigurationError, match=name):
        Config.from_environment({**WHOLE, name: "  "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/accord"),
        ("DATABASE_URL", "accord.sqlite"),
        ("SECRET_KEY", "short"),
        ("ACCORD_ORIGIN", "http://accord.example"),
        ("ACCORD_ORIGIN", "http://127.0.0.1:8000"),
        ("ACCORD_ORIGIN", "https://accord.example/app"),
        ("ACCORD_ORIGIN", "https://accord.example?x=1"),
        ("ACCORD_ORIGIN", "https://user:word@accord.example"),
        ("ACCORD_ORIGIN", "accord.example"),
        ("ACCORD_DEMONSTRATION", "yes"),
        ("ACCORD_WATCH_STATIC", "true"),
        ("ACCORD_RATE_FACTOR", "many"),
        ("ACCORD_RATE_FACTOR", "-1"),
        ("ACCORD_RATE_FACTOR", "nan"),
        ("ACCORD_RATE_FACTOR", "inf"),
        ("WORKERS", "0"),
        ("WORKERS", "-1"),
        ("WORKERS", "two"),
        ("WORKERS", "²"),
        ("WORKERS", "65"),
        ("WORKERS", ""),
    ],
)
def test_a_wrong_value_is_refused_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as refusal:
        Config.from_environment({**WHOLE, name: value})
    if len(value) > 6:
        assert value not in str(refusal.value)


def test_several_workers_are_for_postgresql() -> None:
    assert Config.from_environment(WHOLE).workers == 1
    assert Config.from_environment({**WHOLE, "WORKERS": "4"}).workers == 4
    alone = {**WHOLE, "DATABASE_URL": "sqlite:////var/lib/accord/accord.sqlite"}
    assert Config.from_environment({**alone, "WORKERS": "1"}).workers == 1
    with pytest.raises(ConfigurationError, match="WORKERS demande PostgreSQL"):
        Config.from_environment({**alone, "WORKERS": "2"})


def test_postgresql_without_its_driver_is_said_before_anything_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.config.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"requirements-postgresql\.lock"):
        Config.from_environment(WHOLE)


def test_a_demonstration_is_served_only_when_asked() -> None:
    assert Config.from_environment({**WHOLE, "ACCORD_DEMONSTRATION": "1"}).demonstration


def test_the_local_machine_may_be_served_without_tls() -> None:
    assert Config.from_environment({**WHOLE, "ACCORD_ORIGIN": "http://localhost:8000"}).host == "localhost"
