"""THE write door: signed statements and events come in, a verdict each goes out."""

from models.ledger.append import append

__all__ = ["append"]
