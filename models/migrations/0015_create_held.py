"""Creates `held`. A frozen copy of models/tables/held.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Held(Model):
        event = TextField(primary_key=True)
        digest = TextField()
        member = TextField(index=True)
        organisation = TextField(index=True)
        jws = TextField()
        sections = TextField()
        received_at = TextField()

        class Meta:
            database = db
            table_name = "held"

    db.create_tables([Held])
