"""What the phone refuses: one exception, with the same stable codes as the server's."""

from __future__ import annotations


class Refusal(Exception):
    """`code` is a word of docs/protocol.md or the catalogue of problems; `details` never hold typed content."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, *(f"{name}={value}" for name, value in details.items()))
        self.code = code
        self.details = details
