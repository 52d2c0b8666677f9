"""Creates `statement`. A frozen copy of models/tables/statement.py at its birth."""

from peewee import BigIntegerField, CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Statement(Model):
        stream = TextField()
        number = BigIntegerField()
        type = TextField()
        digest = TextField()
        jws = TextField()
        received_at = TextField()

        class Meta:
            database = db
            table_name = "statement"
            primary_key = CompositeKey("stream", "number")

    db.create_tables([Statement])
