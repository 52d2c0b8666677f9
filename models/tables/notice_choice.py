"""What an organisation chose to offer to people: which languages, and whether also translations nobody validated."""

from peewee import BooleanField, TextField

from models.database import Table


class NoticeChoice(Table):
    """`languages`: JSON list, in the order they are offered. `dpo`: how to reach whoever protects personal data."""

    organisation = TextField(primary_key=True)
    languages = TextField()
    unvalidated = BooleanField()
    dpo = TextField()
    member = TextField()
    at = TextField()
