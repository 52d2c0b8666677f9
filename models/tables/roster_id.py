"""Every id a statement brought into the world: none is brought twice, and its organisation is found with one read."""

from peewee import TextField

from models.database import Table


class RosterId(Table):
    """`organisation` is null for what belongs to the network: a charter."""

    id = TextField(primary_key=True)
    organisation = TextField(null=True)
