"""What several doors need: rows turned into the facts that rules judge, and rights that end. Below the doors, above the tables."""
