"""Whoever holds a key may have sealed anything: what is not of its shape is not shown, and spoils nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.harness import Modules

ID = "019b8d2b-8c00-7000-8000-000000000000"
ITEM = {
    "kind": "item", "category": "C01", "fields": {"called": "Zoé"}, "source": "person_said", "noted_on": "2026-03-02",
}  # fmt: skip
RECEPTION = {"kind": "reception", "mode": "passage", "on": "2026-03-02T09:00Z", "needs": [], "first_help": []}


def is_shaped(page: Modules, content: Any, category: str | None = None) -> bool:
    shown = "const { isShaped } = await import(`${base}app/vault/contents.js`);"
    return bool(
        page.run(f"{shown} return isShaped(content, category ?? undefined)", content=content, category=category)
    )


@pytest.mark.parametrize(
    ("content", "category"),
    [
        (ITEM, None),
        (ITEM, "C01"),
        (ITEM | {"more": "a later release says more"}, "C01"),
        (RECEPTION | {"adults": 2, "children": 0}, None),
        ({"kind": "request", "need": "alimentation"}, "X.request"),
        ({"kind": "answer"}, "X.answer"),
        ({"kind": "link", "dossier": ID}, None),
    ],
)
def test_what_the_protocol_says_is_shown(page_modules: Modules, content: Any, category: str | None) -> None:
    assert is_shaped(page_modules, content, category)


@pytest.mark.parametrize(
    ("content", "category"),
    [
        (None, None),
        (7, None),
        ([], None),
        ({}, None),
        ({"kind": "constructor"}, None),
        ({"kind": "__proto__"}, None),
        ({"kind": ["item"]}, None),
        (ITEM | {"fields": None}, None),
        (ITEM | {"fields": ["called"]}, None),
        (ITEM | {"fields": {"called": {"deep": "Zoé"}}}, None),
        (ITEM | {"noted_on": "hier"}, None),
        (ITEM | {"category": "C06"}, "C01"),
        (ITEM, "X.request"),
        ({"kind": "request", "need": 7}, "X.request"),
        ({"kind": "request", "need": "alimentation", "text": {}}, "X.request"),
        ({"kind": "request", "need": "alimentation"}, "C01"),
        (RECEPTION | {"needs": "alimentation"}, None),
        (RECEPTION | {"adults": -1}, None),
        (RECEPTION | {"children": 1.5}, None),
        ({"kind": "note"}, None),
        ({"kind": "link", "dossier": "x"}, None),
        ({"kind": "consent", "notice": None, "method": "oral_face", "alone": True, "trace": False}, None),
        ({"kind": "answer", "text": 7}, "X.answer"),
    ],
)
def test_anything_else_is_unreadable(page_modules: Modules, content: Any, category: str | None) -> None:
    assert not is_shaped(page_modules, content, category)
