"""Every word that code branches on, and nothing else.

`flask vocabulary` writes the same words to `static/app/vocabulary.js`. The event and statement tables below are
the whole list of what the server can read: a field that is not here is refused. Byte-level shapes: docs/protocol.md.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

VERSION: Final = 1
SUITE: Final = "P256-A256GCM"

# The `typ` of a signed object, so that one can never be taken for another.
TYP_STATEMENT: Final = "accord.statement"
TYP_EVENT: Final = "accord.event"
TYP_SESSION: Final = "accord.session"

# --- Limits ----------------------------------------------------------------------------------------------------
MAX_BATCH_ENTRIES: Final = 50
MAX_BATCH_BYTES: Final = 512 * 1024  # of JSON, once decompressed
MAX_EVENT_JWS_BYTES: Final = 16 * 1024
MAX_RECEIPT_CHARACTERS: Final = 8 * 1024  # of the part of a receipt that only its holder opens
MAX_STATEMENT_JWS_BYTES: Final = 96 * 1024  # a charter carries its text
MAX_SECTIONS: Final = 16
MAX_PARENTS: Final = 32
MAX_SEALED_BYTES: Final = 68 * 1024  # one section's plaintext once padded
MAX_FEED_STREAMS: Final = 50
MAX_FEED_ENTRIES: Final = 200
MAX_FEED_BYTES: Final = 1024 * 1024
MAX_HELD_PER_MEMBER: Final = 500
MAX_EARLY_PER_MEMBER: Final = 500  # withdrawals that came before their consent, signed by a member's devices
MAX_EARLY_OF_STRANGERS: Final = 40  # by keys nobody knows yet, in one of their rooms
STRANGERS_MARK: Final = "~"  # begins the name of a room, which is no member's id
STRANGERS_ROOMS: Final = 250  # that the networks of unknown keys share: who floods fills one, and 249 are left
PAD_STEPS_BYTES: Final = (256, 1024)  # then every 4096
PAD_STEP_BYTES: Final = 4096

# --- Time ------------------------------------------------------------------------------------------------------
SESSION_HOURS: Final = 12
BUNDLE_SESSION_MINUTES: Final = 10
ORIENTATION_DAYS: Final = 30
CONSENT_DAYS: Final = {"P1D": 1, "P1M": 31, "P6M": 183, "P12M": 365}
SENT_KEPT_DAYS: Final = 35  # the server's backup interval
LEASE_DAYS: Final = 14
EARLY_DAYS: Final = 7  # that a withdrawal by a key nobody knows waits for its consent
INVITATION_DAYS: Final = 7
MAX_INVITATION_USES: Final = 40
CLOCK_DRIFT_MINUTES: Final = 10


class Role(StrEnum):
    """What a member may do. `recovery` is an organisation's printed key: it signs nothing and has no device."""

    VOLUNTEER = "volunteer"
    WORKER = "worker"
    SUPERVISOR = "supervisor"
    CHARTER_ADMIN = "charter_admin"
    RECOVERY = "recovery"


class SecrecyGround(StrEnum):
    """Why a member is bound by professional secrecy. Nobody declares it of themselves."""

    STATE = "state"
    PROFESSION = "profession"
    FUNCTION = "function"
    MISSION = "mission"


class CircleClass(StrEnum):
    """The two keys of a team: everyone, or only members bound by secrecy."""

    OPEN = "open"
    BOUND = "bound"


PROFILES: Final = ("A", "B", "C", "D", "E", "F", "G", "H")
PERMISSIONS: Final = ("member.admit",)  # what a deputy may be given by name


class StatementType(StrEnum):
    NETWORK_FOUNDED = "network.founded"
    CHARTER_PUBLISHED = "charter.published"
    CHARTER_ENDED = "charter.ended"
    AUTHORITY_ROTATED = "authority.rotated"
    ORGANISATION_ADMITTED = "organisation.admitted"
    CHARTER_SIGNED = "charter.signed"
    TEAM_CREATED = "team.created"
    MEMBER_ADDED = "member.added"
    MEMBER_ROLE_SET = "member.role_set"
    MEMBER_ENDED = "member.ended"
    MEMBER_REKEYED = "member.rekeyed"
    DEVICE_ENROLLED = "device.enrolled"
    DEVICE_REVOKED = "device.revoked"
    CIRCLE_CREATED = "circle.created"
    CIRCLE_ROTATED = "circle.rotated"
    CIRCLE_GRANTED = "circle.granted"


STATEMENT_COMMON: Final = ("v", "suite", "type", "stream", "number", "prev", "at", "heads")

# (required fields, optional fields) beside STATEMENT_COMMON
STATEMENT_FIELDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "network.founded": (("founding", "name", "demonstration", "authority"), ()),
    "authority.rotated": (("authority",), ()),
    "charter.published": (
        ("charter", "version", "title", "text", "flows", "purposes", "bases", "transition_days"),
        ("parties",),
    ),
    "charter.ended": (("charter",), ()),
    "organisation.admitted": (("organisation", "administrator"), ()),
    "charter.signed": (("charter", "version", "covers_branches"), ()),
    "team.created": (("team",), ()),
    "member.added": (("member",), ()),
    "member.role_set": (("member",), ()),
    "member.ended": (("member",), ()),
    "member.rekeyed": (("member", "signing", "encryption"), ()),
    "device.enrolled": (("device", "member", "signing"), ()),
    "device.revoked": (("device",), ()),
    "circle.created": (("circle", "team", "class", "epoch", "public", "holders", "blob"), ()),
    "circle.rotated": (("circle", "epoch", "public", "holders", "blob"), ()),
    "circle.granted": (("circle", "epoch", "member", "wrap"), ()),
}
NETWORK_STATEMENTS: Final = (
    "network.founded",
    "charter.published",
    "charter.ended",
    "authority.rotated",
    "organisation.admitted",
)


class EventType(StrEnum):
    DOSSIER_OPENED = "dossier.opened"
    DOSSIER_CORRECTED = "dossier.corrected"
    RECEPTION_RECORDED = "reception.recorded"
    NOTE_RECORDED = "note.recorded"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REFUSED = "consent.refused"
    CONSENT_DEFERRED = "consent.deferred"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    RECEIPT_ISSUED = "receipt.issued"
    ORIENTATION_SENT = "orientation.sent"
    ORIENTATION_OPENED = "orientation.opened"
    ORIENTATION_ANSWERED = "orientation.answered"
    ORIENTATION_CANCELLED = "orientation.cancelled"


EVENT_COMMON: Final = (
    "v", "suite", "id", "type", "audience", "heads", "at", "parents", "n", "prev", "skipped", "sections",
)  # fmt: skip
WITHDRAWN_COMMON: Final = ("v", "suite", "id", "type", "at", "parents")

# The clear/sealed table: (required clear fields, optional clear fields) beside the common ones. All else is sealed.
EVENT_FIELDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "dossier.opened": (("dossier",), ()),
    "dossier.corrected": (("dossier",), ()),
    "reception.recorded": ((), ("dossier",)),
    "note.recorded": ((), ("dossier",)),
    "consent.given": (
        ("dossier", "recipient", "categories", "purpose", "basis", "duration"),
        ("withdrawal_key",),
    ),
    "consent.refused": (("dossier", "recipient", "categories"), ()),
    "consent.deferred": (("dossier", "recipient", "categories"), ()),
    "consent.withdrawn": (("consents",), ("categories", "why")),
    "receipt.issued": (("dossier", "consents", "withdrawal_key", "locator", "sealed"), ()),
    "orientation.sent": (
        ("ground", "purpose", "until", "deadline", "level"),
        ("reply_by", "follows", "withdrawal_key"),
    ),
    "orientation.opened": (("orientation",), ()),
    "orientation.answered": (("orientation", "state", "previous"), ()),
    "orientation.cancelled": (("orientation", "state", "previous"), ()),
}

# Who reads an event: "own" = one circle of the author's team; "both" = that and one circle of another team;
# "private" = the author alone; "none" = no section, appended where the named consents went.
EVENT_AUDIENCE: Final[dict[str, str]] = {
    "dossier.opened": "own",
    "dossier.corrected": "own",
    "reception.recorded": "own",
    "note.recorded": "private",
    "consent.given": "own",
    "consent.refused": "own",
    "consent.deferred": "own",
    "consent.withdrawn": "none",
    "receipt.issued": "own",
    "orientation.sent": "both",
    "orientation.opened": "both",
    "orientation.answered": "both",
    "orientation.cancelled": "both",
}

# Sections that are tied to no category of the sharing matrix, and the one event type each may travel in.
SECTION_REQUEST: Final = "X.request"
SECTION_NECESSITY: Final = "X.necessity"
SECTION_ANSWER: Final = "X.answer"
SECTIONS_OUTSIDE_MATRIX: Final = {
    SECTION_REQUEST: "orientation.sent",
    SECTION_NECESSITY: "orientation.sent",
    SECTION_ANSWER: "orientation.answered",
}


# Why an organisation takes an agreement back itself; without a word it is the person who does.
WITHDRAWN_WHY: Final = ("ended", "invalid", "mistake")


class OrientationState(StrEnum):
    ENVOYEE = "envoyee"
    EN_ATTENTE = "en_attente"
    ACCEPTEE = "acceptee"
    RDV_FIXE = "rdv_fixe"
    NON_VENUE = "non_venue"
    EN_COURS = "en_cours"
    REALISEE = "realisee"
    INTERROMPUE = "interrompue"
    CLOSE_SANS_SUITE = "close_sans_suite"
    REFUSEE = "refusee"
    ANNULEE = "annulee"
    EXPIREE = "expiree"
    SAISIE_PAR_ERREUR = "saisie_par_erreur"


# state → the states an answer of the recipient may set
ORIENTATION_ANSWERS: Final[dict[str, tuple[str, ...]]] = {
    "envoyee": ("en_attente", "acceptee", "refusee"),
    "en_attente": ("acceptee", "refusee"),
    "acceptee": ("rdv_fixe", "en_cours"),
    "rdv_fixe": ("en_cours", "non_venue"),
    "non_venue": ("rdv_fixe", "close_sans_suite"),
    "en_cours": ("realisee", "interrompue"),
}
# state → the states the sender may set
ORIENTATION_CANCELS: Final[dict[str, tuple[str, ...]]] = {
    "envoyee": ("annulee", "saisie_par_erreur"),
    "en_attente": ("annulee", "saisie_par_erreur"),
    "acceptee": ("annulee",),
    "rdv_fixe": ("annulee",),
    "non_venue": ("annulee",),
    "en_cours": ("annulee",),
}
ORIENTATION_EXPIRES_FROM: Final = ("envoyee", "en_attente")
ORIENTATION_OPEN: Final = ("envoyee", "en_attente", "acceptee", "rdv_fixe", "non_venue", "en_cours")
ORIENTATION_READ_UNTIL: Final = ("realisee", "interrompue", "close_sans_suite")  # the recipient reads until `until`
ORIENTATION_LABELS: Final = {
    "envoyee": "Envoyée",
    "en_attente": "En attente",
    "acceptee": "Acceptée",
    "rdv_fixe": "Rendez-vous fixé",
    "non_venue": "Personne non venue",
    "en_cours": "En cours",
    "realisee": "Réalisée",
    "interrompue": "Interrompue",
    "close_sans_suite": "Close sans suite",
    "refusee": "Refusée",
    "annulee": "Annulée",
    "expiree": "Expirée",
    "saisie_par_erreur": "Saisie par erreur",
}


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    HELD = "held"
    REJECTED = "rejected"
    RETRY = "retry"


HELD_REASONS: Final = ("parent", "head", "ended_member")

PURGE_BY_DATE: Final = ("deadline", "until")


class Mark(StrEnum):
    """A cell of the sharing matrix, by its first mark."""

    ALLOWED = "allowed"  # ✔
    NECESSITY = "necessity"  # ● a necessity section and a named team
    PRACTICAL = "practical"  # ◔ the practical variant only
    NEVER = "never"  # ✖


MARK_STRICTNESS: Final = {"allowed": 0, "necessity": 1, "practical": 2, "never": 3}

# Levels of sensitivity. 1: open. 2: bound where the team has one. 3–4: bound only. 5: own bound circle or private.
MAX_SHARED_LEVEL: Final = 4
MAX_LEVEL: Final = 5
