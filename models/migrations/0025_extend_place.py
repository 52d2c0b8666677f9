"""Extends `place`: what was imported apart from what is shown, verification, merging, a version for phones.

`organisation` and `team` go: a file could set them, and who receives somewhere is a statement of the rosters.
"""

from peewee import Database, IntegerField, TextField
from playhouse.migrate import SchemaMigrator, migrate


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrate(
        migrator.drop_column("place", "organisation"),
        migrator.drop_column("place", "team"),
        migrator.add_column("place", "imported", TextField(null=True)),
        migrator.add_column("place", "food_aid", TextField(default="[]")),
        migrator.add_column("place", "keeper", TextField(null=True, index=True)),
        migrator.add_column("place", "merged_into", TextField(null=True)),
        migrator.add_column("place", "full_until", TextField(null=True)),
        migrator.add_column("place", "verified_at", TextField(null=True)),
        migrator.add_column("place", "verified_fields", TextField(default="[]")),
        migrator.add_column("place", "version", IntegerField(default=1, index=True)),
    )
    db.execute_sql("UPDATE place SET imported = content")  # type: ignore[no-untyped-call]
