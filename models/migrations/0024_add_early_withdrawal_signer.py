"""Adds `signer` to `early_withdrawal`: the room of each member, apart from that of unknown keys."""

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator, migrate


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(migrator.add_column("early_withdrawal", "signer", TextField(default="", index=True)))
