"""The one row of this server: which history it tells, and the founding it awaits."""

from peewee import IntegerField, TextField

from models.database import Table


class Server(Table):
    """`epoch` is random and changes at every restore from backup; `founding` is the id `flask network init` printed."""

    id = IntegerField(primary_key=True)
    epoch = TextField()
    founding = TextField(null=True)
