"""Creates `receipt`. A frozen copy of models/tables/receipt.py at its birth."""

from peewee import CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Receipt(Model):
        event = TextField()
        consent = TextField(index=True)
        locator = TextField(index=True)
        withdrawal_key = TextField()
        issued_at = TextField()

        class Meta:
            database = db
            table_name = "receipt"
            primary_key = CompositeKey("event", "consent")

    db.create_tables([Receipt])
