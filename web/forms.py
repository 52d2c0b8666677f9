"""The forms of the desk, and the one importer of flask-wtf: what changes something carries a token against forgery."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from models.directory.places import Wanted
from models.supervision import RECEIVED, SENT
from models.vocabulary import ORIENTATION_LABELS, ORIENTATION_OPEN

OPEN, ALL = "ouvertes", "toutes"
DIRECTIONS = {"recues": RECEIVED, "envoyees": SENT}


def _offered(labels: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class Act(FlaskForm):  # type: ignore[misc]
    """A button, or fields that are read by hand: the token against forgery and nothing else."""


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


class PlacesFilter(FlaskForm):  # type: ignore[misc]
    """Which entries of the directory are listed: in the address, so that a list can be kept and sent."""

    class Meta:
        csrf = False

    q = StringField("Chercher un nom, une commune, un numéro", validators=[Length(max=100)])
    source = SelectField("Source", default="")
    etat = SelectField(
        "État", choices=_offered({"ouverts": "Ouverts", "fermes": "Fermés", "tous": "Tous"}), default="ouverts"
    )
    a_verifier = BooleanField("À vérifier")
    complets = BooleanField("Complets")
    confidentiels = BooleanField("Adresse confidentielle")
    miens = BooleanField("Tenus par mon organisation")
    page = IntegerField(default=1, validators=[NumberRange(1, 10_000)])

    def offer_sources(self, sources: list[str]) -> None:
        self.source.choices = _offered({"": "Toutes", **{source: source for source in sources}})

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            words=self.q.data or "",
            source=self.source.data,
            state=self.etat.data,
            due=self.a_verifier.data,
            confidential=self.confidentiels.data,
            full=self.complets.data,
            mine=self.miens.data,
        )
