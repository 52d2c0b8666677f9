"""Creates `reading_grant`. A frozen copy of models/tables/grant.py at its birth."""

from peewee import BooleanField, CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Grant(Model):
        event = TextField()
        circle = TextField()
        ends_at = TextField(null=True)
        closed = BooleanField()

        class Meta:
            database = db
            table_name = "reading_grant"
            primary_key = CompositeKey("event", "circle")
            indexes = ((("closed", "ends_at"), False),)

    db.create_tables([Grant])
