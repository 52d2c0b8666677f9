"""What several doors need: rows into the facts that rules judge and back. Below the doors, above the tables."""
