"""What joiners posted on an invitation: public keys and a name, with the HMAC its inviter checks."""

from peewee import CompositeKey, TextField

from models.database import Table


class AdmissionRequest(Table):
    invitation = TextField()
    member = TextField()
    request = TextField()
    mac = TextField()
    posted_at = TextField()

    class Meta:
        primary_key = CompositeKey("invitation", "member")
