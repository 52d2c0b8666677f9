"""A place of the directory. Rows are deactivated, never deleted: orientations point to them."""

from peewee import BooleanField, IntegerField, TextField

from models.database import Table


class Place(Table):
    """`content` is JSON, data·inclusion v1 names; `imported` what its source last said, NULL when it has none.

    `hours` is JSON, read again from the text of the hours (models/opening_hours.py): nobody edits it.
    `food_aid` and `verified_fields` are JSON lists. `keeper` is the organisation that may edit the entry; who receives
    orientations there is said in the rosters, never here. `version` is the directory's when the place last changed.
    """

    id = TextField(primary_key=True)
    source = TextField(index=True)
    content = TextField()
    hours = TextField()
    imported = TextField(null=True)
    kind = TextField(null=True)
    food_aid = TextField()
    confidential_address = BooleanField()
    keeper = TextField(null=True, index=True)
    active = BooleanField()
    merged_into = TextField(null=True)
    full_until = TextField(null=True)
    verified_at = TextField(null=True)
    verified_fields = TextField()
    changed_at = TextField()
    version = IntegerField(index=True)
