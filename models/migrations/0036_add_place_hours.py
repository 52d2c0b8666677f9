"""Adds `place.hours`, what phones read instead of the text of the hours; the week goes there from the content."""

import json

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator, migrate


class Place(Model):
    id = TextField(primary_key=True)
    content = TextField()
    imported = TextField(null=True)
    hours = TextField()


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(migrator.add_column("place", "hours", TextField(default="{}")))
    with db.bind_ctx([Place]):
        for place in list(Place.select()):
            fields = json.loads(place.content)
            place.hours = _dumped({"week": fields.pop("week")} if "week" in fields else {})
            place.content = _dumped(fields)
            place.imported = _dumped(_without_week(json.loads(place.imported))) if place.imported else None
            place.save()


def _without_week(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name != "week"}


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
