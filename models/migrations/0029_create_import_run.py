"""Creates `import_run`. A frozen copy of models/tables/import_run.py at its birth."""

from peewee import BooleanField, Database, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class ImportRun(Model):
        id = TextField(primary_key=True)
        source = TextField()
        member = TextField(null=True)
        keeper = TextField(null=True)
        file_name = TextField()
        form = TextField()
        columns = TextField()
        whole = BooleanField()
        state = TextField()
        total = IntegerField()
        done = IntegerField()
        counts = TextField()
        notes = TextField()
        at = TextField()
        expires_at = TextField(index=True)

        class Meta:
            database = db
            table_name = "import_run"

    db.create_tables([ImportRun])
