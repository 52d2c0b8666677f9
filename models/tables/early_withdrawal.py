"""Withdrawals that came before their consent: bounded for each member, applied when it arrives."""

from peewee import CompositeKey, TextField

from models.database import Table


class EarlyWithdrawal(Table):
    """`signer` is the member whose device signed; for a key that only the consent can tell, the room it waits in."""

    event = TextField()
    consent = TextField(index=True)
    digest = TextField()
    jws = TextField()
    received_at = TextField()
    signer = TextField(default="", index=True)

    class Meta:
        primary_key = CompositeKey("event", "consent")
