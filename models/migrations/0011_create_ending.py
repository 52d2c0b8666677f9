"""Creates `ending`. A frozen copy of models/tables/ending.py at its birth."""

from peewee import CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Ending(Model):
        event = TextField()
        dossier = TextField(index=True)
        recipient = TextField()
        kind = TextField()
        categories = TextField(null=True)

        class Meta:
            database = db
            table_name = "ending"
            primary_key = CompositeKey("event", "dossier")

    db.create_tables([Ending])
