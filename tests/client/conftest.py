"""Modules of the client in a real browser: one page per test file, since modules keep nothing between calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.client.harness import Modules, StaticTree

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def static_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticTree]:
    tree = StaticTree(tmp_path_factory.mktemp("var"))
    yield tree
    tree.stop()


@pytest.fixture(scope="module")
def page_modules(browser: Browser, static_tree: StaticTree) -> Iterator[Modules]:
    """`page_modules.run("return accord.newId(0)")`. Fails the file if its policy was violated."""
    context = browser.new_context(locale="fr-FR")
    modules = Modules(context.new_page(), static_tree)
    yield modules
    violations = modules.violations()
    context.close()
    assert violations == []
