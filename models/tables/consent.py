"""The consents given, by their clear fields."""

from peewee import IntegerField, TextField

from models.database import Table


class Consent(Table):
    """`categories` and `parents` are separated by spaces. `given_at` is min(device time, receipt), `ends_at` that plus
    the duration. `withdrawal_key` is the public JWK as JSON."""

    id = TextField(primary_key=True)
    dossier = TextField(index=True)
    organisation = TextField()
    circle = TextField()
    recipient = TextField()
    categories = TextField()
    purpose = TextField()
    basis = TextField()
    basis_version = IntegerField()
    given_at = TextField()
    ends_at = TextField()
    parents = TextField()
    withdrawal_key = TextField(null=True)
