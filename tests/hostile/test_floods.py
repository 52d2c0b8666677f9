"""Someone with an account, or with none, who sends without end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from device.primitives import instant, new_id
from models import accounts
from models.accounts import Caller, invitations
from models.problems import Problem
from models.tables import Invitation
from tests.models.writing import Story


def chloe(story: Story) -> Caller:
    phone = story.chloe
    return Caller(phone.bundle.member, story.bank, phone.device, "device", "supervisor", ())


def test_one_inviter_keeps_a_bounded_number_of_invitations_alive(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Invitation.select().where(Invitation.inviter == story.chloe.bundle.member).count()
    monkeypatch.setattr(invitations, "MAX_LIVE_INVITATIONS", before + 2)
    body = {"kind": "member", "uses": 40, "expires_at": instant(story.now + timedelta(days=1))}
    for _ in range(2):
        accounts.put_invitation(chloe(story), new_id(story.now), body, story.now)
    with pytest.raises(Problem, match="too_many"):
        accounts.put_invitation(chloe(story), new_id(story.now), body, story.now)
    later = story.now + timedelta(days=8)  # those have ended: there is room again
    accounts.put_invitation(
        chloe(story), new_id(later), body | {"expires_at": instant(later + timedelta(days=1))}, later
    )
