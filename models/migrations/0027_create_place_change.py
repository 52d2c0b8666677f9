"""Creates `place_change`. A frozen copy of models/tables/place_change.py at its birth."""

from peewee import AutoField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class PlaceChange(Model):
        id = AutoField()
        place = TextField(index=True)
        at = TextField()
        act = TextField()
        member = TextField(null=True)
        run = TextField(null=True)
        before = TextField()
        after = TextField()

        class Meta:
            database = db
            table_name = "place_change"

    db.create_tables([PlaceChange])
