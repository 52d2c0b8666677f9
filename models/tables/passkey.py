"""Passkeys as the server knows them: enough to verify an assertion, nothing that opens a bundle."""

from peewee import BigIntegerField, TextField

from models.database import Table


class Passkey(Table):
    """`credential` and `public_key` are b64u."""

    credential = TextField(primary_key=True)
    member = TextField(index=True)
    organisation = TextField()
    public_key = TextField()
    sign_count = BigIntegerField()
    created_at = TextField()
    used_at = TextField(null=True)
