"""A consent and its acts, opened, as a record of ISO/IEC TS 27560 in DPV, and as a sheet to read.

Pure. Twin: static/app/rules/consent-record.js, run over tests/vectors/consent_record.json.
`told`, made by who could open:

    at          the instant it is told        consent   the id of the act it is about
    acts        payloads of every consent act of this dossier and recipient, in order, each with `received_at` (or null)
    content     the opened section, or null   notice    the text of the notice, or null
    controller, recipient  {id, name}         labels    {code: French words}; a code without words is said as it is
"""

from __future__ import annotations

from datetime import timedelta

from device.lists import CONSENT_DAYS
from device.primitives import Json, instant, read_instant

CODES = "urn:accord:"  # no address: nobody is to be asked what a code means
# our status → DPV, FHIR R5, FHIR R4
STATUSES = {
    "given": ("ConsentGiven", "active", "active"),
    "renewed": ("RenewedConsentGiven", "active", "active"),
    "refused": ("ConsentRefused", "not-done", "rejected"),
    "deferred": ("ConsentRequestDeferred", "draft", "proposed"),
    "withdrawn": ("ConsentWithdrawn", "inactive", "inactive"),
    "expired": ("ConsentExpired", "inactive", "inactive"),
    "ended": ("ConsentRevoked", "inactive", "inactive"),
    "invalid": ("ConsentInvalidated", "inactive", "inactive"),
    "mistake": ("ConsentInvalidated", "entered-in-error", "entered-in-error"),
}
_SAID = {
    "given": "en vigueur",
    "renewed": "renouvelé, en vigueur",
    "refused": "refusé",
    "deferred": "la personne veut réfléchir",
    "withdrawn": "retiré",
    "expired": "arrivé à son terme",
    "ended": "arrêté par l’organisation",
    "invalid": "reconnu non valable",
    "mistake": "saisi par erreur",
}
_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "loc": "https://w3id.org/dpv/loc#",
    "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
_KEPT_AT = "Téléphones de l’équipe ; scellé, illisible, sur le serveur du réseau"
_KEPT_UNTIL = "Fin de l’accord, puis la durée d’archive que l’organisation a fixée"


def act_of(told: Json) -> Json:
    """The act it is about. KeyError when `acts` does not have it."""
    return {act["id"]: act for act in told["acts"]}[told["consent"]]  # type: ignore[no-any-return]


def end_of(act: Json) -> str | None:
    """The last instant of a consent, None for an act that has none."""
    if act["type"] != "consent.given":
        return None
    times = [read_instant(act[name]) for name in ("at", "received_at") if act[name]]
    return instant(min(times) + timedelta(days=CONSENT_DAYS[act["duration"]]))


def left_of(told: Json) -> list[str]:
    """The categories that no later act took back: a consent stands against an ending it names in `parents`."""
    act = act_of(told)
    scopes = [one["categories"] if "categories" in one else act["categories"] for one in _endings(told)]
    return [code for code in act["categories"] if not any(code in scope for scope in scopes)]


def status_of(told: Json) -> str:
    """A key of STATUSES, at the instant told."""
    act = act_of(told)
    if act["type"] != "consent.given":
        return str(act["type"]).removeprefix("consent.")
    if not left_of(told):
        return _why_ended(told)
    if read_instant(told["at"]) > read_instant(str(end_of(act))):
        return "expired"
    given = [one["id"] for one in told["acts"] if one["type"] == "consent.given"]
    return "renewed" if any(parent in given for parent in act["parents"]) else "given"


def _endings(told: Json) -> list[Json]:
    act = act_of(told)
    if act["type"] != "consent.given":
        return []
    kinds = ("consent.withdrawn", "consent.refused")
    return [one for one in told["acts"] if one["type"] in kinds and one["id"] not in act["parents"]]


def _why_ended(told: Json) -> str:
    """The organisation's own reason when every withdrawal gives one; otherwise it is the person who took it back."""
    whys = [one.get("why") for one in _endings(told) if one["type"] == "consent.withdrawn"]
    return str(whys[0]) if whys and all(whys) else "withdrawn"


# --- ISO/IEC TS 27560, in DPV


def to_dpv(told: Json) -> Json:
    """One JSON-LD object with its context inside: nothing is fetched to read it."""
    act, status = act_of(told), status_of(told)
    left = left_of(told) or act["categories"]
    taken = [code for code in act["categories"] if code not in left]
    back = [_status(told, taken, "ConsentWithdrawn")] if taken else []
    return {
        "@context": _CONTEXT,
        "@id": urn(act["id"]),
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": {"@id": "dpv-27560:record"},
        "dct:identifier": act["id"],
        "dct:created": act["at"],
        "dct:issued": told["at"],
        "dpv:hasDataSubject": {"@id": urn(act["dossier"]), "@type": "dpv:DataSubject"},
        **({"dpv:hasNotice": _notice(told)} if "notice" in (told["content"] or {}) else {}),
        "dpv:hasProcess": {
            "@type": "dpv:Process",
            **_purpose(told),
            "dpv:hasProcessing": {"@id": "dpv:Share"},
            "dpv:hasDataController": _party(told["controller"], "dpv:DataController"),
            "dpv:hasRecipient": _party(told["recipient"], "dpv:Recipient"),
            "dpv:hasLegalBasis": _basis(told),
            "dpv:hasDataSource": {"@id": "dpv:DataSubjectDataSource"},
            "dpv:hasStorageCondition": _storage(),
            **_duration(act),
            "dpv:hasJurisdiction": {"@id": "loc:FR"},
            "dpv:hasConsentControl": {"@id": "dpv:WithdrawConsent"},
            "dpv:hasProcess": [_status(told, left, STATUSES[status][0]), *back],
        },
        "dpv:hasStatus": [_event(told, one) for one in told["acts"]],
    }


def _status(told: Json, codes: list[str], status: str) -> Json:
    return {
        "@type": "dpv:Process",
        "dpv:hasPersonalData": [_coded(told, "category", code, "dpv:PersonalData") for code in codes],
        "dpv:hasConsentStatus": {"@id": f"dpv:{status}"},
    }


def _purpose(told: Json) -> Json:
    """None in a refusal: it stops whatever the purpose."""
    purpose = act_of(told).get("purpose")
    return {"dpv:hasPurpose": _coded(told, "purpose", purpose, "dpv:Purpose")} if purpose else {}


def _basis(told: Json) -> list[Json]:
    basis = act_of(told).get("basis")
    ours = (
        [_coded(told, "basis", basis["id"], "dpv:LegalBasis") | {"dct:hasVersion": basis["version"]}] if basis else []
    )
    return [{"@id": "dpv:ExplicitlyExpressedConsent"}, *ours]


def _storage() -> Json:
    return {
        "@type": ["dpv:StorageLocation", "dpv:StorageDuration"],
        "dpv:hasLocation": {"@type": "dpv:Location", "skos:prefLabel": _KEPT_AT},
        "dpv:hasDuration": {"@type": "dpv:UntilEventDuration", "rdf:value": _KEPT_UNTIL},
    }


def _duration(act: Json) -> Json:
    end = end_of(act)
    if end is None:
        return {}
    value = {"@value": seconds(end), "@type": "xsd:dateTime"}
    return {"dpv:hasDuration": {"@type": "dpv:UntilTimeDuration", "rdf:value": value}}


def _notice(told: Json) -> Json:
    notice = told["content"]["notice"]
    return {
        "@id": f"{CODES}notice:{notice['sha256']}",
        "@type": "dpv:ConsentNotice",
        "dct:identifier": notice["id"],
        "dct:language": notice["language"],
        **({"dct:description": told["notice"]} if told["notice"] else {}),
    }


def _party(party: Json, kind: str) -> Json:
    return {"@id": urn(party["id"]), "@type": kind, "dpv:hasName": party["name"]}


def _coded(told: Json, family: str, code: str, kind: str) -> Json:
    return {"@id": f"{CODES}{family}:{code}", "@type": kind, "skos:prefLabel": label(told, code)}


def _event(told: Json, act: Json) -> Json:
    """What one act changed: a withdrawal that says why is the organisation's."""
    given = [one["id"] for one in told["acts"] if one["type"] == "consent.given"]
    is_renewal = act["type"] == "consent.given" and any(parent in given for parent in act["parents"])
    status = "renewed" if is_renewal else act.get("why") or act["type"].removeprefix("consent.")
    time = {"@value": seconds(act["at"]), "@type": "xsd:dateTime"}
    return {"@id": urn(act["id"]), "@type": f"dpv:{STATUSES[status][0]}", "dpv:isIndicatedAtTime": time}


# --- the sheet


def to_sheet(told: Json) -> list[list[str]]:
    """[label, text] in French, to be read and printed; the exact text agreed to comes last."""
    act, content, end = act_of(told), told["content"] or {}, end_of(act_of(told))
    notice = content.get("notice", {})
    left = left_of(told)
    taken = [code for code in act["categories"] if code not in left]
    lines = [
        ["Accord", act["id"]],
        ["État", _SAID[status_of(told)]],
        ["Demandé par", told["controller"]["name"]],
        ["Pour", told["recipient"]["name"]],
        ["Informations", ", ".join(label(told, code) for code in act["categories"])],
        ["Retirées depuis", ", ".join(label(told, code) for code in taken)],
        ["But", label(told, act.get("purpose", ""))],
        ["Le", act["at"]],
        ["Jusqu’au", end or ""],
        ["Recueilli", label(told, content.get("method", ""))],
        ["Parole portée par", label(told, content.get("quality", ""))],
        ["Texte", " ".join(notice.get(name, "") for name in ("id", "language", "variant")).strip()],
        ["Empreinte du texte", notice.get("sha256", "")],
        *[["Acte", f"{one['at']} {one['type']} {one['id']}"] for one in told["acts"]],
        ["Texte exact", told["notice"] or ""],
    ]
    return [line for line in lines if line[1]]


def label(told: Json, code: str) -> str:
    return str(told["labels"].get(code, code))


def urn(identifier: str) -> str:
    return f"urn:uuid:{identifier}"


def seconds(moment: str) -> str:
    """FHIR wants seconds; ours say the minute."""
    return moment if len(moment) == 20 else f"{moment[:-1]}:00Z"
