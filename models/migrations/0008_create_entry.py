"""Creates `entry`. A frozen copy of models/tables/entry.py at its birth."""

from peewee import BigIntegerField, CompositeKey, Database, Model, SqliteDatabase, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Entry(Model):
        stream = BigIntegerField()
        position = BigIntegerField()
        event = TextField(index=True, null=True)
        side = TextField()
        purge = TextField(null=True)

        class Meta:
            database = db
            table_name = "entry"
            primary_key = CompositeKey("stream", "position")
            without_rowid = isinstance(db, SqliteDatabase)  # its rows lie in the order of the key, as they are read

    db.create_tables([Entry])
