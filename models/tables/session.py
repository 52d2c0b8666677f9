"""Tokens given, by their digest: whoever reads the database cannot use one."""

from peewee import TextField

from models.database import Table


class Session(Table):
    """`scope` is device, bundle or desk (the cookie of `/desk/`); a bundle token has no device."""

    token = TextField(primary_key=True)
    member = TextField()
    organisation = TextField()
    device = TextField(null=True)
    scope = TextField()
    expires_at = TextField(index=True)
