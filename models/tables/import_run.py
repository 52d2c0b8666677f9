"""An import that waits to be looked at: applying it applies exactly what was shown. Deleted when it expires."""

from peewee import BooleanField, IntegerField, TextField

from models.database import Table


class ImportRun(Table):
    """`state` is receiving, received, planning, planned or applied; `done` of `total` rows were read.

    `form` is v1, v0 or other (columns to map). `columns`, `counts` and `notes` are JSON. `member` is NULL for the
    operator, `keeper` the organisation it is bound to.
    """

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
