"""Creates `server`. A frozen copy of models/tables/server.py at its birth."""

from peewee import Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Server(Model):
        id = IntegerField(primary_key=True)
        epoch = TextField()
        founding = TextField(null=True)

        class Meta:
            database = db
            table_name = "server"

    db.create_tables([Server])
