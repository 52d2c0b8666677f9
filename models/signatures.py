"""ES256, and nothing else: the only importer of joserfc in `models/`. It verifies; it never signs and opens nothing."""

from __future__ import annotations

from collections.abc import Mapping

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from models.problems import Problem
from models.rules.envelope import Signed


def verify(signed: Signed, jwk: Mapping[str, str]) -> None:
    """Raises Problem("bad_signature") unless the private half of `jwk` signed exactly these bytes."""
    try:
        jws.deserialize_compact(signed.jws, ECKey.import_key(dict(jwk)), algorithms=["ES256"])
    except (JoseError, ValueError) as error:
        raise Problem("bad_signature") from error


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The RFC 7638 thumbprint of a public key, b64u: the `kid` of a receipt's withdrawal key."""
    return ECKey.import_key(dict(jwk)).thumbprint()
