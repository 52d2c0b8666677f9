"""models/feed.py: what each reader is given, and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from device import acts, admission
from device.primitives import new_id
from device.read import pull
from models import feed
from models.feed import Reader
from models.problems import Problem
from models.vocabulary import MAX_FEED_BYTES, MAX_FEED_ENTRIES, MAX_FEED_STREAMS
from tests.device.territory import Territory
from tests.models.writing import Story, last

Json = dict[str, Any]


def reader(phone: Any) -> Reader:
    return Reader(phone.bundle.member, phone.bundle.organisation)


def read(story: Story, phone: Any, stream: str, after: int = 0) -> Json:
    answer = json.loads(feed.read(reader(phone), [(stream, after)], story.doors.now))
    found: Json = answer["streams"][stream]
    return found


def circle(story: Story, name: str) -> str:
    return f"circle:{story.circles[name]}"


def note_receptions(story: Story, count: int, text: str = "") -> None:
    entries = []
    for _ in range(count):
        told = {"mode": "phone", "needs": [], "first_help": [], "text": text}
        acts.record_reception(story.bruno, story.nord, told, story.now)
        entries.append(last(story.bruno).entry)
    for start in range(0, count, 50):
        story.doors.push(*entries[start : start + 50])


# --- who may


def test_a_stream_that_is_someone_elses_and_one_that_is_nobodys_look_the_same(story: Story) -> None:
    """I5"""
    note_receptions(story, 1)
    unknown = f"circle:{new_id(story.now)}"
    theirs = circle(story, "nord.open")
    for stream in (unknown, theirs, f"member:{story.bruno.bundle.member}", "organisation:nothing", "elsewhere", ""):
        assert read(story, story.david, stream, 3) == {"entries": [], "next": 3, "more": False, "closed": True}


def test_every_session_reads_the_network_and_every_roster_whole(story: Story) -> None:
    for phone in (story.amina, story.bruno):
        for stream in ("network", f"organisation:{story.departement}", f"organisation:{story.bank}"):
            page = read(story, phone, stream)
            assert [entry["position"] for entry in page["entries"]] == list(range(1, len(page["entries"]) + 1))
            assert not page["more"]
            assert "closed" not in page


def test_of_what_travels_beside_each_gets_their_own(story: Story) -> None:
    """A wrap to its addressee, a blob to holders, a card to the same organisation."""
    stream = f"organisation:{story.departement}"
    given = {
        name: [text for entry in read(story, phone, stream)["entries"] for text in entry["beside"]]
        for name, phone in (("bruno", story.bruno), ("david", story.david), ("amina", story.amina))
    }
    assert given["amina"] == []
    cards = [text for text in given["bruno"] if text.startswith("{")]
    assert any("Bruno" in card for card in cards)
    assert cards == [text for text in given["david"] if text.startswith("{")]
    sealed = [{text for text in given[name] if not text.startswith("{")} for name in ("bruno", "david")]
    assert len(sealed[0]) == 4  # two wraps and two blobs: those of the two circles of his team
    assert sealed[0].isdisjoint(sealed[1])


def test_a_member_who_left_reads_nothing(story: Story, territory: Territory) -> None:
    admission.end_member(territory.helene, story.bruno.bundle.member, story.now)
    territory.helene.deliver()
    with pytest.raises(Problem) as refusal:
        feed.read(reader(story.bruno), [("network", 0)], story.now)
    assert refusal.value.code == "session_expired"


def test_who_joins_a_circle_reads_it_from_the_beginning(story: Story, territory: Territory) -> None:
    """T30"""
    note_receptions(story, 3)
    stream = circle(story, "nord.open")
    assert read(story, story.david, stream)["closed"]
    card = territory.helene.strings[territory.helene.organisation.members[story.david.bundle.member].card]
    admission.set_member(territory.helene, story.david.bundle.member, story.now, card, teams=[story.sud, story.nord])
    admission.grant_circle(territory.helene, story.circles["nord.open"], story.david.bundle.member, story.now)
    territory.helene.deliver()
    assert [entry["position"] for entry in read(story, story.david, stream)["entries"]] == [1, 2, 3]


@pytest.mark.parametrize(
    "asked",
    [[], [("network", -1)], [("network", 0), ("network", 1)], [(f"s{n}", 0) for n in range(MAX_FEED_STREAMS + 1)]],
)
def test_a_question_that_is_none_is_malformed(story: Story, asked: list[tuple[str, int]]) -> None:
    with pytest.raises(Problem) as refusal:
        feed.read(reader(story.bruno), asked, story.now)
    assert refusal.value.code == "malformed"


# --- what is given


def test_each_side_is_given_its_own_wrap_and_the_same_signed_bytes(story: Story) -> None:
    queued = story.draft(story.consent(story.dossier(), "C01"), "C01")
    story.doors.push(queued.entry)
    ours = read(story, story.bruno, circle(story, "nord.open"))["entries"][-1]
    theirs = read(story, story.amina, circle(story, "halles.open"))["entries"][-1]
    assert ours["jws"] == theirs["jws"] == queued.signed.jws
    assert ours["received_at"] == "2026-03-04T09:41:37Z"
    assert set(theirs["sections"]) == {"C01", "X.request"}
    assert set(ours["sections"]) == {"C01", "X.request", "s1"}
    sealed = queued.entry["sections"]["C01"]
    assert theirs["sections"]["C01"] == {"core": sealed["core"], "wrap": sealed["wraps"]["other"]}
    assert ours["sections"]["C01"] == {"core": sealed["core"], "wrap": sealed["wraps"]["own"]}


def test_after_a_withdrawal_the_recipient_is_given_the_act_the_cause_and_no_seal(story: Story) -> None:
    """I5, I6"""
    consent = story.consent(story.dossier(), "C01")
    queued = story.draft(consent, "C01")
    story.doors.push(queued.entry)
    acts.withdraw_consent(story.bruno, [consent], story.now)
    withdrawal = last(story.bruno)
    story.doors.push(withdrawal.entry)
    entries = read(story, story.amina, circle(story, "halles.open"))["entries"]
    assert [entry["position"] for entry in entries] == [1, 2, 3]
    assert entries[0]["sections"] == {}
    assert entries[1]["jws"] == withdrawal.signed.jws
    assert entries[2] == {
        "position": 3, "purge": {"cause": withdrawal.id, "wraps": [[queued.id, "C01"], [queued.id, "X.request"]]},
    }  # fmt: skip
    page = json.dumps(entries)
    for sealed in queued.entry["sections"].values():
        assert sealed["core"] not in page
        assert sealed["wraps"].get("other", "none") not in page


def test_a_phone_that_reads_it_all_has_what_it_was_sent_and_loses_what_was_taken_back(story: Story) -> None:
    consent = story.consent(story.dossier(), "C01", "C14")
    id = story.orientation(consent, "C01", "C14")
    story.read()
    stream = circle(story, "halles.open")
    assert set(story.amina.store.streams[stream][id].sections) == {"C01", "C14", "X.request"}
    acts.withdraw_consent(story.bruno, [consent], story.now, ["C14"])
    story.bruno.deliver()
    pull(story.amina, story.now)
    assert set(story.amina.store.streams[stream][id].sections) == {"C01", "X.request"}
    acts.withdraw_consent(story.bruno, [consent], story.now)
    story.bruno.deliver()
    pull(story.amina, story.now)
    assert story.amina.store.streams[stream][id].sections == {}
    assert story.amina.store.alarms == []


def test_reading_notices_that_a_date_is_past_and_serves_nothing_meanwhile(story: Story) -> None:
    id = story.sent("C01")
    stream = circle(story, "halles.open")
    story.doors.now = story.now + timedelta(days=31)
    feed._last_closing = story.doors.now - timedelta(seconds=30)  # looked at half a minute ago
    [sent] = read(story, story.amina, stream)["entries"]
    assert sent["sections"] == {}
    story.doors.now += timedelta(minutes=1)
    entries = read(story, story.amina, stream)["entries"]
    assert entries[-1]["purge"]["cause"] == "deadline"
    assert entries[-1]["purge"]["wraps"][0][0] == id


def test_a_private_note_is_given_to_its_author_alone(story: Story) -> None:
    acts.record_note(story.bruno, "Penser à rappeler.", story.now)
    story.bruno.deliver()
    stream = f"member:{story.bruno.bundle.member}"
    assert len(read(story, story.bruno, stream)["entries"]) == 1
    assert read(story, story.helene, stream)["closed"]


# --- pages


def test_a_page_has_at_most_two_hundred_entries_over_all_streams_and_misses_none(story: Story) -> None:
    """I4"""
    note_receptions(story, 230)
    stream = circle(story, "nord.open")
    asked = [(stream, 0), ("network", 0)]
    answer = json.loads(feed.read(reader(story.bruno), asked, story.now))
    first, network = answer["streams"][stream], answer["streams"]["network"]
    assert len(first["entries"]) == MAX_FEED_ENTRIES
    assert (first["next"], first["more"]) == (MAX_FEED_ENTRIES, True)
    assert (network["entries"], network["next"], network["more"]) == ([], 0, True)
    rest = read(story, story.bruno, stream, first["next"])
    assert not rest["more"]
    assert [entry["position"] for entry in first["entries"] + rest["entries"]] == list(range(1, 231))
    assert read(story, story.bruno, stream, rest["next"]) == {"entries": [], "next": 230, "more": False}


def test_a_page_has_at_most_one_mebibyte_and_always_goes_forward(story: Story) -> None:
    note_receptions(story, 24, "x" * 60_000)
    stream, after, seen = circle(story, "nord.open"), 0, []
    while True:
        page = read(story, story.bruno, stream, after)
        assert len(json.dumps(page)) <= MAX_FEED_BYTES * 1.05
        assert page["entries"]
        seen += [entry["position"] for entry in page["entries"]]
        after = page["next"]
        if not page["more"]:
            break
    assert seen == list(range(1, 25))


def test_a_cursor_beyond_the_end_is_answered_as_asked(story: Story) -> None:
    page = read(story, story.bruno, "network", 10_000)
    assert page == {"entries": [], "next": 10_000, "more": False}
