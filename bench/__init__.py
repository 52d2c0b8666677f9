"""The figures of Accord, one program each (bench/README.md). Ratios measured side by side, never asserted by tests."""
