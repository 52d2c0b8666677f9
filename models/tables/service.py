"""What a place offers. Rows are deactivated, never deleted."""

from peewee import BooleanField, TextField

from models.database import Table


class Service(Table):
    """`content` is JSON, data·inclusion v1 names. `structure` is the place, or NULL while the directory has none of the
    id that `content.structure_id` names: an orphan, which waits."""

    id = TextField(primary_key=True)
    source = TextField(index=True)
    structure = TextField(null=True, index=True)
    content = TextField()
    active = BooleanField()
    changed_at = TextField()
