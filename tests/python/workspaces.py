"""Runs the vectors of contacts and workspaces: as plain data, and step by step through the methods of `Workspace`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vectors import Vector, shown

import omnicontact as oc

WORDS = oc.vocabulary()
OPENED = "2025-07-01T12:00:00Z"
LATE = "2100-01-01T00:00:00Z"


def walk(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [walk(item, change) for item in value]
    if isinstance(value, dict):
        return {key: walk(item, change) for key, item in value.items()}
    return value


class World:
    """A workspace in which steps were made; they are given `random` bytes `[n; 10]`."""

    def __init__(self, given: dict[str, Any], through_methods: bool) -> None:
        settings = {"zone": "America/Guayaquil", "country": "EC", **given.get("settings", {})}
        self.draw = 0
        self.ids: dict[str, str] = {}
        self.now = LATE
        self.ws = oc.Workspace(settings.pop("zone"), **settings, now=OPENED, clock=lambda: self.now)
        for step in given.get("steps", ()):
            self.step(step, through_methods)

    def named(self, value: Any) -> Any:
        names_of = {contact: f"${name}" for name, contact in self.ids.items()}
        return walk(value, lambda text: names_of.get(text, text))

    def known(self, value: Any) -> Any:
        return walk(value, lambda text: self.ids.get(text[1:], text) if text.startswith("$") else text)

    def random(self) -> bytes:
        self.draw += 1
        return bytes([self.draw] * 10)

    def step(self, step: dict[str, Any], through_methods: bool) -> oc.Outcome:
        self.now = step.get("now", LATE)
        actor = oc.Actor(**step["actor"]) if "actor" in step else None
        call = {"at": step["at"], "actor": actor, "source": step.get("source"), "random": self.random()}
        command = self.known(step["do"])
        done = method(self.ws, command, call) if through_methods else self.ws.execute(command, **call)
        if "save" in step and done.contact is not None:
            self.ids[step["save"]] = str(done.contact)
        return done


def method(ws: oc.Workspace, command: Any, call: dict[str, Any]) -> oc.Outcome:
    """The command as a call of its method."""
    if command == "run_reset":
        return ws.run_reset(at=call["at"], actor=call["actor"], source=call["source"])
    ((kind, body),) = command.items()
    if kind not in ("add_contact", "tell", "erase", "erase_identity"):
        call.pop("random")
    match kind:
        case "add_contact" if set(body["profile"]) <= set(WORDS["request_fields"]["Profile"]):
            return ws.add_contact(**body["profile"], origin=body.get("origin"), **call)
        case "edit":
            return ws.edit(body["contact"], edits=body["edits"], **call)
        case "add_identity":
            return ws.add_identity(body["contact"], body["identity"]["channel"], body["identity"]["external"], **call)
        case "erase":
            return ws.erase(body["contact"], **call)
        case "erase_identity":
            return ws.erase_identity(body["identity"]["channel"], body["identity"]["external"], **call)
        case "remove_identity":
            return ws.remove_identity(body["identity"]["channel"], body["identity"]["external"], **call)
        case "tell":
            identity = body.pop("identity")
            direction, source, accepted = (body.pop(key) for key in ("direction", "source", "accepted"))
            if direction == "incoming" and source == "incoming_message" and accepted:
                return ws.receive(identity["channel"], identity["external"], **body, **call)
            if direction == "outgoing" and not set(body) - {"contact"}:
                return ws.send(
                    identity["channel"], identity["external"], message_source=source, accepted=accepted, **body, **call
                )
            told = {"identity": identity, "direction": direction, "source": source, "accepted": accepted}
            return ws.execute({"tell": {**told, **body}}, **call)
        case "merge" if not body.get("choices"):
            return ws.merge(body["primary"], *body["secondaries"], **call)
        case "unmerge":
            return ws.unmerge(body["primary"], body["secondary"], **call)
        case "delete":
            return ws.delete(body["contact"], **call)
        case "dismiss":
            return ws.dismiss(body["a"], body["b"], **call)
        case "set_limit":
            return ws.set_limit(body["limit"], **call)
        case "set_reset":
            return ws.set_reset(body["mode"], **call)
        case "delete_tag":
            return ws.delete_tag(body["tag"], **call)
        case "delete_department":
            return ws.delete_department(body["department"], **call)
        case "set_custom_field":
            return ws.set_custom_field(**body["field"], **call)
        case "delete_custom_field":
            return ws.delete_custom_field(body["name"], **call)
        case "set_channel":
            return ws.set_channel(**body["channel"], **call)
    return ws.execute(command, **call)


def of_execute(done: oc.Outcome, answer: dict[str, Any]) -> dict[str, Any]:
    kinds = [event["change"] if isinstance(event["change"], str) else next(iter(event["change"])) for event in done.events]
    return {"outcome": answer, "events": kinds}


def run(vector: Vector, through_methods: bool) -> Any:
    operation, options = vector["call"]["operation"], vector["call"].get("options", {})
    if "given" not in vector and operation in WORDS["operations"]:
        return differing(operation, oc.call(operation, options))
    given = vector.get("given", {})
    world = World(given, through_methods)
    if operation == "snapshot_altered":
        data = bytearray(world.ws.snapshot())
        data = data[: options["byte"]] if options.get("cut") else data
        if not options.get("cut"):
            data[options["byte"]] ^= 1
        return oc.Workspace.restore(bytes(data)).sequence
    if operation.endswith("s_report"):
        ask = {"messages_report": oc.messages_report, "contacts_report": oc.contacts_report}[operation]
        options = world.known(options)
        filters = options.pop("filters", {})
        data_set = oc.Dataset(world.known(given.get("messages")), workspace=world.ws)
        return world.named(shown(ask(data_set, **options, **filters).to_dict()))
    before = world.ws.snapshot()
    for ws in (oc.Workspace.restore(before, world.ws.events()), oc.Workspace.replay(world.ws.events())):
        assert ws.snapshot() == before
    if operation == "execute":
        # Plainly on a copy, and through the method: the same events.
        random = bytes([world.draw + 1] * 10)
        plain = {"at": options["at"], "random": list(random), "command": world.known(options["do"])}
        plain |= {key: options[key] for key in ("actor", "source") if key in options}
        copy = world.ws.copy()
        if through_methods and "expect_error" in vector:
            done = world.step(options, through_methods)
            raise AssertionError(f"the method does not fail as the command does: {done}")
        answer = copy.call("execute", plain)
        done = world.step(options, through_methods)
        assert done.events == answer["events"]
        assert bool(done) == (answer["outcome"]["kind"] != "refused")
        assert world.ws.snapshot() == copy.snapshot()
        return world.named(of_execute(done, answer["outcome"]))
    options = world.known(options)
    if operation in ("import_contacts", "bulk"):
        options = {"random": list(world.random()), **options}
    answer = world.ws.call(operation, options)
    if operation == "bulk":
        answer["events"] = [next(iter(event["change"])) for event in world.ws.events(since=answer["from"])]
    return world.named(differing(operation, answer))


def differing(operation: str, answer: Any) -> Any:
    if operation == "plan_merge" and "fields" in answer:
        answer["fields"] = [field for field in answer["fields"] if field["primary"] != field["secondary"]]
    return answer
