"""The roster of a phone (static/app/rules/roster.js) folds the vectors to the states of the server."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from models.rules import envelope, roster
from tests.client.harness import Modules
from tests.vectors.fold import Fold

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent.parent / "vectors/roster.json").read_text("utf-8"))

# Folds as the vault does: readSigned, apply with verifySigned injected. `code` is what a refusal says.
FOLD = """
const rules = await load("app/rules/roster.js");
const verify = (jws, jwk) => accord.verifySigned(jws, "accord.statement", jwk);
const state = { network: rules.emptyNetwork(), organisations: {} };
const judge = async (entry) => {
  const signed = { jws: entry.jws, ...(await accord.readSigned(entry.jws)) };
  const stream = String(signed.payload.stream);
  const id = stream === "network" ? null : stream.slice("organisation:".length);
  const admitted = state.network.organisations[id];
  const opened = admitted ? rules.emptyOrganisation(admitted) : null;
  const organisation = id === null ? null : state.organisations[id] ?? opened;
  return [id, await rules.apply(signed, state.network, organisation, entry.received_at, verify)];
};
const accept = async (entry) => {
  const [id, folded] = await judge(entry);
  if (id === null) state.network = folded;
  else state.organisations[id] = folded;
};
const code = async (entry) => {
  try { await judge(entry); } catch (error) { return error.code ?? `threw ${error}`; }
  return "accepted";
};
"""


@pytest.fixture(scope="module")
def folded(page_modules: Modules) -> dict[str, Any]:
    """The final state, the code of each wrong statement, and the answers, all found by the browser."""
    found: dict[str, Any] = page_modules.run(
        FOLD
        + """
        const codes = [];
        for (let after = 0; after <= vectors.valid.length; after += 1) {
          for (const wrong of vectors.invalid.filter((each) => each.after === after)) {
            codes.push([wrong.name, await code(wrong)]);
          }
          if (after < vectors.valid.length) await accept(vectors.valid[after]);
        }
        const chains = { network: state.network.digests };
        for (const each of Object.values(state.organisations)) chains[each.stream] = each.digests;
        const shown = {
          profiles: (found) => found.map(({ profile, ground }) => [profile, ground]),
          circleOfTeam: (found) => found?.id ?? null,
          author: (found) => found?.member.id ?? null,
          chartersInForce: (found) => found.map(({ id, versions }) => [id, versions.map(({ version }) => version)]),
        };
        const ask = (name, args) => {
          if (name === "judgeHeads") {
            try { rules.judgeHeads(args[0], chains); } catch (error) { return error.code; }
            return null;
          }
          const given = args.map((each) => state.organisations[each] ?? each);
          const found = name === "chartersInForce"
            ? rules.chartersInForce(state.network, ...given)
            : rules[name](...given);
          return shown[name] ? shown[name](found) : found;
        };
        const answers = vectors.questions.map((question) => ask(question.ask, question.args));
        return { state, codes: Object.fromEntries(codes), answers };
        """,
        vectors=VECTORS,
    )
    return found


def test_the_phone_folds_the_chains_to_the_states_of_the_server(folded: dict[str, Any]) -> None:
    fold = Fold(VECTORS["founding"])
    for entry in VECTORS["valid"]:
        fold.accept(entry)
    assert folded["state"]["network"] == plain(fold.network)
    assert folded["state"]["organisations"] == {name: plain(each) for name, each in fold.organisations.items()}


@pytest.mark.parametrize(
    "case", [case for case in VECTORS["invalid"] if "only" not in case], ids=lambda case: case["name"]
)
def test_the_phone_refuses_a_wrong_statement_with_the_same_code(folded: dict[str, Any], case: dict[str, Any]) -> None:
    """T43, T83, T87, T88, T95 among them."""
    assert folded["codes"][case["name"]] == case["code"]


def test_the_phone_gives_the_same_answers(folded: dict[str, Any]) -> None:
    assert folded["answers"] == [question["answer"] for question in VECTORS["questions"]]


def test_the_phone_tells_apart_what_travels_beside(page_modules: Modules) -> None:
    found = page_modules.run(
        """
        const rules = await load("app/rules/roster.js");
        const payloads = await Promise.all(entries.map(async ({ jws }) => (await accord.readSigned(jws)).payload));
        return payloads.map((payload) => rules.besideOf(payload));
        """,
        entries=VECTORS["valid"],
    )
    for entry, named in zip(VECTORS["valid"], found, strict=True):
        payload = envelope.read(entry["jws"], envelope.TYP_STATEMENT).payload
        expected = {digest: plain(beside) for digest, beside in roster.beside_of(payload).items()}
        assert named == {
            digest: {name: value for name, value in beside.items() if value is not None}
            for digest, beside in expected.items()
        }


def plain(value: Any) -> Any:
    """A state as the phone writes it: camel case, lists, instants as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {camel(field.name): plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return fields | ({"stream": value.stream} if isinstance(value, (roster.Network, roster.Organisation)) else {})
    if isinstance(value, Mapping):
        return {name: plain(element) for name, element in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(element) for element in value]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}Z"
    return value.isoformat() if isinstance(value, date) else value


def camel(name: str) -> str:
    first, *rest = name.removesuffix("_kinds").split("_")
    return first + "".join(word.capitalize() for word in rest)
