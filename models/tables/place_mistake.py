"""Mistakes that members reported from their phones, until someone who keeps the directory looked."""

from peewee import TextField

from models.database import Table


class PlaceMistake(Table):
    """`id` comes from the phone: the same report twice is one. `state` is new, done or not_right."""

    id = TextField(primary_key=True)
    place = TextField(index=True)
    field = TextField()
    text = TextField()
    member = TextField()
    organisation = TextField()
    at = TextField()
    received_at = TextField()
    state = TextField(index=True)
    closed_by = TextField(null=True)
    closed_at = TextField(null=True)
