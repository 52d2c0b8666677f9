"""Creates `event`. A frozen copy of models/tables/event.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Event(Model):
        id = TextField(primary_key=True)
        digest = TextField()
        type = TextField()
        own = TextField(null=True)
        other = TextField(null=True)
        received_at = TextField()
        jws = TextField()

        class Meta:
            database = db
            table_name = "event"

    db.create_tables([Event])
