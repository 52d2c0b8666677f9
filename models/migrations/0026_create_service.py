"""Creates `service`. A frozen copy of models/tables/service.py at its birth."""

from peewee import BooleanField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Service(Model):
        id = TextField(primary_key=True)
        source = TextField(index=True)
        structure = TextField(null=True, index=True)
        content = TextField()
        active = BooleanField()
        changed_at = TextField()

        class Meta:
            database = db
            table_name = "service"

    db.create_tables([Service])
