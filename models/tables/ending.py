"""Withdrawals and refusals: what defeats the consents of a dossier for a recipient, unless they name it as a parent."""

from peewee import CompositeKey, TextField

from models.database import Table


class Ending(Table):
    """`kind` is withdrawn or refused; `categories` are separated by spaces, null for all."""

    event = TextField()
    dossier = TextField(index=True)
    recipient = TextField()
    kind = TextField()
    categories = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("event", "dossier")
