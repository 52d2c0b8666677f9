"""Every HTTP body that crosses the server's door, both ways, kept as bytes."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import brotli

Wsgi = Callable[..., Iterable[bytes]]


@dataclass(slots=True)
class Exchange:
    """One request and its answer. `address` has the query; `head` holds the headers as the server saw them."""

    method: str
    address: str
    head: str
    sent: bytes
    answered: bytes = b""
    packed: str = ""  # how the answer is, by its Content-Encoding

    def whole(self) -> bytes:
        """All of it, packed bodies unpacked: a search that stops at a packing finds nothing."""
        return b"\n".join([self.address.encode(), self.head.encode(), plain(self.sent), self.told()])

    def told(self) -> bytes:
        """The answer, unpacked."""
        is_brotli = self.packed == "br" and self.answered
        return brotli.decompress(self.answered) if is_brotli else plain(self.answered)


def plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


@dataclass(slots=True)
class Wire:
    exchanges: list[Exchange] = field(default_factory=list)

    def around(self, app: Wsgi) -> Wsgi:
        """The same application, with its bodies kept on the way."""

        def recorded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
            sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(sent)
            address = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
            head = "\n".join(f"{name}: {value}" for name, value in environ.items() if name.startswith("HTTP_"))
            exchange = Exchange(environ["REQUEST_METHOD"], address, head, sent)
            self.exchanges.append(exchange)

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                exchange.packed = dict(headers).get("Content-Encoding", "")
                return start_response(status, headers, *rest)

            parts = app(environ, start)
            try:
                for part in parts:
                    exchange.answered += part
                    yield part
            finally:
                close = getattr(parts, "close", None)
                if close:
                    close()

        return recorded

    def to(self, path: str) -> list[Exchange]:
        """The exchanges with addresses that start so, in order."""
        return [exchange for exchange in self.exchanges if exchange.address.startswith(path)]
