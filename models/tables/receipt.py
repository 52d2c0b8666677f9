"""The receipts given to people: which consents each names, and the key that may take them back."""

from peewee import CompositeKey, TextField

from models.database import Table


class Receipt(Table):
    """`locator` is the digest of what the holder of the paper asks by; `withdrawal_key` the public JWK as JSON.

    What the receipt says is in its event, sealed under a secret that never comes here.
    """

    event = TextField()
    consent = TextField(index=True)
    locator = TextField(index=True)
    withdrawal_key = TextField()
    issued_at = TextField()

    class Meta:
        primary_key = CompositeKey("event", "consent")
