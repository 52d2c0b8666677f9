"""Withdrawals that came before their consent: bounded, applied when it arrives."""

from peewee import CompositeKey, TextField

from models.database import Table


class EarlyWithdrawal(Table):
    event = TextField()
    consent = TextField(index=True)
    digest = TextField()
    jws = TextField()
    received_at = TextField()

    class Meta:
        primary_key = CompositeKey("event", "consent")
