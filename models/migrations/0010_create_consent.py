"""Creates `consent`. A frozen copy of models/tables/consent.py at its birth."""

from peewee import Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Consent(Model):
        id = TextField(primary_key=True)
        dossier = TextField(index=True)
        organisation = TextField()
        circle = TextField()
        recipient = TextField()
        categories = TextField()
        purpose = TextField()
        basis = TextField()
        basis_version = IntegerField()
        given_at = TextField()
        ends_at = TextField()
        parents = TextField()
        withdrawal_key = TextField(null=True)

        class Meta:
            database = db
            table_name = "consent"

    db.create_tables([Consent])
