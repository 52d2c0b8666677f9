"""What a place offers. Rows are deactivated, never deleted."""

from peewee import BooleanField, TextField

from models.database import Table


class Service(Table):
    """`content` is JSON, data·inclusion v1 names. `structure` is the id of its place, which the directory may not have
    yet: an orphan waits, and is found the day its place arrives."""

    id = TextField(primary_key=True)
    source = TextField(index=True)
    structure = TextField(null=True, index=True)
    content = TextField()
    active = BooleanField()
    changed_at = TextField()
