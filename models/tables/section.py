"""The sealed parts of an event. A wrap or a core can be blanked; the signed event still verifies."""

from peewee import CompositeKey, IntegerField, TextField

from models.database import Table


class Section(Table):
    """`core`, `own_wrap`, `other_wrap`: the strings exactly as they travelled; null once destroyed, or never sent."""

    event = TextField()
    name = TextField()
    level = IntegerField()
    size = IntegerField()
    category = TextField(null=True)
    core = TextField(null=True)
    own_wrap = TextField(null=True)
    other_wrap = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("event", "name")
