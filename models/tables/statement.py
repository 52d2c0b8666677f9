"""The signed statements of the charter and the rosters, append-only (a trigger says so too)."""

from peewee import BigIntegerField, CompositeKey, TextField

from models.database import Table


class Statement(Table):
    """`number` is also the position in the feed."""

    stream = TextField()
    number = BigIntegerField()
    type = TextField()
    digest = TextField()
    jws = TextField()
    received_at = TextField()

    class Meta:
        primary_key = CompositeKey("stream", "number")
