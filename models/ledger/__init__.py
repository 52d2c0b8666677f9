"""THE write door: signed statements and events come in, a verdict each goes out."""

from models.ledger.append import append, replay
from models.projections.closings import close_due, forget_strangers

__all__ = ["append", "close_due", "forget_strangers", "replay"]
