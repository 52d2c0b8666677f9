"""Who read a translation beside its French, and found that it says the same: one row each time, the newest counts."""

from peewee import AutoField, BooleanField, TextField

from models.database import Table


class NoticeValidation(Table):
    """`sha256`: of the very text that was read. `valid` false: the validation before it is taken back."""

    id = AutoField()
    sha256 = TextField(index=True)
    valid = BooleanField()
    organisation = TextField()
    member = TextField()
    at = TextField()
