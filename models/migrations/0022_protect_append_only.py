"""`event` and `statement` can only grow, whoever holds the database connection. Destroying content blanks `section`."""

from peewee import Database, SqliteDatabase
from playhouse.migrate import SchemaMigrator

PROTECTED = ("event", "statement")


def up(migrator: SchemaMigrator, db: Database) -> None:
    statements = _sqlite() if isinstance(db, SqliteDatabase) else _postgresql()
    for statement in statements:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_refuses_{act} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in PROTECTED
        for act in ("update", "delete")
    ]


def _postgresql() -> list[str]:
    function = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in PROTECTED
    ]
    return [function, *triggers]
