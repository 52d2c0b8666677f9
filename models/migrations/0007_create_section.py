"""Creates `section`. A frozen copy of models/tables/section.py at its birth."""

from peewee import CompositeKey, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Section(Model):
        event = TextField()
        name = TextField()
        level = IntegerField()
        size = IntegerField()
        category = TextField(null=True)
        core = TextField(null=True)
        own_wrap = TextField(null=True)
        other_wrap = TextField(null=True)

        class Meta:
            database = db
            table_name = "section"
            primary_key = CompositeKey("event", "name")

    db.create_tables([Section])
