"""The guides name what people press: each bold word must be on a screen, letter for letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDES = sorted((ROOT / "docs").glob("guide-*.md"))
SAID = (
    "static/app/screens", "static/app/ui", "models/notices/words", "models/reference", "models/vocabulary.py",
    "web/templates",
)  # fmt: skip
NOT_BUTTONS = {"Créer la clé : toute l’équipe", "Créer la clé : personnes tenues au secret"}  # said in two parts


def plain(text: str) -> str:
    """One kind of space: the screens never part what French keeps together."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def words_of_the_screens() -> str:
    files = [path for name in SAID for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.*"))]
    return plain(" ".join(path.read_text("utf-8") for path in files if path.suffix in (".js", ".json", ".py", ".html")))


@pytest.mark.parametrize("guide", GUIDES, ids=[guide.stem for guide in GUIDES])
def test_what_a_guide_says_to_press_is_on_a_screen(guide: Path) -> None:
    said = words_of_the_screens()
    pressed = {plain(words) for words in re.findall(r"\*\*(.+?)\*\*", guide.read_text("utf-8"), re.DOTALL)}
    sentences = {words for words in pressed if words.endswith(".")}
    assert [words for words in sorted(pressed - NOT_BUTTONS - sentences) if words not in said] == []


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    ]
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []
