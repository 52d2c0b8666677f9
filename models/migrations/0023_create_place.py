"""Creates `place`. A frozen copy of models/tables/place.py at its birth."""

from peewee import BooleanField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Place(Model):
        id = TextField(primary_key=True)
        source = TextField(index=True)
        content = TextField()
        organisation = TextField(null=True)
        team = TextField(null=True)
        kind = TextField(null=True)
        confidential_address = BooleanField()
        active = BooleanField()
        changed_at = TextField()

        class Meta:
            database = db
            table_name = "place"

    db.create_tables([Place])
