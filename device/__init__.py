"""A phone in Python, written from docs/protocol.md alone: it imports nothing from models/ or web/.

It plays the tests' honest and hostile clients, the benches, and fills the demonstration territory.
"""
