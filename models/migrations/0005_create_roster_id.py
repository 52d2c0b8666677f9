"""Creates `roster_id`. A frozen copy of models/tables/roster_id.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class RosterId(Model):
        id = TextField(primary_key=True)
        organisation = TextField(null=True)

        class Meta:
            database = db
            table_name = "roster_id"

    db.create_tables([RosterId])
