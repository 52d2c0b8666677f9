"""What happened to each place: who or which import changed what, so that it can be read and undone."""

from peewee import AutoField, TextField

from models.database import Table


class PlaceChange(Table):
    """`before` and `after` are JSON objects of the fields that differ (empty: the field had, or has, no value).

    `act` says what was done (imported, edited, verified…). `member` is NULL for the operator; `run` is the import.
    """

    id = AutoField()
    place = TextField(index=True)
    at = TextField()
    act = TextField()
    member = TextField(null=True)
    run = TextField(null=True)
    before = TextField()
    after = TextField()
