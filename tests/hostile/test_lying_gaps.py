"""What a server leaves out, without a word: it is reported, asked again, and an honest server heals it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.client.conftest import accord, phone_of, territory_file
from tests.client.phones import Phone
from tests.client.test_vault_orientations import send, stored_sections
from tests.hostile.feed_lies import events, one_hidden_in_the_middle
from tests.hostile.lying import later
from tests.hostile.test_lying_browser import Heard

__all__ = ["accord", "phone_of", "territory_file"]

DOUBTS = """
  const db = await database(member);
  const request = db.transaction("meta").objectStore("meta").get("doubts");
  await new Promise((resolve) => { request.onsuccess = resolve; });
  db.close();
  return request.result ?? {}"""


def inbox(phone: Phone) -> int:
    return len(phone.run("return vault.orientations('inbox')"))


def is_reported(phone: Phone) -> bool:
    return "annoncés" in " ".join(phone.run("return vault.syncStatus().notes"))


def doubts(phone: Phone) -> Any:
    return phone.run(DOUBTS, member=phone.member)


def test_an_event_left_out_of_the_middle_is_asked_again_at_once_then_once_an_hour(bruno: Phone, amina: Phone) -> None:
    """T94: its author wrote after it; the stream is read again from before it."""
    heard = Heard(amina)
    for sent in (3, 6):
        for _ in range(3):
            send(bruno)
        bruno.sync()
        heard.lie = one_hidden_in_the_middle
        amina.sync()
        heard.lie = None
        assert (inbox(amina), is_reported(amina), len(doubts(amina))) == (sent - 1, True, 1)
        if sent == 6:
            amina.sync()
            assert inbox(amina) == 5  # read again a moment ago
            later(amina, 0.05)
        amina.sync()
        assert (inbox(amina), is_reported(amina), doubts(amina)) == (sent, False, {})


def test_a_section_left_out_without_a_purge_line_is_asked_again(bruno: Phone, amina: Phone) -> None:
    heard, sent = Heard(amina), send(bruno)["orientation"]
    bruno.sync()

    def without(answer: Any) -> Any:
        for line in events(answer):
            line["sections"].pop("C01", None)
        return answer

    heard.lie = without
    amina.sync()
    heard.lie = None
    assert "C01" not in stored_sections(amina, sent)
    amina.sync()
    assert "C01" in stored_sections(amina, sent)
    assert doubts(amina) == {}


def test_what_was_taken_back_is_not_asked_again(bruno: Phone, amina: Phone, phone_of: Callable[..., Phone]) -> None:
    """Its purge line says so, to who had read it and to who reads all of it for the first time."""
    made = send(bruno)
    bruno.sync()
    amina.sync()
    withdraw = "await vault.withdrawConsent({ consents: [consent], categories: null }); await sync.syncNow()"
    bruno.run(withdraw, consent=made["consent"])
    amina.sync()
    again = phone_of("amina")
    for phone in (amina, again):
        phone.sync()
        phone.sync()
        assert doubts(phone) == {}
        assert stored_sections(phone, made["orientation"]) == []
