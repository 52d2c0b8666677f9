"""The right of another team's circle to the content of one event: what serving looks at, and nothing else."""

from peewee import BooleanField, CompositeKey, TextField

from models.database import Table


class Grant(Table):
    """`ends_at` null: until an act ends it. `closed` is set in the transaction of that act."""

    event = TextField()
    circle = TextField()
    ends_at = TextField(null=True)
    closed = BooleanField()

    class Meta:
        table_name = "reading_grant"
        primary_key = CompositeKey("event", "circle")
        indexes = ((("closed", "ends_at"), False),)
