"""Creates `early_withdrawal`. A frozen copy of models/tables/early_withdrawal.py at its birth."""

from peewee import CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class EarlyWithdrawal(Model):
        event = TextField()
        consent = TextField(index=True)
        digest = TextField()
        jws = TextField()
        received_at = TextField()

        class Meta:
            database = db
            table_name = "early_withdrawal"
            primary_key = CompositeKey("event", "consent")

    db.create_tables([EarlyWithdrawal])
