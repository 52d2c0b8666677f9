"""The demonstration territory: invented people and organisations, written through the real protocol.

`persons.json` are 60 people who do not exist, `places.json` a directory of places that do not exist (data·inclusion v1
names, for `flask directory import`): its organisation and team ids are those of `territory.py`.
"""
