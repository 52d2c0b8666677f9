"""Creates `bundle`. A frozen copy of models/tables/bundle.py at its birth."""

from peewee import Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Bundle(Model):
        member = TextField(primary_key=True)
        organisation = TextField()
        account = TextField(unique=True)
        version = IntegerField()
        content = TextField()
        slots = TextField()
        salt = TextField()
        m = IntegerField()
        t = IntegerField()
        p = IntegerField()
        proof = TextField()
        updated_at = TextField()

        class Meta:
            database = db
            table_name = "bundle"

    db.create_tables([Bundle])
