"""One member's well-signed line must not stop a team from reading, nor lock a colleague out."""

from __future__ import annotations

import pytest

from device import acts
from device.primitives import digest, new_id
from device.push import Queued
from device.read import pull
from models import roster
from tests.device.territory import TOLD
from tests.models.writing import REQUEST, Story, bent, item, last


def within_the_organisation(story: Story) -> Queued:
    """Bruno's orientation from CDAS Nord to CDAS Sud: two heads are named, three would fit in the shape."""
    acts.give_consent(story.bruno, story.nord, story.dossier(), story.departement, ["C01"], TOLD, story.now)
    consent = story.bruno.outbox[-1].id
    story.bruno.deliver()
    story.bruno.rules = False
    acts.send_orientation(story.bruno, story.nord, consent, story.sud, REQUEST, [item("C01", story.now)], story.now)
    return last(story.bruno)


@pytest.mark.parametrize("head", [[9999, digest("not yet")], [1, digest("another history")]])
@pytest.mark.parametrize("whose", ["nobody", "bank"])
def test_a_head_that_nobody_asked_for_is_refused(story: Story, head: list[object], whose: str) -> None:
    """Readers verify every head an event names: one they can never know would stop them at that line for ever, and one
    of another history would suspend their sharing."""
    queued = within_the_organisation(story)
    stream = f"organisation:{story.bank if whose == 'bank' else new_id(story.now)}"
    entry = bent(story.bruno, queued, heads=queued.signed.payload["heads"] | {stream: head})
    assert story.doors.push(entry)[0]["code"] == "malformed"
    assert story.doors.push(queued.entry)[0]["verdict"] == "accepted"


@pytest.mark.parametrize("epoch", ["2", "777", "9999999"])
def test_an_answer_names_an_epoch_that_exists(story: Story, epoch: str) -> None:
    id = story.sent("C01")
    acts.answer(story.amina, id, "acceptee", story.now)
    queued = last(story.amina)
    own, other = (queued.signed.payload["audience"][side] for side in ("own", "other"))
    entry = bent(story.amina, queued, audience={"own": own, "other": f"{other.partition('.')[0]}.{epoch}"})
    assert story.doors.push(entry)[0]["code"] == "no_recipient"
    entry = bent(story.amina, queued, audience={"own": f"{own.partition('.')[0]}.{epoch}", "other": other})
    assert story.doors.push(entry)[0]["code"] == "not_allowed"


def test_a_volunteer_cannot_replace_the_wrap_a_supervisor_opens_with(story: Story) -> None:
    """Any holder may grant: granting garbage to who holds already would lock them out at their next unlock."""
    circle, chloe, garbage = story.circles["halles.open"], story.chloe.bundle.member, "opens nothing"
    before = roster.organisation(story.bank).circles[circle].newest.holders[chloe]  # type: ignore[union-attr]
    fields = {"circle": circle, "epoch": 1, "member": chloe, "wrap": digest(garbage)}
    story.amina.state("circle.granted", fields, story.now, [garbage])
    assert story.doors.push(last(story.amina).entry)[0]["verdict"] == "accepted"
    assert roster.organisation(story.bank).circles[circle].newest.holders[chloe] == before  # type: ignore[union-attr]
    pull(story.chloe, story.now)
    assert story.chloe.roster.organisation(story.bank).circles[circle].wraps[1][chloe] == before
