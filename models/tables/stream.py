"""A stream of the feed and its counter."""

from peewee import BigAutoField, BigIntegerField, TextField

from models.database import Table


class Stream(Table):
    """`network`, `organisation:<id>`, `circle:<id>` or `member:<id>`. `position` is that of its newest entry, and is
    updated as the last act of each transaction; `head`: the digest of the newest statement, if it holds statements."""

    id = BigAutoField()
    name = TextField(unique=True)
    position = BigIntegerField()
    head = TextField(null=True)
