"""What travels beside a statement: wraps, blobs and cards, each with who may have it."""

from peewee import BigIntegerField, CompositeKey, TextField

from models.database import Table


class Beside(Table):
    """`kind` is wrap (for `member`), blob (for the holders of `circle`) or card (for the members of `organisation`)."""

    stream = TextField()
    number = BigIntegerField()
    digest = TextField()
    kind = TextField()
    member = TextField(null=True)
    circle = TextField(null=True)
    organisation = TextField()
    content = TextField()

    class Meta:
        primary_key = CompositeKey("stream", "number", "digest")
