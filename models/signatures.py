"""ES256, and nothing else: the only importer of joserfc in `models/`. It verifies; it never signs and opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from models.problems import Problem
from models.rules.envelope import Signed


def verify(signed: Signed, jwk: Mapping[str, str]) -> None:
    """Raises Problem("bad_signature") unless the private half of `jwk` signed exactly these bytes."""
    try:
        jws.deserialize_compact(signed.jws, _key(frozenset(jwk.items())), algorithms=["ES256"])
    except (JoseError, ValueError) as error:
        raise Problem("bad_signature") from error


@lru_cache(maxsize=4096)
def _key(members: frozenset[tuple[str, str]]) -> ECKey:
    """The key as the library holds it: reading one costs half of what verifying with it does. Raises its errors."""
    return ECKey.import_key(dict(members))


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The RFC 7638 thumbprint of a public key, b64u: the `kid` of a receipt's withdrawal key."""
    return ECKey.import_key(dict(jwk)).thumbprint()
