"""The network: a charter, two organisations, a protocol between them, an authority that changes."""

from __future__ import annotations

from models.rules.formats import digest
from tests.vectors.roster_cast import amina, charter, chloe
from tests.vectors.statements import Script, card, ident, member, public


def tell_the_network(script: Script) -> None:
    founded = {
        "founding": ident("founding"),
        "name": "Territoire d’essai",
        "demonstration": True,
        "authority": public("authority"),
    }
    script.refused(
        "the founding id is not the one printed",
        "founding",
        "authority",
        "network",
        "network.founded",
        founded | {"founding": ident("another founding")},
        only="server",
    )
    script.refused(
        "the genesis is not signed by the key it carries",
        "bad_signature",
        "authority",
        "network",
        "network.founded",
        founded,
        signer="chloe signing",
    )
    script.refused(
        "a statement before the genesis",
        "held",
        "authority",
        "network",
        "charter.ended",
        {"charter": ident("c"), "number": 2, "prev": digest("?")},
    )
    script.says("authority", "network", "network.founded", founded)
    script.refuse("the same statement again", "duplicate", script.valid[0])
    script.refused(
        "a second founding",
        "founding",
        "authority",
        "network",
        "network.founded",
        founded | {"name": "Autre", "number": 1, "prev": None},
    )
    script.says("authority", "network", "charter.published", charter("charter", 1, ["C01", "C14"]))
    script.refused(
        "a charter's version that skips one",
        "id_conflict",
        "authority",
        "network",
        "charter.published",
        charter("charter", 3, ["*"]),
    )
    food_bank = {"id": ident("food bank"), "name": "Banque alimentaire d’essai", "kind": "banque_alimentaire"}
    admission = {"organisation": food_bank, "administrator": chloe(teams=[])}
    script.refused(
        "an administrator without card beside",
        "beside",
        "authority",
        "network",
        "organisation.admitted",
        admission,
        only="server",
    )
    script.refused(
        "an administrator who is a volunteer",
        "malformed",
        "authority",
        "network",
        "organisation.admitted",
        admission | {"administrator": amina(teams=[])},
        (card("amina"),),
    )
    script.says("authority", "network", "organisation.admitted", admission, (card("chloe"),))
    script.refused(
        "an organisation admitted twice",
        "id_conflict",
        "authority",
        "network",
        "organisation.admitted",
        admission,
        (card("chloe"),),
    )
    departement = {"id": ident("departement"), "name": "Département d’essai", "kind": "departement_cdas"}
    gwenaelle = member("gwenaelle", "charter_admin", "A", permissions=["member.admit"])
    script.says(
        "authority",
        "network",
        "organisation.admitted",
        {"organisation": departement, "administrator": gwenaelle},
        (card("gwenaelle"),),
    )
    parties = [ident("food bank"), ident("departement")]
    script.says("authority", "network", "charter.published", charter("protocol", 1, ["C11"], parties=parties))
    script.says("authority", "network", "authority.rotated", {"authority": public("authority 2")})
    ending = {"charter": ident("protocol")}
    script.refused(
        "the authority before the rotation", "bad_signature", "authority", "network", "charter.ended", ending
    )
    script.refused(
        "a charter nobody published",
        "not_found",
        "authority",
        "network",
        "charter.ended",
        {"charter": ident("nowhere")},
        signer="authority 2",
    )
    script.says("authority", "network", "charter.published", charter("old", 1, ["*"]), signer="authority 2")
    script.says("authority", "network", "charter.ended", {"charter": ident("old")}, signer="authority 2")
    script.refused(
        "a new version of an ended charter",
        "id_conflict",
        "authority",
        "network",
        "charter.published",
        charter("old", 2, ["*"]),
        signer="authority 2",
    )
