"""Creates `place_mistake`. A frozen copy of models/tables/place_mistake.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class PlaceMistake(Model):
        id = TextField(primary_key=True)
        place = TextField(index=True)
        field = TextField()
        text = TextField()
        member = TextField()
        organisation = TextField()
        at = TextField()
        received_at = TextField()
        state = TextField(index=True)
        closed_by = TextField(null=True)
        closed_at = TextField(null=True)

        class Meta:
            database = db
            table_name = "place_mistake"

    db.create_tables([PlaceMistake])
