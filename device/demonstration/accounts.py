"""Who can sign in to the demonstration, and how. Passphrases are public on purpose: there is nobody to protect."""

from __future__ import annotations

from typing import NamedTuple


class Account(NamedTuple):
    """`ground` is the secrecy ground, None for who is not bound."""

    account: str
    name: str
    role: str
    profile: str
    ground: str | None
    where: str
    passphrase: str


ACCOUNTS = (
    Account("gwenaelle", "Gwenaëlle Kerbrat", "charter_admin", "B", "function", "Département, charte",
            "genêt phare ardoise velours marée cloche sentier"),
    Account("helene", "Hélène Tanguy", "supervisor", "B", "function", "CDAS Nord et CDAS Sud, responsable",
            "tilleul bouée granit tartine éclipse panier sillage"),
    Account("bruno", "Bruno Le Cam", "worker", "A", "profession", "CDAS Nord, assistant de service social",
            "cormoran farine lanterne ruisseau bruyère tabouret aurore"),
    Account("david", "David Morel", "worker", "B", "function", "CDAS Sud, travailleur social",
            "goéland passerelle noisette brouillard carafe hamac dune"),
    Account("ibrahim", "Ibrahim Diallo", "supervisor", "B", "function", "CCAS de Port-Breizh, responsable",
            "sardine clocher fougère mandarine rivet échelle pollen"),
    Account("louise", "Louise Abiven", "worker", "B", "function", "CCAS, accueil, tenue au secret",
            "balise confiture moulin cerisier ficelle orage tambour"),
    Account("farid", "Farid Haddadi", "volunteer", "F", None, "CCAS, accueil, bénévole",
            "trèfle citerne hirondelle gaufre horizon velcro menhir"),
    Account("chloe", "Chloé Riou", "supervisor", "F", None, "Banque alimentaire, responsable et bénévole",
            "coquelicot amarre biscuit pinède loupe canevas galet"),
    Account("amina", "Amina Ouali", "volunteer", "F", None, "Banque alimentaire, les deux centres, bénévole",
            "abricot voilier lavande tiroir comète ruban fontaine"),
    Account("marc", "Marc Quentel", "volunteer", "F", None, "Banque alimentaire, accès terminé",
            "girouette sablier myrtille verrou prairie flocon ancre"),
)  # fmt: skip
BY_NAME = {account.account: account for account in ACCOUNTS}


def lines() -> list[str]:
    """What is printed after a fill, and at each start."""
    told = [f"  {one.account:<10} {one.passphrase:<62} {one.name}, {one.where}" for one in ACCOUNTS]
    return ["Qui peut entrer (nom de compte, phrase secrète) :", *told]
