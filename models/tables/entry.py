"""What stands at each position of a circle's or a member's stream: an event, or a purge line."""

from peewee import BigIntegerField, CompositeKey, TextField

from models.database import Table


class Entry(Table):
    """`side` says which wrap this stream's readers have: `own`, `other`, or `none`. `purge` is the line's JSON."""

    stream = BigIntegerField()
    position = BigIntegerField()
    event = TextField(null=True, index=True)
    side = TextField()
    purge = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("stream", "position")
        without_rowid = True
