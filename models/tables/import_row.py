"""One row of an import that waits: as the file has it, and what it would change."""

from peewee import CompositeKey, IntegerField, TextField

from models.database import Table


class ImportRow(Table):
    """`line` is where the file has it (NULL for a place the file no longer lists). `of` is place or service.

    `state` is read, added, changed, conflict (nothing else changes), unchanged, gone or refused. `given`, `before`,
    `after`, `notes` and `conflicts` are JSON: `before` is all of what the row was compared with, so that a later change
    is noticed; `after` is what there is to write, NULL when there is nothing.
    """

    run = TextField()
    number = IntegerField()
    line = IntegerField(null=True)
    of = TextField()
    state = TextField()
    target = TextField(null=True)
    name = TextField(null=True)
    given = TextField(null=True)
    before = TextField(null=True)
    after = TextField(null=True)
    conflicts = TextField()
    notes = TextField()

    class Meta:
        primary_key = CompositeKey("run", "number")
        indexes = ((("run", "state"), False),)
