"""`python -m device consent-export SERVER ACCOUNT CONSENT --out FILE` and `python -m device verify FILE`.

The first asks the passphrase and needs the network; the second needs nothing but the file.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from device import consent_fhir, consent_proof, consent_record, lists
from device.api import Api
from device.phone import sign_in
from device.primitives import Json, instant, read_json
from device.read import contents, pull
from device.refusal import Refusal
from device.transport import HttpTransport

WAYS = {"dpv": consent_record.to_dpv, "fhir-r5": consent_fhir.to_fhir_r5, "fhir-r4": consent_fhir.to_fhir_r4}


def main(arguments: list[str] | None = None) -> int:
    """0 when it was done or holds, 1 with the code of the refusal otherwise."""
    parser = argparse.ArgumentParser(prog="python -m device")
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("consent-export")
    export.add_argument("server")
    export.add_argument("account")
    export.add_argument("consent", help="the id of the act")
    export.add_argument("--out", type=Path, required=True)
    verify = commands.add_parser("verify")
    verify.add_argument("file", type=Path)
    verify.add_argument("--as", dest="way", choices=WAYS, help="print it in this form instead of a sheet")
    asked = parser.parse_args(arguments)
    try:
        return _export(asked) if asked.command == "consent-export" else _verify(asked)
    except Refusal as refusal:
        print(f"refusé : {refusal.code}", file=sys.stderr)
        return 1


def _export(asked: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    origin = asked.server.rstrip("/")
    phone = sign_in(Api(HttpTransport(origin)), origin, asked.account, getpass.getpass("Phrase de passe : "), now)
    pull(phone, now)
    entry = phone.store.find(asked.consent)
    opened = contents(phone, entry) if entry else {}
    hashes = [one["notice"]["sha256"] for one in opened.values() if "notice" in one]
    notice = lists.notice_text(hashes[0]) if hashes else None
    proof = consent_proof.gather(phone, asked.consent, notice, instant(now))
    asked.out.write_text(json.dumps(proof, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{asked.out} : {len(proof['events'])} actes")
    return 0


def _verify(asked: argparse.Namespace) -> int:
    checked = consent_proof.check(read_json(asked.file.read_bytes()))
    if asked.way:
        print(json.dumps(WAYS[asked.way](checked.told), ensure_ascii=False, indent=1))
        return 0
    print("\n".join(_said(checked)))
    return 0


def _said(checked: consent_proof.Checked) -> list[str]:
    told: Json = checked.told
    return [
        "Signatures : exactes",
        f"Réseau : {checked.network}, empreinte {checked.fingerprint}",
        f"Contenu : {'celui qui a été signé' if told['content'] else 'non montré'}",
        f"Texte lu : {'celui dont l’empreinte a été signée' if told['notice'] else 'non montré'}",
        "Ce fichier ne prouve pas qu’aucun acte n’y manque, ni l’heure des réceptions.",
        *(f"{label} : {text}" for label, text in consent_record.to_sheet(told)),
    ]


if __name__ == "__main__":
    sys.exit(main())
