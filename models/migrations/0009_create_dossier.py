"""Creates `dossier`. A frozen copy of models/tables/dossier.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Dossier(Model):
        id = TextField(primary_key=True)
        team = TextField()
        circle_class = TextField()

        class Meta:
            database = db
            table_name = "dossier"

    db.create_tables([Dossier])
