"""Challenges that serve once, within five minutes."""

from peewee import TextField

from models.database import Table


class Nonce(Table):
    """`purpose` says what it may be answered with: a device's assertion, a passkey's, or a passkey's creation."""

    nonce = TextField(primary_key=True)
    purpose = TextField()
    expires_at = TextField(index=True)
