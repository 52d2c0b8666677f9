"""Two places that may be one: proposed, then judged by a person, who can change their mind."""

from peewee import CompositeKey, IntegerField, TextField

from models.database import Table


class PlacePair(Table):
    """`first` sorts before `second`. `state` is proposed, merged, kept_apart or undone; `reasons` is JSON; `before` is
    the JSON of both places before a merge, to undo it exactly; `kept` is the one that stayed."""

    first = TextField()
    second = TextField(index=True)
    score = IntegerField()
    reasons = TextField()
    state = TextField(index=True)
    kept = TextField(null=True)
    before = TextField(null=True)
    member = TextField(null=True)
    at = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("first", "second")
