"""What a place whose address is confidential keeps to itself: a shelter is reached by telephone, and by it alone.

Pure. Names are those of data·inclusion.
"""

from __future__ import annotations

from typing import Final

WHERE: Final = (
    "adresse", "complement_adresse", "code_postal", "code_insee", "latitude", "longitude", "accessibilite_lieu",
    "siret", "lien_source", "horaires_accueil",
)  # fmt: skip
"""What says where it is and when somebody is there. The SIRET and the source's page lead to it: both are public.

It never leaves the server, not even towards who keeps the entry.
"""

WORDS: Final = (
    "description", "conditions_acces", "publics_precisions", "mobilisation_precisions", "courriel", "site_web",
    "lien_mobilisation", "a_classer",
)  # fmt: skip
"""Free sentences and links: no machine can tell which of them describes the way. Who keeps the entry sees them."""

KEPT_FROM_EVERYONE: Final = frozenset((*WHERE, *WORDS))
"""What phones are never given of such a place."""
