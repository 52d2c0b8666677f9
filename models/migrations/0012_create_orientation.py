"""Creates `orientation`. A frozen copy of models/tables/orientation.py at its birth."""

from peewee import BooleanField, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Orientation(Model):
        id = TextField(primary_key=True)
        consent = TextField(index=True, null=True)
        organisation = TextField()
        circle = TextField()
        recipient = TextField()
        recipient_circle = TextField()
        level = IntegerField()
        state = TextField()
        last = TextField()
        derived = BooleanField()
        deadline = TextField()
        until = TextField()
        reply_by = TextField(null=True)
        sent_at = TextField()
        changed_at = TextField()
        opened_at = TextField(null=True)

        class Meta:
            database = db
            table_name = "orientation"
            indexes = ((("recipient_circle", "state"), False), (("circle", "state"), False))

    db.create_tables([Orientation])
