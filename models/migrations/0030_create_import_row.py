"""Creates `import_row`. A frozen copy of models/tables/import_row.py at its birth."""

from peewee import CompositeKey, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class ImportRow(Model):
        run = TextField()
        number = IntegerField()
        line = IntegerField(null=True)
        of = TextField()
        state = TextField()
        target = TextField(null=True)
        name = TextField(null=True)
        given = TextField(null=True)
        before = TextField(null=True)
        after = TextField(null=True)
        conflicts = TextField()
        notes = TextField()

        class Meta:
            database = db
            table_name = "import_row"
            primary_key = CompositeKey("run", "number")
            indexes = ((("run", "state"), False),)

    db.create_tables([ImportRow])
