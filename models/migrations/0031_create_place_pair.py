"""Creates `place_pair`. A frozen copy of models/tables/place_pair.py at its birth."""

from peewee import CompositeKey, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class PlacePair(Model):
        first = TextField()
        second = TextField(index=True)
        score = IntegerField()
        reasons = TextField()
        state = TextField(index=True)
        kept = TextField(null=True)
        before = TextField(null=True)
        member = TextField(null=True)
        at = TextField(null=True)

        class Meta:
            database = db
            table_name = "place_pair"
            primary_key = CompositeKey("first", "second")

    db.create_tables([PlacePair])
