"""Creates `invitation`. A frozen copy of models/tables/invitation.py at its birth."""

from peewee import Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Invitation(Model):
        id = TextField(primary_key=True)
        inviter = TextField()
        organisation = TextField()
        kind = TextField()
        uses = IntegerField()
        expires_at = TextField()

        class Meta:
            database = db
            table_name = "invitation"

    db.create_tables([Invitation])
