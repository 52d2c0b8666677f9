"""Creates `stream`. A frozen copy of models/tables/stream.py at its birth."""

from peewee import BigAutoField, BigIntegerField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Stream(Model):
        id = BigAutoField()
        name = TextField(unique=True)
        position = BigIntegerField()
        head = TextField(null=True)

        class Meta:
            database = db
            table_name = "stream"

    db.create_tables([Stream])
