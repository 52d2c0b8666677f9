"""A place of the directory. Rows are deactivated, never deleted: orientations point to them."""

from peewee import BooleanField, TextField

from models.database import Table


class Place(Table):
    """`content` is JSON, data·inclusion v1 names. `organisation` and `team` are those that receive here, if any."""

    id = TextField(primary_key=True)
    source = TextField(index=True)
    content = TextField()
    organisation = TextField(null=True)
    team = TextField(null=True)
    kind = TextField(null=True)
    confidential_address = BooleanField()
    active = BooleanField()
    changed_at = TextField()
