"""What ended members still sent of their own team: neither served nor destroyed, under quota, for a supervisor."""

from peewee import TextField

from models.database import Table


class Held(Table):
    """`sections` is the JSON that travelled with the event."""

    event = TextField(primary_key=True)
    digest = TextField()
    member = TextField(index=True)
    organisation = TextField(index=True)
    jws = TextField()
    sections = TextField()
    received_at = TextField()
