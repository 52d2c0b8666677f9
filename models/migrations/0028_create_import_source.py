"""Creates `import_source`. A frozen copy of models/tables/import_source.py at its birth."""

from peewee import Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class ImportSource(Model):
        name = TextField(primary_key=True)
        keeper = TextField(null=True)
        mapping = TextField(null=True)
        confirmed_by = TextField(null=True)
        confirmed_at = TextField(null=True)
        imported_at = TextField(null=True)

        class Meta:
            database = db
            table_name = "import_source"

    db.create_tables([ImportSource])
