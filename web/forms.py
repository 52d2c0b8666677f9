"""The forms of the desk, and the one importer of flask-wtf: what changes something carries a token against forgery."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from models.supervision import RECEIVED, SENT
from models.vocabulary import ORIENTATION_LABELS, ORIENTATION_OPEN

OPEN, ALL = "ouvertes", "toutes"
DIRECTIONS = {"recues": RECEIVED, "envoyees": SENT}


def _offered(labels: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class SignOut(FlaskForm):  # type: ignore[misc]
    """One button."""


class Filter(FlaskForm):  # type: ignore[misc]
    """What the list shows. It changes nothing, so its choices are in the address and it needs no token."""

    class Meta:
        csrf = False

    sens = SelectField("Sens", choices=_offered({"recues": "Reçues", "envoyees": "Envoyées"}), default="recues")
    equipe = SelectField("Équipe", default="")
    etat = SelectField("État", choices=_offered({OPEN: "Ouvertes", ALL: "Toutes", **ORIENTATION_LABELS}), default=OPEN)

    def offer_teams(self, teams: dict[str, str]) -> None:
        self.equipe.choices = _offered({"": "Toutes mes équipes", **teams})

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.sens.data]

    @property
    def states(self) -> tuple[str, ...]:
        """The states asked for; empty means all."""
        if self.etat.data == ALL:
            return ()
        return ORIENTATION_OPEN if self.etat.data == OPEN else (self.etat.data,)
