"""A consent and its acts, opened, as a Consent of FHIR R5 and of R4. `told` is that of device/consent_record.py.

Pure. Twin: static/app/rules/consent-fhir.js, run over tests/vectors/consent_record.json.
"""

from __future__ import annotations

import base64

from device.consent_record import CODES, STATUSES, act_of, end_of, label, left_of, seconds, status_of, urn
from device.primitives import Json

TERMS = "http://terminology.hl7.org/CodeSystem/"


def to_fhir_r5(told: Json) -> Json:
    """A Consent of FHIR R5. The base is to deny: what is agreed is the exception, and nothing else passes."""
    act = act_of(told)
    return {
        "resourceType": "Consent",
        "identifier": [_uri(act["id"])],
        "status": STATUSES[status_of(told)][1],
        "category": [_coding(TERMS + "v3-ActCode", "IDSCL")],
        "subject": {"identifier": _uri(act["dossier"])},
        "date": act["at"][:10],
        **_period(act),
        "grantor": [_grantor(told)],
        "grantee": [_organisation(told["recipient"])],
        "controller": [_organisation(told["controller"])],
        **_regulatory(told),
        **({"sourceAttachment": [_attachment(told)]} if told["notice"] and told["content"] else {}),
        "decision": "deny",
        **({"provision": [_provision(told)]} if _is_open(told) else {}),
    }


def to_fhir_r4(told: Json) -> Json:
    """A Consent of FHIR R4 and R4B, whose shapes are the same."""
    act = act_of(told)
    permitted = {"provision": {"type": "permit", **_provision(told)}}
    return {
        "resourceType": "Consent",
        "identifier": [_uri(act["id"])],
        "status": STATUSES[status_of(told)][2],
        "scope": _coding(TERMS + "consentscope", "patient-privacy"),
        "category": [_coding(TERMS + "v3-ActCode", "IDSCL")],
        "patient": {"identifier": _uri(act["dossier"])},
        "dateTime": seconds(act["at"]),
        "performer": [_grantor(told)],
        "organization": [_organisation(told["controller"])],
        **({"sourceAttachment": _attachment(told)} if told["notice"] and told["content"] else {}),
        "policyRule": _coding(TERMS + "v3-ActCode", "OPTOUT"),
        **(permitted if _is_open(told) else {}),
    }


def _is_open(told: Json) -> bool:
    return status_of(told) in ("given", "renewed")


def _provision(told: Json) -> Json:
    act = act_of(told)
    role = _coding(TERMS + "v3-ParticipationType", "IRCP")
    return {
        **_period(act),
        "actor": [{"role": role, "reference": _organisation(told["recipient"])}],
        "action": [_coding(TERMS + "consentaction", "disclose")],
        "purpose": [{"system": CODES + "purpose", "code": act.get("purpose", "")}],
        "code": [_coding(CODES + "category", code, label(told, code)) for code in left_of(told)],
    }


def _regulatory(told: Json) -> Json:
    basis = act_of(told).get("basis")
    return {"regulatoryBasis": [_coding(CODES + "basis", f"{basis['id']}.{basis['version']}")]} if basis else {}


def _grantor(told: Json) -> Json:
    """The person, or who spoke for them: by their quality, never by name."""
    quality = (told["content"] or {}).get("quality")
    return {"display": quality} if quality else {"identifier": _uri(act_of(told)["dossier"])}


def _attachment(told: Json) -> Json:
    """The exact text. `hash` is left out: FHIR wants SHA-1 there; the SHA-256 that was signed is in the title."""
    notice = told["content"]["notice"]
    return {
        "contentType": "application/json",
        "language": notice["language"],
        "data": base64.b64encode(told["notice"].encode()).decode(),
        "title": f"{notice['id']} sha256:{notice['sha256']}",
    }


def _period(act: Json) -> Json:
    end = end_of(act)
    return {"period": {"start": seconds(act["at"]), "end": seconds(end)}} if end else {}


def _organisation(party: Json) -> Json:
    return {"identifier": _uri(party["id"]), "display": party["name"]}


def _coding(system: str, code: str, display: str | None = None) -> Json:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def _uri(identifier: str) -> Json:
    return {"system": "urn:ietf:rfc:3986", "value": urn(identifier)}
