"""A dossier as the server knows it: a random id, and the team that opened it."""

from peewee import TextField

from models.database import Table


class Dossier(Table):
    """`circle_class` is the lowest class it was opened in: an `open` act may not name a `bound` dossier."""

    id = TextField(primary_key=True)
    team = TextField()
    circle_class = TextField()
