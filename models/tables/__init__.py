"""One file per table. `ALL` is every one of them, in the order they are made."""

from models.database import Table
from models.tables.admission_request import AdmissionRequest
from models.tables.beside import Beside
from models.tables.bundle import Bundle
from models.tables.consent import Consent
from models.tables.dossier import Dossier
from models.tables.early_withdrawal import EarlyWithdrawal
from models.tables.ending import Ending
from models.tables.entry import Entry
from models.tables.event import Event
from models.tables.grant import Grant
from models.tables.held import Held
from models.tables.import_row import ImportRow
from models.tables.import_run import ImportRun
from models.tables.import_source import ImportSource
from models.tables.invitation import Invitation
from models.tables.nonce import Nonce
from models.tables.notice_choice import NoticeChoice
from models.tables.notice_validation import NoticeValidation
from models.tables.orientation import Orientation
from models.tables.passkey import Passkey
from models.tables.place import Place
from models.tables.place_change import PlaceChange
from models.tables.place_mistake import PlaceMistake
from models.tables.place_pair import PlacePair
from models.tables.receipt import Receipt
from models.tables.roster_id import RosterId
from models.tables.section import Section
from models.tables.server import Server
from models.tables.service import Service
from models.tables.session import Session
from models.tables.statement import Statement
from models.tables.stream import Stream

ALL: tuple[type[Table], ...] = (
    Server, Stream, Statement, Beside, RosterId, Event, Section, Entry, Dossier, Consent, Ending, Orientation, Grant,
    EarlyWithdrawal, Held, Bundle, Session, Nonce, Passkey, Invitation, AdmissionRequest, Place, Service,
    PlaceChange, PlacePair, PlaceMistake, Receipt, ImportSource, ImportRun, ImportRow, NoticeValidation, NoticeChoice,
)  # fmt: skip

__all__ = [
    "ALL", "AdmissionRequest", "Beside", "Bundle", "Consent", "Dossier", "EarlyWithdrawal", "Ending", "Entry",
    "Event", "Grant", "Held", "ImportRow", "ImportRun", "ImportSource", "Invitation", "Nonce", "NoticeChoice",
    "NoticeValidation", "Orientation",
    "Passkey", "Place", "PlaceChange", "PlaceMistake", "PlacePair", "Receipt", "RosterId", "Section", "Server",
    "Service",
    "Session", "Statement", "Stream",
]  # fmt: skip
