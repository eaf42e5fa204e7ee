"""What a workspace can be told: one command at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ._actor import Actor
from ._outcomes import Outcome, outcome_of
from ._plain import ContactId, ForeignKeys, Id, Identities, Time, choices, profile, text_id
from ._plain import edits as plain_edits
from ._questions import Questions


class Commands(Questions):
    """The commands of a `Workspace`; each is carried out as a whole or not at all."""

    _random: Callable[[int], bytes]
    _clock: Callable[[], Time]
    _actor: Actor | None
    _source: str | None

    def _call(self, at: Time | None, actor: Actor | None, source: str | None, random: bytes | None) -> dict[str, object]:
        actor = self._actor if actor is None else actor
        source = self._source if source is None else source
        # The clock is read once, so that a command without `at` never lies ahead of it.
        now = self._clock()
        call: dict[str, object] = {
            "at": now if at is None else at,
            "now": now,
            "random": list(self._random(10) if random is None else random),
        }
        if actor is not None:
            call["actor"] = actor.plain()
        if source is not None:
            call["source"] = source
        return call

    def execute(
        self,
        command: Mapping[str, object] | str,
        *,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
    ) -> Outcome:
        """Carries out a command given as plain data, as every language has it; the other methods are made of it.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ws.execute({"add_contact": {"profile": {"name": "Ana"}}}).kind
        'added'

        Args:
            command: The command, see `vocabulary()["labels"]["command_kind"]`.
            at: When it happened; the workspace's clock where left out. An `at` that lies more than `clock_tolerance` ahead of
                that clock raises `clock_ahead`, and changes nothing.
            actor: Who asks; without an actor the host itself does, and roles are not checked.
            source: Where it comes from; `user` with an actor, else `developer_api`.
            random: Ten random bytes for the id of a new contact.
        """
        reply = json.loads(self._native.call("execute", {**self._call(at, actor, source, random), "command": command}))
        return outcome_of(reply["outcome"], reply["events"])

    def add_contact(
        self,
        name: str | None = None,
        *,
        phones: Iterable[str] = (),
        emails: Iterable[str] = (),
        identities: Identities = (),
        tags: Iterable[str] = (),
        custom: Mapping[str, object] | None = None,
        origin: Mapping[str, object] | None = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        language: str | None = None,
        country: str | None = None,
        locale: str | None = None,
        picture: str | None = None,
        company: str | None = None,
        department: str | None = None,
        lifecycle: str | None = None,
        lists: Iterable[str] = (),
        subscriptions: Mapping[Any, str] | Iterable[Mapping[str, object]] | None = None,
        assignee: Mapping[str, object] | None = None,
        blocked: bool = False,
        foreign_keys: ForeignKeys = (),
        random: bytes | None = None,
    ) -> Outcome:
        """Adds a contact.

        >>> import datetime as dt, omnicontact as oc
        >>> ws = oc.Workspace("America/Guayaquil", country="EC")
        >>> done = ws.add_contact(
        ...     "Ana", phones=["099 123 4567"], identities=[("whatsapp", "593991234567")], company="ACME",
        ...     foreign_keys=[("shop", 9)], custom={"born": dt.date(1990, 7, 1), "site": {"url": "https://example.org"}},
        ... )
        >>> ws.contact(done.contact).custom
        {'born': '1990-07-01', 'site': 'https://example.org'}
        >>> ws.add_contact("Ana again", foreign_keys=[("shop", 9)]).kind
        'exists'

        Args:
            name: The name.
            phones: Phones, the main one first.
            emails: E-mail addresses, the main one first.
            identities: Pairs (channel, external id there).
            tags: Tags.
            custom: Custom fields; texts, numbers, booleans, dates and times are taken as such.
            origin: How it enters: `{"source": "campaign", "name": "July"}`.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            first_name: First name.
            last_name: Last name.
            language: ISO 639-1.
            country: ISO 3166-1, two letters.
            locale: BCP 47.
            picture: Address of a picture.
            company: Company.
            department: Department.
            lifecycle: Lifecycle.
            lists: Lists that it is on.
            subscriptions: Channel to `subscribed` or `unsubscribed`.
            assignee: `{"user": id}` or `{"team": id}`.
            blocked: Whether it is blocked.
            foreign_keys: Pairs (system, what it calls the contact); the id follows from the first.
            random: Ten random bytes for the id.
        """
        given = {
            "name": name,
            "phones": phones,
            "emails": emails,
            "identities": identities,
            "tags": tags,
            "custom": custom,
            "first_name": first_name,
            "last_name": last_name,
            "language": language,
            "country": country,
            "locale": locale,
            "picture": picture,
            "company": company,
            "department": department,
            "lifecycle": lifecycle,
            "lists": lists,
            "subscriptions": subscriptions,
            "assignee": assignee,
            "blocked": blocked,
            "foreign_keys": foreign_keys,
        }
        body: dict[str, object] = {"profile": profile(given)}
        if origin is not None:
            body["origin"] = dict(origin)
        return self.execute({"add_contact": body}, at=at, actor=actor, source=source, random=random)

    def edit(
        self,
        contact: ContactId,
        set: Mapping[str, object] | None = None,
        *,
        custom: Mapping[str, object] | None = None,
        add_tags: Iterable[str] = (),
        remove_tags: Iterable[str] = (),
        add_to_lists: Iterable[str] = (),
        remove_from_lists: Iterable[str] = (),
        add_phones: Iterable[str] = (),
        remove_phones: Iterable[str] = (),
        add_emails: Iterable[str] = (),
        remove_emails: Iterable[str] = (),
        add_foreign_keys: ForeignKeys = (),
        subscribe: Mapping[Any, str] | None = None,
        block: bool | None = None,
        open_conversation: Time | None = None,
        close_conversation: Time | None = None,
        reason: str | None = None,
        edits: Iterable[object] = (),
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
    ) -> Outcome:
        """Changes a contact: all changes or none.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ana = ws.add_contact("Ana", tags=["new"]).contact
        >>> done = ws.edit(ana, {"company": "ACME"}, add_tags=["vip"], remove_tags=["new"], custom={"size": 3})
        >>> found = ws.contact(ana)
        >>> (found.company, found.tags, found.custom)
        ('ACME', ['vip'], {'size': 3})

        Args:
            contact: The contact; a merged-away id acts on the survivor.
            set: Field to value; None empties. `assignee` takes `{"user": id}` or `{"team": id}`.
            custom: Custom field to value; None empties.
            add_tags: Tags to add.
            remove_tags: Tags to remove.
            add_to_lists: Lists to add it to.
            remove_from_lists: Lists to take it off.
            add_phones: Phones to add.
            remove_phones: Phones to remove.
            add_emails: E-mail addresses to add.
            remove_emails: E-mail addresses to remove.
            add_foreign_keys: Pairs (system, what it calls the contact).
            subscribe: Channel to `subscribed` or `unsubscribed`.
            block: Whether it is blocked.
            open_conversation: Since when a conversation is open.
            close_conversation: When it was closed.
            reason: Why it was closed.
            edits: Further edits as plain data.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
        """
        changes = plain_edits(
            {
                "set": set,
                "custom": custom,
                "add_tags": add_tags,
                "remove_tags": remove_tags,
                "add_to_lists": add_to_lists,
                "remove_from_lists": remove_from_lists,
                "add_phones": add_phones,
                "remove_phones": remove_phones,
                "add_emails": add_emails,
                "remove_emails": remove_emails,
                "add_foreign_keys": add_foreign_keys,
                "subscribe": subscribe,
                "block": block,
                "open_conversation": open_conversation,
                "close_conversation": close_conversation,
                "reason": reason,
                "edits": edits,
            }
        )
        body = {"contact": text_id(contact), "edits": changes}
        return self.execute({"edit": body}, at=at, actor=actor, source=source)

    def tag(self, contact: ContactId, *tags: str, at: Time | None = None, actor: Actor | None = None, source: str | None = None) -> Outcome:
        """Adds tags. `at`, `actor`, `source` as in `execute`."""
        return self.edit(contact, add_tags=tags, at=at, actor=actor, source=source)

    def untag(
        self, contact: ContactId, *tags: str, at: Time | None = None, actor: Actor | None = None, source: str | None = None
    ) -> Outcome:
        """Removes tags. `at`, `actor`, `source` as in `execute`."""
        return self.edit(contact, remove_tags=tags, at=at, actor=actor, source=source)

    def add_identity(
        self,
        contact: ContactId,
        channel: Id,
        external: str,
        *,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
    ) -> Outcome:
        """Gives a contact a further identity; it may be refused at the quota. `at`, `actor`, `source` as in `execute`."""
        body = {"contact": text_id(contact), "identity": {"channel": channel, "external": external}}
        return self.execute({"add_identity": body}, at=at, actor=actor, source=source)

    def remove_identity(
        self, channel: Id, external: str, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None
    ) -> Outcome:
        """Takes an identity off whoever holds it. `at`, `actor`, `source` as in `execute`."""
        return self.execute(
            {"remove_identity": {"identity": {"channel": channel, "external": external}}}, at=at, actor=actor, source=source
        )

    def receive(
        self,
        channel: Id,
        external: str,
        *,
        name: str | None = None,
        phone: str | None = None,
        email: str | None = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
    ) -> Outcome:
        """Tells of a message that came in; an unknown sender becomes a contact, unless the quota is full.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> done = ws.receive("web", "visitor-1", name="Ana")
        >>> (done.is_new, done.connected, [next(iter(event["change"])) for event in done.events])
        (True, True, ['added', 'connected', 'told'])

        Args:
            channel: The channel.
            external: What the channel calls the sender.
            name: Name that the channel gives, for a new contact.
            phone: Phone that the channel gives, for a new contact.
            email: E-mail address that the channel gives, for a new contact.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            random: Ten random bytes for the id of a new contact.
        """
        told = {"direction": "incoming", "source": "incoming_message", "accepted": True, "name": name, "phone": phone, "email": email}
        return self.execute(
            {"tell": {"identity": {"channel": channel, "external": external}, **told}}, at=at, actor=actor, source=source, random=random
        )

    def send(
        self,
        channel: Id,
        external: str,
        *,
        contact: ContactId | None = None,
        message_source: str = "user",
        accepted: bool = True,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
    ) -> Outcome:
        """Tells of a message that went out.

        Args:
            channel: The channel.
            external: What the channel calls the person.
            contact: Whom it is for; an identity that nobody holds is added to it.
            message_source: Where the message comes from: `user`, `broadcast`, `workflow`, `bot`, ...
            accepted: Whether the provider accepted it; tell it again when it is.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            random: Ten random bytes for the id of a new contact.
        """
        told = {"direction": "outgoing", "source": message_source, "accepted": accepted, "contact": text_id(contact)}
        return self.execute(
            {"tell": {"identity": {"channel": channel, "external": external}, **told}}, at=at, actor=actor, source=source, random=random
        )

    def tell(self, tellings: Iterable[Mapping[str, Any]]) -> list[Outcome]:
        """Tells of messages as a `journal` of webhooks has them, each at its own time.

        >>> import omnicontact as oc
        >>> chat = {"id": 42, "type": "private", "first_name": "Ana"}
        >>> message = {"message_id": 7, "date": 1782000000, "text": "hola", "chat": chat, "from": chat}
        >>> rows = oc.journal([{"update_id": 1, "message": message}])
        >>> ws = oc.Workspace("UTC", now=0)
        >>> [done.is_new for done in ws.tell(rows.tellings)]
        [True]
        """
        told = [dict(telling) for telling in tellings]
        return [self.execute({"tell": one}, at=one.pop("at")) for one in told]

    def merge(
        self,
        primary: ContactId,
        *secondaries: ContactId,
        choose: Mapping[str, object] | None = None,
        choose_custom: Mapping[str, object] | None = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
    ) -> Outcome:
        """Merges contacts into the primary, one after the other, all or none; see `plan_merge` for the preview.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ana, twin = (ws.add_contact(name).contact for name in ("Ana", "Anita"))
        >>> _ = ws.merge(ana, twin, choose={"name": "secondary", "company": "ACME"})
        >>> (ws.contact(ana).name, ws.contact(ana).company)
        ('Anita', 'ACME')

        Args:
            primary: The contact that stays.
            *secondaries: The contacts that are merged in.
            choose: Field to `primary`, `secondary`, or a third value.
            choose_custom: The same for custom fields.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
        """
        body = {
            "primary": text_id(primary),
            "secondaries": [text_id(one) for one in secondaries],
            "choices": choices(choose, choose_custom),
        }
        return self.execute({"merge": body}, at=at, actor=actor, source=source)

    def unmerge(
        self, primary: ContactId, secondary: ContactId, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None
    ) -> Outcome:
        """Takes a merged-in contact out again: both come back, and what was edited since stays. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"unmerge": {"primary": text_id(primary), "secondary": text_id(secondary)}}, at=at, actor=actor, source=source)

    def delete(self, contact: ContactId, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None) -> Outcome:
        """Deletes a contact with everything merged in; `purge` lists what the host must purge. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"delete": {"contact": text_id(contact)}}, at=at, actor=actor, source=source)

    def erase(
        self,
        contact: ContactId,
        *,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
    ) -> Outcome:
        """Deletes a contact, if it is not deleted yet, and leaves nothing of its values; `erased_events` does the same for
        what you have stored, and snapshots from before are to be thrown away. `at`, `actor`, `source` as in `execute`; `random` are ten bytes for the
        key of the hashes that stay until the month turns.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ana = ws.receive("whatsapp", "593991234567", name="Ana").contact
        >>> [one.contact == ana for one in ws.erase(ana).purge]
        [True]
        >>> stored = oc.erased_events(ws.events())
        >>> "593991234567" in str(stored), oc.Workspace.replay(stored).snapshot() == ws.snapshot()
        (False, True)
        """
        return self.execute({"erase": {"contact": text_id(contact)}}, at=at, actor=actor, source=source, random=random)

    def erase_identity(
        self,
        channel: Id,
        external: str,
        *,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
    ) -> Outcome:
        """Leaves nothing of an identity that nobody holds: of somebody who was refused, and never became a contact. `at`, `actor`,
        `source`, `random` as in `erase`."""
        command = {"erase_identity": {"identity": {"channel": channel, "external": external}}}
        return self.execute(command, at=at, actor=actor, source=source, random=random)

    def dismiss(
        self, one: ContactId, other: ContactId, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None
    ) -> Outcome:
        """Remembers that two contacts are no duplicates. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"dismiss": {"a": text_id(one), "b": text_id(other)}}, at=at, actor=actor, source=source)

    def set_limit(self, limit: int | None, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None) -> Outcome:
        """Sets the quota; None is no limit. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"set_limit": {"limit": limit}}, at=at, actor=actor, source=source)

    def set_reset(self, mode: str, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None) -> Outcome:
        """Asks for a reset mode: `off`, `all`, `only_tagged`, `all_or_tagged`; `month` says from when. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"set_reset": {"mode": mode}}, at=at, actor=actor, source=source)

    def run_reset(self, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None) -> Outcome:
        """Runs the earliest reset that is due; `purge` lists what to purge. `at`, `actor`, `source` as in `execute`."""
        return self.execute("run_reset", at=at, actor=actor, source=source)

    def set_channel(
        self,
        id: Id,
        kind: str,
        name: str | None = None,
        *,
        removed: bool = False,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
    ) -> Outcome:
        """Describes a channel, new or known. `at`, `actor`, `source` as in `execute`."""
        return self.execute(
            {"set_channel": {"channel": {"id": text_id(id), "kind": kind, "name": name, "removed": removed}}},
            at=at,
            actor=actor,
            source=source,
        )

    def delete_tag(self, tag: str, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None) -> Outcome:
        """Deletes a tag: it goes from every contact, and an undo does not bring it back. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"delete_tag": {"tag": tag}}, at=at, actor=actor, source=source)

    def delete_department(
        self, department: str, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None
    ) -> Outcome:
        """Deletes a department: nobody is in it any more. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"delete_department": {"department": department}}, at=at, actor=actor, source=source)

    def set_custom_field(
        self,
        name: str,
        type: str,
        *,
        options: Iterable[str] = (),
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
    ) -> Outcome:
        """Defines a custom field, or changes the options of a list; the type stays.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.set_custom_field("plan", "list", options=["basic", "pro"])
        >>> _ = ws.add_contact("Ana", custom={"plan": {"list": "pro"}})
        >>> [field["name"] for field in ws.custom_fields()]
        ['plan']

        Args:
            name: Its name.
            type: `text`, `list`, `checkbox`, `email`, `number`, `url`, `date`, `time`.
            options: What a list may hold.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
        """
        return self.execute(
            {"set_custom_field": {"field": {"name": name, "type": type, "options": list(options)}}}, at=at, actor=actor, source=source
        )

    def delete_custom_field(self, name: str, *, at: Time | None = None, actor: Actor | None = None, source: str | None = None) -> Outcome:
        """Deletes a custom field with its values on every contact. `at`, `actor`, `source` as in `execute`."""
        return self.execute({"delete_custom_field": {"name": name}}, at=at, actor=actor, source=source)
