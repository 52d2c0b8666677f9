"""Creates `beside`. A frozen copy of models/tables/beside.py at its birth."""

from peewee import BigIntegerField, CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Beside(Model):
        stream = TextField()
        number = BigIntegerField()
        digest = TextField()
        kind = TextField()
        member = TextField(null=True)
        circle = TextField(null=True)
        organisation = TextField()
        content = TextField()

        class Meta:
            database = db
            table_name = "beside"
            primary_key = CompositeKey("stream", "number", "digest")

    db.create_tables([Beside])
