"""Every refusal of the system: a stable code, the HTTP status, one French sentence, and whether trying again later helps.

A sentence says what happened, what was kept, what to do. It never holds a value typed by anyone.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Refusal(NamedTuple):
    status: int
    message: str
    retry: bool = False


_KEPT = "Votre saisie est gardée sur cet appareil."

CATALOGUE: Final[dict[str, Refusal]] = {
    # --- how the request is made
    "malformed": Refusal(400, "Le message reçu est incomplet ou abîmé. Rien n’a été enregistré par le serveur. " + _KEPT),
    "unknown_field": Refusal(400, "Le message contient un champ inconnu. Rien n’a été enregistré par le serveur. " + _KEPT),
    "unknown_suite": Refusal(400, "Ce message vient d’une autre version d’Accord. " + _KEPT + " Mettez l’application à jour."),
    "too_large": Refusal(413, "L’envoi est trop volumineux. " + _KEPT + " Raccourcissez le texte puis recommencez."),
    "not_found": Refusal(404, "Introuvable, ou réservé à d’autres personnes."),
    "method": Refusal(405, "Cette adresse ne répond pas à cette demande."),
    "sign_in": Refusal(401, "Le nom ou la phrase ne correspond pas. Vérifiez-les, puis réessayez."),
    "session_expired": Refusal(401, "La connexion a expiré. " + _KEPT + " Déverrouillez à nouveau pour continuer à recevoir."),
    "forbidden": Refusal(403, "Votre rôle ne permet pas cette action. Demandez à votre responsable."),
    "form_expired": Refusal(400, "Cette page est restée ouverte trop longtemps. Rechargez-la, puis recommencez."),
    "too_many": Refusal(429, "Trop de demandes d’un coup. " + _KEPT + " Attendez une minute.", True),
    "unavailable": Refusal(503, "Le service ne répond pas pour l’instant. " + _KEPT + " L’envoi reprendra tout seul.", True),
    "internal": Refusal(500, "Une erreur s’est produite de notre côté. " + _KEPT + " L’envoi reprendra tout seul.", True),
    # --- the directory
    "import_kind": Refusal(415, "Ce n’est pas un fichier que l’annuaire sait lire. Rien n’a changé. Enregistrez-le en CSV, en XLSX ou en JSON."),
    "import_too_large": Refusal(413, "Ce fichier est trop gros pour l’annuaire. Rien n’a changé. Découpez-le, ou retirez ce qui n’est pas de l’annuaire."),
    "import_unreadable": Refusal(422, "Ce fichier est abîmé ou incomplet : il n’a pas pu être lu jusqu’au bout. Rien n’a changé. Enregistrez-le à nouveau."),
    "import_columns": Refusal(422, "Les colonnes choisies ne suffisent pas. Rien n’a changé. Dites au moins laquelle est le nom du lieu, et chaque champ une seule fois."),
    "directory_changed": Refusal(409, "L’annuaire a changé depuis que cet import a été regardé. Rien n’a été appliqué. Relancez la comparaison."),
    # --- joining, bundle, passkeys
    "member_ended": Refusal(403, "Votre accès à cette organisation a pris fin. Ce qui n’a pas été envoyé reste sur cet appareil : parlez-en à votre responsable."),
    "account_taken": Refusal(409, "Ce nom de compte est déjà pris. Choisissez-en un autre."),
    "stale_bundle": Refusal(409, "Vos clés ont changé sur un autre appareil. Déverrouillez à nouveau, puis recommencez."),
    "last_door": Refusal(409, "Il faut garder au moins une autre façon d’ouvrir que l’empreinte. Rien n’a été retiré."),
    "prf_output": Refusal(400, "L’appareil a voulu envoyer une clé secrète : l’envoi a été refusé et rien n’a été enregistré. Mettez l’application à jour."),
    "passkey": Refusal(400, "L’empreinte ou la clé d’accès n’a pas été reconnue. Utilisez votre phrase secrète."),
    "production_demonstration": Refusal(403, "Ce territoire est une démonstration : il ne peut pas servir ici."),
    # --- who signs
    "unknown_key": Refusal(403, "Cet appareil n’est pas connu du réseau. " + _KEPT + " Demandez à votre responsable de l’admettre."),
    "bad_signature": Refusal(403, "La signature ne correspond pas : l’envoi a été refusé. " + _KEPT),
    "not_allowed": Refusal(403, "Vous n’avez pas, ou plus, le droit de faire cet acte. " + _KEPT + " Demandez à votre responsable."),
    "sections": Refusal(400, "Le contenu scellé ne correspond pas à ce qui a été signé. L’envoi a été refusé. " + _KEPT),
    "beside": Refusal(400, "Les pièces jointes à la déclaration ne correspondent pas à ce qui a été signé. Rien n’a changé."),
    "id_conflict": Refusal(409, "Un autre enregistrement porte déjà ce numéro. Le premier est gardé ; le vôtre reste sur cet appareil, à corriger."),
    # --- chains
    "stale_head": Refusal(409, "La liste des membres a changé entre-temps. Rien n’est perdu : l’acte sera refait au prochain déverrouillage.", True),
    "fork": Refusal(409, "Deux histoires différentes de la liste des membres circulent. Le partage est suspendu ; vous pouvez continuer à enregistrer. Prévenez votre responsable."),
    "founding": Refusal(403, "Ce réseau est déjà créé, ou l’adresse de création n’est pas la bonne. Rien n’a changé."),
    "holder": Refusal(403, "Cette personne ne peut pas détenir cette clé : elle n’est pas dans l’équipe, ou n’est pas tenue au secret professionnel."),
    "one_holder": Refusal(409, "Il faut au moins deux personnes pour détenir une clé, sinon une perte serait définitive. Ajoutez quelqu’un ou la clé de secours."),
    "last_supervisor": Refusal(409, "C’est la dernière personne responsable de l’organisation. Nommez-en une autre avant."),
    # --- what is said to whom
    "role": Refusal(403, "Votre rôle ne permet pas cet acte. " + _KEPT + " Demandez à votre responsable."),
    "no_recipient": Refusal(409, "L’équipe destinataire n’existe pas ou ne reçoit pas ici. Rien n’a été envoyé. Remettez plutôt une fiche à la personne."),
    "awaits_rotation": Refusal(409, "L’équipe destinataire renouvelle sa clé après un départ. Rien n’a été envoyé. Réessayez plus tard, ou appelez.", True),
    "stale_epoch": Refusal(409, "La clé de l’équipe destinataire a changé après un départ. Rien n’a été envoyé : l’orientation sera scellée à nouveau au prochain déverrouillage.", True),
    "charter": Refusal(403, "La charte signée ne permet pas d’envoyer cette information à cette organisation. Rien n’a été envoyé. Remettez plutôt une fiche à la personne."),
    "matrix": Refusal(403, "Cette information ne peut pas être reçue par cette équipe. Rien n’a été envoyé. Retirez-la, ou remettez une fiche à la personne."),
    "basis": Refusal(403, "Le fondement choisi ne permet pas cet envoi. Rien n’a été envoyé. Demandez l’accord de la personne, ou remettez une fiche."),
    "consent_missing": Refusal(403, "La personne n’a pas donné son accord pour cette information et ce destinataire. Rien n’a été envoyé. Demandez-lui, ou retirez cette information."),
    "level": Refusal(403, "Cette information est trop sensible pour cet espace. " + _KEPT + " Elle doit rester entre personnes tenues au secret."),
    "dates": Refusal(400, "Une date ne convient pas : elle est déjà passée, ou va plus loin que 30 jours ou que la fin de l’accord. Rien n’a été envoyé."),
    "stale_state": Refusal(409, "Quelqu’un a déjà répondu entre-temps. Votre réponse est gardée dans « À corriger ». Regardez l’état actuel."),
    "illegal_move": Refusal(409, "Cette étape n’est pas possible depuis l’état actuel. Votre réponse est gardée dans « À corriger »."),
    # --- the directory, at a desk
    "stale_entry": Refusal(409, "Cette fiche a changé entre-temps : rien n’a été écrit. Revenez-y, regardez-la, puis recommencez."),
    "merged_entry": Refusal(409, "Cette fiche a été fusionnée avec une autre : défaites d’abord la fusion."),
    # --- only on the phone
    "storage_full": Refusal(507, "Il n’y a plus de place sur cet appareil. Rien n’est perdu : votre texte reste à l’écran. Libérez de la place ou exportez."),
    "storage_missing": Refusal(507, "Ce navigateur ne garde rien (navigation privée ?). Ouvrez Accord dans une fenêtre ordinaire avant d’enregistrer."),
    "vault_locked": Refusal(423, "L’application est verrouillée. " + _KEPT + " Déverrouillez pour continuer."),
    "cannot_open": Refusal(422, "Ce passage ne peut pas être ouvert : il a été modifié ou n’est pas pour vous. Le reste est intact. Prévenez votre responsable."),
    "nir": Refusal(422, "Ce champ ressemble à un numéro de sécurité sociale. Accord ne l’enregistre jamais : retirez-le."),
    "recovery_code": Refusal(422, "Ce code de secours comporte une faute de frappe, ou n’est pas celui de cette clé. Vérifiez chaque groupe de quatre caractères."),
    "weak_passphrase": Refusal(422, "Cette phrase est trop facile à deviner. Prenez les sept mots proposés, ou une phrase plus longue."),
}  # fmt: skip


class Problem(Exception):
    """A refusal. `details` are codes, ids and numbers that help the caller act; never typed content."""

    def __init__(self, code: str, **details: object) -> None:
        refusal = CATALOGUE[code]
        super().__init__(code)
        self.code = code
        self.status = refusal.status
        self.message = refusal.message
        self.retry = refusal.retry
        self.details = details

    def as_dict(self) -> dict[str, object]:
        """`{"code", "message", "retry", …details}`: the body of a refusal, or the reason in a verdict."""
        return {"code": self.code, "message": self.message, "retry": self.retry, **self.details}


class Held(Exception):
    """Not refused and not yet accepted: kept until what it waits for arrives. `reason` is one of vocabulary.HELD_REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Duplicate(Exception):
    """A statement that its chain already holds: it gets its first verdict again. `number` is its position in `stream`."""

    def __init__(self, stream: str, number: int) -> None:
        super().__init__(stream, number)
        self.stream = stream
        self.number = number
