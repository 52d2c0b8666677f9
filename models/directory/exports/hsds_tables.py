"""The tables of HSDS 3.1 that we fill, with what a tabular data package says of each.

Source: Open Referral, Human Services Data Specification 3.1 (https://docs.openreferral.org, CC BY-SA 4.0); names and
types only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

ID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string"}
NUMBER = {"type": "number"}
DATE = {"type": "date"}
TIME = {"type": "string"}  # "09:00": the package's own `time` asks for seconds, HSDS for HH:MM
URI = {"type": "string", "format": "uri"}
EMAIL = {"type": "string", "format": "email"}


@dataclass(frozen=True, slots=True)
class Table:
    """`path` is the file of the package, `links` the columns that name a row of another table."""

    path: str
    fields: dict[str, dict[str, str]]
    required: tuple[str, ...]
    links: dict[str, str]


TABLES: Final = {
    "organization": Table(
        "organizations.csv",
        {"id": ID, "name": TEXT, "description": TEXT, "email": EMAIL, "website": URI},
        ("id", "name", "description"),
        {},
    ),
    "service": Table(
        "services.csv",
        {
            "id": ID, "organization_id": ID, "name": TEXT, "description": TEXT, "url": URI, "email": EMAIL,
            "status": TEXT, "application_process": TEXT, "fees_description": TEXT, "eligibility_description": TEXT,
            "assured_date": DATE,
        },
        ("id", "organization_id", "name", "status"),
        {"organization_id": "organization"},
    ),
    "service_at_location": Table(
        "service_at_location.csv",
        {"id": ID, "service_id": ID, "location_id": ID},
        ("id", "service_id", "location_id"),
        {"service_id": "service", "location_id": "location"},
    ),
    "location": Table(
        "locations.csv",
        {"id": ID, "location_type": TEXT, "organization_id": ID, "name": TEXT, "latitude": NUMBER, "longitude": NUMBER},
        ("id", "location_type"),
        {"organization_id": "organization"},
    ),
    "address": Table(
        "addresses.csv",
        {
            "id": ID, "location_id": ID, "address_1": TEXT, "address_2": TEXT, "city": TEXT, "state_province": TEXT,
            "postal_code": TEXT, "country": TEXT, "address_type": TEXT,
        },
        ("id", "address_1", "city", "state_province", "postal_code", "country", "address_type"),
        {"location_id": "location"},
    ),
    "phone": Table(
        "phones.csv",
        {"id": ID, "service_id": ID, "organization_id": ID, "number": TEXT, "type": TEXT},
        ("id", "number"),
        {"service_id": "service", "organization_id": "organization"},
    ),
    "schedule": Table(
        "schedules.csv",
        {
            "id": ID, "service_id": ID, "location_id": ID, "freq": TEXT, "wkst": TEXT, "byday": TEXT, "opens_at": TIME,
            "closes_at": TIME, "description": TEXT,
        },
        ("id",),
        {"service_id": "service", "location_id": "location"},
    ),
    "language": Table(
        "languages.csv", {"id": ID, "service_id": ID, "name": TEXT}, ("id",), {"service_id": "service"}
    ),
    "required_document": Table(
        "required_documents.csv", {"id": ID, "service_id": ID, "document": TEXT}, ("id",), {"service_id": "service"}
    ),
    "organization_identifier": Table(
        "organization_identifiers.csv",
        {"id": ID, "organization_id": ID, "identifier_type": TEXT, "identifier": TEXT},
        ("id", "organization_id", "identifier_type", "identifier"),
        {"organization_id": "organization"},
    ),
    "attribute": Table(
        "attributes.csv",
        {"id": ID, "link_id": ID, "taxonomy_term_id": ID, "link_type": TEXT, "link_entity": TEXT},
        ("id", "link_id", "taxonomy_term_id", "link_entity"),
        {"taxonomy_term_id": "taxonomy_term", "link_id": "service"},
    ),
    "taxonomy_term": Table(
        "taxonomy_terms.csv",
        {
            "id": ID, "code": TEXT, "name": TEXT, "description": TEXT, "taxonomy": TEXT, "taxonomy_id": ID,
            "language": TEXT,
        },
        ("id", "name", "description"),
        {"taxonomy_id": "taxonomy"},
    ),
    "taxonomy": Table(
        "taxonomies.csv",
        {"id": ID, "name": TEXT, "description": TEXT, "uri": URI, "version": TEXT},
        ("id", "name", "description"),
        {},
    ),
}  # fmt: skip


def datapackage() -> dict[str, Any]:
    """What `datapackage.json` says of the files beside it."""
    return {
        "name": "human_services_data",
        "title": "Annuaire, Human Services Data Specification",
        "profile": "tabular-data-package",
        "version": "3.1",
        "homepage": "https://docs.openreferral.org",
        "resources": [_resource(name, table) for name, table in TABLES.items()],
    }


def _resource(name: str, table: Table) -> dict[str, Any]:
    constraints = {
        field: {"constraints": {"required": True}} if field in table.required else {} for field in table.fields
    }
    links = [
        {"fields": column, "reference": {"resource": target, "fields": "id"}} for column, target in table.links.items()
    ]
    return {
        "name": name,
        "path": table.path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [{"name": field, **kind, **constraints[field]} for field, kind in table.fields.items()],
            "primaryKey": "id",
            "foreignKeys": links,
        },
    }
