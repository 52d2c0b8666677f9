"""Makes answers small for a browser that can unpack them: Brotli, else gzip. The only importer of brotli.

Only bytes that hold no secret beside words of someone else's choosing are packed (docs/decisions/0012): the files of a
release, pages of the feed, whose secrets are sealed, and the directory, which is public. Tokens, bundles and nonces
never are.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Final

import brotli
from flask import Response, request

BROTLI: Final = "br"
GZIP: Final = "gzip"
_LEAST_BYTES: Final = 1_024  # below, a header costs more than packing saves


def encoding() -> str | None:
    """How this request's answer may travel; None: as it is."""
    accepted = request.accept_encodings
    return next((name for name in (BROTLI, GZIP) if accepted[name] > 0), None)


@lru_cache(maxsize=2048)
def file(body: bytes, how: str) -> bytes:
    """As small as can be, once per file and process: about 10 ms for 5 kB."""
    return brotli.compress(body) if how == BROTLI else gzip.compress(body, compresslevel=9, mtime=0)


def page(body: bytes, content_type: str, effort: int = 1) -> Response:
    """An answer made for one caller, packed quickly: some 5 µs an entry of the feed with Brotli, 30 with gzip.

    `effort` goes from 1 to 9.
    """
    response = Response(body, content_type=content_type)
    response.vary.add("Accept-Encoding")
    how = encoding() if len(body) >= _LEAST_BYTES else None
    if how is not None:
        quick = brotli.compress(body, quality=effort) if how == BROTLI else gzip.compress(body, effort, mtime=0)
        response.set_data(quick)
        response.headers["Content-Encoding"] = how
    return response
