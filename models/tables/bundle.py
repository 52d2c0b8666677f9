"""A member's sealed bundle, the slots that open it, and the part of the passphrase that signs in."""

from peewee import IntegerField, TextField

from models.database import Table


class Bundle(Table):
    """`slots` is JSON. `proof` is the SHA-256 of the sign-in proof; a phone makes it with `salt`, `m`, `t`, `p`."""

    member = TextField(primary_key=True)
    organisation = TextField()
    account = TextField(unique=True)
    version = IntegerField()
    content = TextField()
    slots = TextField()
    salt = TextField()
    m = IntegerField()
    t = IntegerField()
    p = IntegerField()
    proof = TextField()
    updated_at = TextField()
