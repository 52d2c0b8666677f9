"""Creates `passkey`. A frozen copy of models/tables/passkey.py at its birth."""

from peewee import BigIntegerField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Passkey(Model):
        credential = TextField(primary_key=True)
        member = TextField(index=True)
        organisation = TextField()
        public_key = TextField()
        sign_count = BigIntegerField()
        created_at = TextField()
        used_at = TextField(null=True)

        class Meta:
            database = db
            table_name = "passkey"

    db.create_tables([Passkey])
