"""Creates `notice_validation`. A frozen copy of models/tables/notice_validation.py at its birth."""

from peewee import AutoField, BooleanField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class NoticeValidation(Model):
        id = AutoField()
        sha256 = TextField(index=True)
        valid = BooleanField()
        organisation = TextField()
        member = TextField()
        at = TextField()

        class Meta:
            database = db
            table_name = "notice_validation"

    db.create_tables([NoticeValidation])
