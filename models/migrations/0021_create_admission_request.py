"""Creates `admission_request`. A frozen copy of models/tables/admission_request.py at its birth."""

from peewee import CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class AdmissionRequest(Model):
        invitation = TextField()
        member = TextField()
        request = TextField()
        mac = TextField()
        posted_at = TextField()

        class Meta:
            database = db
            table_name = "admission_request"
            primary_key = CompositeKey("invitation", "member")

    db.create_tables([AdmissionRequest])
