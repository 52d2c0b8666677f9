"""HSDS 3.1: each place is an organization at a location; what it offers are services there.

Ids are UUIDs made from ours (version 5): the same place has the same one in every export, wherever it is read again. A
place that offers no service of its own, or says themes of its own, has one service with its name: without a service
nobody finds it.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from models.directory.exports.hsds_tables import TABLES, datapackage
from models.directory.exports.records import Offered, Records, Structure
from models.directory.exports.zipped import zipped
from models.reference import directory_labels
from models.rules.holidays import department_of
from models.rules.sheet import written

# Drawn once, for ever: another one would make every place another one for whoever read an export before.
NAMESPACE: Final = uuid.UUID("7a0c6a52-4f0e-5d0b-9a53-2f4b4c1f7e6d")
SCHEMA: Final = "https://github.com/gip-inclusion/data-inclusion-schema"
CLASSIFIED: Final = ("thematiques", "publics", "frais", "modes_accueil", "modes_mobilisation")
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
END_OF_DAY: Final = "23:59"  # a time of HSDS has no 24:00
Row = dict[str, Any]
Tables = dict[str, list[Row]]
Labels = Mapping[str, Mapping[str, str]]


def as_json(records: Records) -> bytes:
    """The services as a list, each with its organization, location, hours and classification inside."""
    tables = _tables(records)
    return json.dumps(list(_nested(tables)), ensure_ascii=False, indent=1).encode("utf-8")


def as_package(records: Records) -> bytes:
    """A tabular data package: `datapackage.json` and a CSV for each table, in a zip. No cell is a formula."""
    tables = _tables(records)
    files = {"datapackage.json": json.dumps(datapackage(), ensure_ascii=False, indent=1)}
    for name, table in TABLES.items():
        rows = ([row.get(field) for field in table.fields] for row in tables[name])
        files[table.path] = "".join(written([tuple(table.fields), *rows], delimiter=",", bom=False))
    return zipped(files)


def id_of(table: str, *names: str) -> str:
    """The id of a row of HSDS, from what it is about."""
    return str(uuid.uuid5(NAMESPACE, json.dumps([table, *names], ensure_ascii=False)))


# --- rows --------------------------------------------------------------------------------------------------------


def _tables(records: Records) -> Tables:
    tables: Tables = {name: [] for name in TABLES}
    terms: dict[str, Row] = {}
    labels = directory_labels()
    for place in records:
        _add_place(tables, place)
        if not place.services or any(place.fields.get(name) for name in CLASSIFIED):
            _add_service(tables, place, Offered(f"{place.id}#", place.fields, {}), terms, labels)
        for service in place.services:
            _add_service(tables, place, service, terms, labels)
    tables["taxonomy_term"] += terms.values()
    if terms:
        tables["taxonomy"].append(_taxonomy())
    for table in tables.values():
        table.sort(key=lambda row: str(row["id"]))
    return tables


def _add_place(tables: Tables, place: Structure) -> None:
    fields = place.fields
    organization, location = id_of("organization", place.id), id_of("location", place.id)
    tables["organization"].append(_row(
        id=organization, name=fields["nom"], description=fields.get("description") or fields["nom"],
        email=fields.get("courriel"), website=fields.get("site_web"),
    ))  # fmt: skip
    tables["location"].append(_row(
        id=location, location_type="physical", organization_id=organization, name=fields["nom"],
        latitude=fields.get("latitude"), longitude=fields.get("longitude"),
    ))  # fmt: skip
    if all(fields.get(name) for name in ("adresse", "commune", "code_postal")):
        tables["address"].append(_row(
            id=id_of("address", place.id), location_id=location, address_1=fields["adresse"],
            address_2=fields.get("complement_adresse"), city=fields["commune"], postal_code=fields["code_postal"],
            state_province=department_of(fields.get("code_insee"), fields["code_postal"]), country="FR",
            address_type="physical",
        ))  # fmt: skip
    if fields.get("siret"):
        tables["organization_identifier"].append(_row(
            id=id_of("organization_identifier", place.id), organization_id=organization, identifier_type="SIRET",
            identifier=fields["siret"],
        ))  # fmt: skip
    _add_phone(tables, fields, {"organization_id": organization})
    tables["schedule"] += _schedules(fields, place.hours, {"location_id": location})


def _add_service(tables: Tables, place: Structure, service: Offered, terms: dict[str, Row], labels: Labels) -> None:
    fields, id_ = service.fields, id_of("service", service.id)
    tables["service"].append(_row(
        id=id_, organization_id=id_of("organization", place.id), name=fields["nom"], status="active",
        description=fields.get("description"), url=fields.get("lien_mobilisation"), email=fields.get("courriel"),
        application_process=fields.get("mobilisation_precisions"), fees_description=_fees(fields, labels),
        eligibility_description=_sentences(fields, "publics_precisions", "conditions_acces"),
        assured_date=max(filter(None, (fields.get("date_maj"), place.verified_on)), default=None),
    ))  # fmt: skip
    there = _row(id=id_of("service_at_location", service.id), service_id=id_, location_id=id_of("location", place.id))
    tables["service_at_location"].append(there)
    if fields is not place.fields:
        _add_phone(tables, fields, {"service_id": id_})
        tables["schedule"] += _schedules(fields, service.hours, {"service_id": id_})
    for table, name, column in (("language", "langues", "name"), ("required_document", "justificatifs", "document")):
        tables[table] += [
            {"id": id_of(table, id_, value), "service_id": id_, column: value} for value in fields.get(name, ())
        ]
    _classify(tables, terms, fields, id_, labels)


def _classify(tables: Tables, terms: dict[str, Row], fields: Mapping[str, Any], service: str, labels: Labels) -> None:
    for name in CLASSIFIED:
        values = fields.get(name) or []
        for value in values if isinstance(values, list) else [values]:
            term = id_of("taxonomy_term", name, value)
            terms[term] = _term(term, name, value, labels)
            tables["attribute"].append({
                "id": id_of("attribute", service, name, value), "link_id": service, "taxonomy_term_id": term,
                "link_type": name, "link_entity": "service",
            })  # fmt: skip


def _term(id_: str, name: str, value: str, labels: Labels) -> Row:
    said = labels.get(name, {}).get(value, value)
    return {
        "id": id_, "code": value, "name": said, "description": said, "taxonomy": f"data·inclusion : {name}",
        "taxonomy_id": id_of("taxonomy"), "language": "fr",
    }  # fmt: skip


def _taxonomy() -> Row:
    said = "Référentiels du schéma data·inclusion v1"
    return {"id": id_of("taxonomy"), "name": "data·inclusion", "description": said, "uri": SCHEMA, "version": "1.0.8"}


def _add_phone(tables: Tables, fields: Mapping[str, Any], owner: Mapping[str, str]) -> None:
    if fields.get("telephone"):
        id_ = id_of("phone", *owner.values())
        tables["phone"].append({"id": id_, **owner, "number": fields["telephone"], "type": "voice"})


def _schedules(fields: Mapping[str, Any], hours: Mapping[str, Any], owner: Mapping[str, str]) -> list[Row]:
    """A row for each span of the usual week with its days; of hours that are only a text, one row with it."""
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    for weekday, slots in zip(WEEKDAYS, hours.get("week", [[]] * 7), strict=True):
        for start, end in slots:
            days[start, END_OF_DAY if end == "24:00" else end].append(weekday)
    text = fields.get("horaires_accueil")
    if not days:
        return [{"id": id_of("schedule", *owner.values()), **owner, "description": text}] if text else []
    return [
        {
            "id": id_of("schedule", *owner.values(), opens, closes), **owner, "freq": "WEEKLY", "wkst": "MO",
            "byday": ",".join(names), "opens_at": opens, "closes_at": closes, "description": text,
        }
        for (opens, closes), names in sorted(days.items())
    ]  # fmt: skip


def _fees(fields: Mapping[str, Any], labels: Labels) -> str | None:
    fees = fields.get("frais")
    said = labels.get("frais", {}).get(fees, fees) if isinstance(fees, str) else None
    return " : ".join(filter(None, (said, fields.get("frais_precisions")))) or None


def _sentences(fields: Mapping[str, Any], *names: str) -> str | None:
    return " ".join(str(fields[name]) for name in names if fields.get(name)) or None


def _row(**values: Any) -> Row:
    return {name: value for name, value in values.items() if value is not None}


# --- one inside the other ----------------------------------------------------------------------------------------


def _nested(tables: Tables) -> Iterator[Row]:
    terms = {row["id"]: row for row in tables["taxonomy_term"]}
    locations = _whole(tables, "location")
    organizations = _whole(tables, "organization")
    attributes: dict[str, list[Row]] = defaultdict(list)
    for row in tables["attribute"]:
        attributes[row["link_id"]].append(row | {"taxonomy_term": terms[row["taxonomy_term_id"]]})
    for id_, service in _whole(tables, "service").items():
        there = [row | {"location": locations[row["location_id"]]} for row in service["service_at_locations"]]
        inside: Row = {"organization": organizations[service["organization_id"]], "service_at_locations": there}
        yield service | inside | ({"attributes": attributes[id_]} if id_ in attributes else {})


def _whole(tables: Tables, name: str) -> dict[str, Row]:
    """The rows of a table, by id, with the rows of others that name them inside."""
    whole = {row["id"]: dict(row) for row in tables[name]}
    for owned in _OWNED[name]:
        for row in tables[owned]:
            if f"{name}_id" in row:
                whole[row[f"{name}_id"]].setdefault(_PLURALS.get(owned, f"{owned}s"), []).append(row)
    return whole


_OWNED: Final = {
    "organization": ("phone", "organization_identifier"),
    "location": ("address", "schedule"),
    "service": ("service_at_location", "phone", "schedule", "language", "required_document"),
}
_PLURALS: Final = {"address": "addresses"}
