"""Invitations to join. The secret is never sent here."""

from peewee import IntegerField, TextField

from models.database import Table


class Invitation(Table):
    """`kind` is member or organisation."""

    id = TextField(primary_key=True)
    inviter = TextField()
    organisation = TextField()
    kind = TextField()
    uses = IntegerField()
    expires_at = TextField()
