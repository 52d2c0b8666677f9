"""Where each orientation stands. No dossier: the server cannot link it to one."""

from peewee import BooleanField, IntegerField, TextField

from models.database import Table


class Orientation(Table):
    """`last` is the last signed transition; `derived`: the state came after it, from a withdrawal or a deadline."""

    id = TextField(primary_key=True)
    consent = TextField(null=True, index=True)
    organisation = TextField()
    circle = TextField()
    recipient = TextField()
    recipient_circle = TextField()
    level = IntegerField()
    state = TextField()
    last = TextField()
    derived = BooleanField()
    deadline = TextField()
    until = TextField()
    reply_by = TextField(null=True)
    sent_at = TextField()
    changed_at = TextField()
    opened_at = TextField(null=True)

    class Meta:
        indexes = ((("recipient_circle", "state"), False), (("circle", "state"), False))
