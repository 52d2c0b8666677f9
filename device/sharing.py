"""What an honest phone checks before it sends: the same answer as the server's, offline, for kindness."""

from __future__ import annotations

from datetime import datetime, timedelta

from device.lists import CONSENT_DAYS, level_of, level_of_kind, mark
from device.phone import Phone
from device.primitives import Json, read_instant
from device.refusal import Refusal
from device.roster import Circle, Organisation, Roster

PRACTICAL = ".practical"


def level_of_consent(roster: Roster, recipient: str, categories: list[str]) -> int:
    """At least that of its categories and of its recipient."""
    return max([level_of_kind(roster.organisation(recipient).kind), *map(level_of, categories)])


def end_of(consent: Json) -> datetime:
    """When a consent stops opening new disclosures, by the device's clock."""
    return read_instant(consent["at"]) + timedelta(days=CONSENT_DAYS[consent["duration"]])


def acts_on(phone: Phone, dossier: str, recipient: str) -> list[str]:
    """The withdrawals and refusals known for a dossier and a recipient: what a new consent names as parents."""
    found = []
    for said in phone.known.values():
        consent = phone.known.get(said["consents"][0], {}) if said["type"] == "consent.withdrawn" else said
        if said["type"] not in ("consent.withdrawn", "consent.refused"):
            continue
        if (consent.get("dossier"), consent.get("recipient")) == (dossier, recipient):
            found.append(said["id"])
    return found


def is_in_force(phone: Phone, consent: Json, category: str, purpose: str, now: datetime) -> bool:
    """Whether this consent opens one category for one purpose, as far as this phone knows."""
    if category not in consent["categories"] or consent["purpose"] != purpose or now > end_of(consent):
        return False
    for act in acts_on(phone, consent["dossier"], consent["recipient"]):
        scope = phone.known[act].get("categories")
        if (scope is None or category in scope) and act not in consent["parents"]:
            return False
    return True


def check_orientation(
    phone: Phone, consent: Json, recipient: Organisation, circle: Circle, categories: list[str], now: datetime
) -> None:
    """Refusal(no_recipient | awaits_rotation | charter | matrix | consent_missing), the first that applies."""
    if circle.team in phone.me.teams and recipient.id == phone.bundle.organisation:
        raise Refusal("no_recipient")
    if recipient.awaits_rotation(circle, now.date()):
        raise Refusal("awaits_rotation")
    named = [code for code in categories if not code.startswith("X.")]
    if not all(_charter_allows(phone, recipient, code, now) for code in named):
        raise Refusal("charter")
    profiles = recipient.profiles(circle, now.date())
    for code in named:
        sign = mark(code.removesuffix(PRACTICAL), profiles)
        if not _fits(sign, code, "X.necessity" in categories):
            raise Refusal("matrix")
    purpose = consent["purpose"]
    if consent["recipient"] != recipient.id or not all(is_in_force(phone, consent, c, purpose, now) for c in named):
        raise Refusal("consent_missing")


def _fits(sign: str, code: str, has_necessity: bool) -> bool:
    if code.endswith(PRACTICAL):
        return sign != "✖"
    return sign == "✔" or (sign == "●" and has_necessity)


def _charter_allows(phone: Phone, recipient: Organisation, code: str, now: datetime) -> bool:
    sender = phone.organisation
    if sender is recipient:
        return True
    for identifier, charter in phone.roster.network.charters.items():
        signed = [organisation.signatures.get(identifier) for organisation in (sender, recipient)]
        if charter.ended or None in signed:
            continue
        # What rules is the lower version signed; what a later one no longer allows is forbidden at once.
        ruling = min(version for version in signed if version is not None)
        versions = [charter.versions[v] for v in charter.versions if v >= ruling]
        if all(_version_allows(version, sender, recipient, code) for version in versions):
            return True
    return False


def _version_allows(version: Json, sender: Organisation, recipient: Organisation, code: str) -> bool:
    parties = version.get("parties")
    if parties is not None and not {sender.id, recipient.id} <= set(parties):
        return False
    accepted = {code, code.removesuffix(PRACTICAL), "*"}
    return any(
        {sender.kind, "*"} & set(flow["from"])
        and {recipient.kind, "*"} & set(flow["to"])
        and accepted & set(flow["categories"])
        for flow in version["flows"]
    )
