"""Withdrawals that came before their consent: bounded for each member, applied when it arrives."""

from peewee import CompositeKey, TextField

from models.database import Table


class EarlyWithdrawal(Table):
    """`signer` is the member whose device signed; empty for a key that only the consent can tell."""

    event = TextField()
    consent = TextField(index=True)
    digest = TextField()
    jws = TextField()
    received_at = TextField()
    signer = TextField(default="", index=True)

    class Meta:
        primary_key = CompositeKey("event", "consent")
