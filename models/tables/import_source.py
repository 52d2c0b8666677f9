"""Where files of the directory come from, and what was confirmed of their columns."""

from peewee import TextField

from models.database import Table


class ImportSource(Table):
    """`keeper` is the organisation whose own places come from it, NULL for the whole network's. `mapping` is JSON
    (models/rules/columns.py), NULL while nobody confirmed one."""

    name = TextField(primary_key=True)
    keeper = TextField(null=True)
    mapping = TextField(null=True)
    confirmed_by = TextField(null=True)
    confirmed_at = TextField(null=True)
    imported_at = TextField(null=True)
