"""Creates `nonce`. A frozen copy of models/tables/nonce.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Nonce(Model):
        nonce = TextField(primary_key=True)
        purpose = TextField()
        expires_at = TextField(index=True)

        class Meta:
            database = db
            table_name = "nonce"

    db.create_tables([Nonce])
