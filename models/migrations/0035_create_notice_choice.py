"""Creates `notice_choice`. A frozen copy of models/tables/notice_choice.py at its birth."""

from peewee import BooleanField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class NoticeChoice(Model):
        organisation = TextField(primary_key=True)
        languages = TextField()
        unvalidated = BooleanField()
        dpo = TextField()
        member = TextField()
        at = TextField()

        class Meta:
            database = db
            table_name = "notice_choice"

    db.create_tables([NoticeChoice])
