"""The signed events, append-only (a trigger says so too). What they carry sealed is in `section`."""

from peewee import TextField

from models.database import Table


class Event(Table):
    """`own` is a circle's id or `member:<id>`, `other` a circle's id; a withdrawal has neither."""

    id = TextField(primary_key=True)
    digest = TextField()
    type = TextField()
    own = TextField(null=True)
    other = TextField(null=True)
    received_at = TextField()
    jws = TextField()
