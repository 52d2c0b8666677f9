"""Creates `session`. A frozen copy of models/tables/session.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Session(Model):
        token = TextField(primary_key=True)
        member = TextField()
        organisation = TextField()
        device = TextField(null=True)
        scope = TextField()
        expires_at = TextField(index=True)

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([Session])
