//! Commands into events: everything is checked before anything happens.

use super::catalog::Shared;
use super::{Call, Change, Command, Event, Holder, NO_BOOK, Outcome, Reply, Told, Workspace};
use crate::access::{self, Action, Ownership};
use crate::contact::{
    Assignee, Contact, ContactId, Edit, Email, ForeignKey, Identity, Origin, Phone, Profile, SubscriptionStatus,
};
use crate::counting::{Admission, CountReason, Unit, UnitPolicy};
use crate::error::Result;
use crate::merge::Pair;
use crate::message::{Direction, Source, UNSUBSCRIBED};
use crate::refusal::Refusal;
use crate::reset::who_goes;
use crate::time::Instant;

/// What stops a command half way, before anything happened.
pub(super) enum Stop {
    Refused(Refusal),
    Failed(crate::Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<crate::Error> for Stop {
    fn from(error: crate::Error) -> Self {
        Self::Failed(error)
    }
}

pub(super) type Decided = std::result::Result<Outcome, Stop>;

/// A refusal is an answer, a failure is an error.
pub(super) fn answered(decided: Decided) -> Result<Outcome> {
    match decided {
        Ok(outcome) => Ok(outcome),
        Err(Stop::Refused(refusal)) => Ok(Outcome::Refused(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

impl Workspace {
    /// Carries out a command, as a whole or not at all.
    ///
    /// # Errors
    /// Malformed input only, with its path; what is well formed is answered, also when it is refused.
    pub fn execute(&mut self, call: &Call, command: Command) -> Result<Reply> {
        let mut events = Vec::new();
        let outcome = self.execute_into(call, command, &mut events)?;
        Ok(Reply { outcome, events })
    }

    /// As [`Workspace::execute`], into a list of events that the host keeps: for many commands in a row.
    ///
    /// # Errors
    /// As [`Workspace::execute`]; nothing is added to the list then.
    pub fn execute_into(&mut self, call: &Call, command: Command, events: &mut Vec<Event>) -> Result<Outcome> {
        self.ready(call)?;
        let from = events.len();
        let outcome = answered(self.decide(call, command, events));
        seal(&mut events[from..]);
        outcome
    }

    /// Whether the stored events of a command are all there.
    pub(crate) fn whole(&self) -> Result<()> {
        if self.awaited > 0 { Err(self.half_command()) } else { Ok(()) }
    }

    /// Whether a command can be taken now: not between the events of a stored one, and not from the future (D34).
    ///
    /// # Errors
    /// `half_command`; `clock_ahead` at `at`.
    pub(crate) fn ready(&self, call: &Call) -> Result<()> {
        self.whole()?;
        let ahead = call.now.map_or(0, |now| call.at.as_millis().saturating_sub(now.as_millis()));
        if u64::try_from(ahead).is_ok_and(|ahead| ahead > self.settings.clock_tolerance) {
            return Err(crate::Error::new(crate::Code::ClockAhead, "it lies ahead of the host's present")
                .with_hint(format!("at most {} ms, or the host's clock is wrong", self.settings.clock_tolerance))
                .at("at"));
        }
        Ok(())
    }

    pub(super) fn emit(&mut self, at: Instant, change: Change, events: &mut Vec<Event>) -> Result<()> {
        // How many follow is known when the command is done: see `seal`.
        let event = Event { sequence: self.sequence + 1, workspace: self.settings.id, following: 0, at, change };
        self.apply(&event)?;
        events.push(event);
        Ok(())
    }

    fn decide(&mut self, call: &Call, command: Command, events: &mut Vec<Event>) -> Decided {
        match command {
            Command::Tell(told) => self.tell_of(call, &told, events),
            Command::AddContact { profile, origin } => {
                self.allow(call, Action::AddContact, None)?;
                self.add_contact(call, *profile, origin.map(|origin| *origin), events)
            }
            Command::Edit { contact, edits } => self.edit(call, contact, &edits, events),
            Command::AddIdentity { contact, identity } => self.add_identity(call, contact, identity, events),
            Command::RemoveIdentity { identity } => self.remove_identity(call, identity, events),
            Command::Merge { primary, secondaries, choices } => {
                self.allow(call, Action::MergeContacts, None)?;
                for contact in secondaries.iter().chain([&primary]).filter(|_| call.actor.is_some()) {
                    if let Ok(slot) = self.find(*contact) {
                        self.allow(call, Action::MergeContacts, Some(self.root(slot)))?;
                    }
                }
                self.merge(call, primary, &secondaries, &choices, events)
            }
            Command::Unmerge { primary, secondary } => {
                self.allow(call, Action::UnmergeContacts, None)?;
                if let Ok(slot) = self.find(primary) {
                    self.allow(call, Action::UnmergeContacts, Some(self.root(slot)))?;
                }
                self.unmerge(call, primary, secondary, events)
            }
            Command::Delete { contact } => self.delete(call, contact, events),
            Command::Erase { contact } => self.erase(call, contact, events),
            Command::EraseIdentity { identity } => self.erase_identity(call, identity, events),
            Command::Dismiss { a, b } => {
                self.allow(call, Action::MergeContacts, None)?;
                let (_, _) = (self.find(a)?, self.find(b)?);
                if a == b {
                    return Err(Refusal::SameContact.into());
                }
                if self.dismissed.contains(&Pair::new(a, b)) {
                    return Ok(Outcome::Unchanged);
                }
                self.emit(call.at, Change::Dismissed(Pair::new(a, b)), events)?;
                Ok(Outcome::Done)
            }
            Command::SetLimit { limit } => {
                self.allow(call, Action::ChangeSettings, None)?;
                self.emit(call.at, Change::LimitSet(limit), events)?;
                Ok(Outcome::Done)
            }
            Command::SetReset { mode } => {
                self.allow(call, Action::ChangeSettings, None)?;
                let from = self.schedule.clone().request(mode, call.at, &self.zone);
                self.emit(call.at, Change::ResetSet { mode, from }, events)?;
                Ok(Outcome::ResetSet { from })
            }
            Command::RunReset => {
                self.allow(call, Action::DeleteContacts, None)?;
                self.run_reset(call, events)
            }
            Command::SetChannel { channel } => {
                self.allow(call, Action::ChangeSettings, None)?;
                if self.book(&channel.id).is_some_and(|book| book.channel.as_ref() == Some(&channel)) {
                    return Ok(Outcome::Unchanged);
                }
                self.emit(call.at, Change::ChannelSet(Box::new(channel)), events)?;
                Ok(Outcome::Done)
            }
            Command::DeleteTag { tag } => {
                self.allow(call, Action::DeleteTags, None)?;
                let tag = crate::contact::tag(&tag).map_err(|error| error.at("tag"))?;
                Ok(self.delete_shared(call, Shared::Tag(&tag), events)?)
            }
            Command::DeleteDepartment { department } => {
                self.allow(call, Action::DeleteDepartments, None)?;
                Ok(self.delete_shared(call, Shared::Department(department.trim()), events)?)
            }
            Command::SetCustomField { field } => {
                self.allow(call, Action::ChangeSettings, None)?;
                Ok(self.set_field(call, &field, events)?)
            }
            Command::DeleteCustomField { name } => {
                self.allow(call, Action::ChangeSettings, None)?;
                let name = crate::contact::custom_field_name(&name).map_err(|error| error.at("name"))?;
                Ok(self.delete_shared(call, Shared::Custom(&name), events)?)
            }
        }
    }

    pub(super) fn allow(&self, call: &Call, action: Action, contact: Option<u32>) -> std::result::Result<(), Refusal> {
        let Some(actor) = &call.actor else { return Ok(()) };
        let owner = contact.and_then(|slot| self.live(slot)).map(|contact| match &contact.assignee {
            Some(Assignee::User(user)) => Ownership { user: Some(user), team: None },
            Some(Assignee::Team(team)) => Ownership { user: None, team: Some(team) },
            None => Ownership::default(),
        });
        access::check(actor, action, owner).map_err(Refusal::Forbidden)
    }

    /// New units that a new contact would bring (N1, D23, D24).
    fn units_of(&self, at: Instant, id: ContactId, identities: &[Identity], is_active: bool) -> u64 {
        let knows = || self.ledger.known_person(at, id, identities).is_some();
        match self.ledger.policy() {
            UnitPolicy::PerChannelIdentity if identities.is_empty() => {
                u64::from(!self.ledger.is_known(at, &Unit::Contact(id)))
            }
            UnitPolicy::PerChannelIdentity => {
                let new = identities.iter().filter(|one| !self.ledger.is_known(at, &Unit::Identity((*one).clone())));
                new.count() as u64
            }
            UnitPolicy::PerContact => u64::from(!knows()),
            UnitPolicy::MonthlyActive => u64::from(is_active && !knows()),
        }
    }

    /// New units that a further identity on a known contact would bring.
    fn units_of_further(&self, at: Instant, slot: u32, identity: &Identity) -> u64 {
        if self.ledger.policy() != UnitPolicy::PerChannelIdentity
            || self.ledger.is_known(at, &Unit::Identity(identity.clone()))
        {
            return 0;
        }
        let none = self.card(self.owner(slot, identity)).and_then(|card| card.unit);
        u64::from(!none.is_some_and(|counted| self.ledger.is_counted_at(at, counted)))
    }

    /// Admits new units, or notes the refusal as an event of its own (N4).
    #[expect(clippy::too_many_arguments, reason = "the refusal tells all of it")]
    fn admit(
        &mut self,
        call: &Call,
        units: u64,
        identities: &[Identity],
        contact: Option<ContactId>,
        reason: CountReason,
        source: &Source,
        events: &mut Vec<Event>,
    ) -> std::result::Result<(), Stop> {
        let Admission::QuotaExceeded { limit, used } = self.ledger.admit(call.at, units) else { return Ok(()) };
        let (identities, source) = (identities.to_vec(), source.clone());
        self.emit(call.at, Change::Refused { identities, contact, reason, source }, events)?;
        Err(Refusal::QuotaExceeded { limit, used }.into())
    }

    fn free_id(&self, call: &Call) -> ContactId {
        let mut random = call.random;
        loop {
            let id = ContactId::mint(call.at, random);
            if !self.index.contains_key(&id) {
                return id;
            }
            step(&mut random, 1);
        }
    }

    fn conflict(&self, identities: &[Identity]) -> std::result::Result<(), Refusal> {
        for identity in identities {
            if let Some(holder) = self.holder(identity).and_then(|holder| self.id_of(holder.slot)) {
                return Err(Refusal::IdentityConflict { identity: identity.clone(), holder });
            }
        }
        Ok(())
    }

    pub(super) fn add_contact(
        &mut self,
        call: &Call,
        profile: Profile,
        origin: Option<Origin>,
        events: &mut Vec<Event>,
    ) -> Decided {
        self.check_profile(&profile)?;
        let checked = profile.check(self.settings.country.as_deref())?;
        let origin = origin.unwrap_or_else(|| Origin { user: call.user(), ..Origin::new(call.source.clone()) });
        let no_id = ContactId::mint(call.at, [0; 10]);
        self.add_checked(call, Box::new(checked.into_contact(no_id, call.at, origin)), events)
    }

    /// Adds a contact whose formats were checked; its id is decided here.
    pub(crate) fn add_ready(&mut self, call: &Call, contact: Box<Contact>, events: &mut Vec<Event>) -> Result<Outcome> {
        answered(self.add_checked(call, contact, events))
    }

    fn add_checked(&mut self, call: &Call, mut contact: Box<Contact>, events: &mut Vec<Event>) -> Decided {
        let reason = match contact.origin.source {
            Source::ContactImport => CountReason::Imported,
            _ => CountReason::Added,
        };
        let id = match contact.foreign_keys.first().map(ForeignKey::contact_id) {
            Some(id) => match self.find(id) {
                Ok(slot) => {
                    let contact = self.id_of(self.root(slot)).unwrap_or(id);
                    return Ok(Outcome::Exists { contact });
                }
                Err(_) => id,
            },
            None => self.free_id(call),
        };
        self.conflict(&contact.identities)?;
        let units = self.units_of(call.at, id, &contact.identities, false);
        self.admit(call, units, &contact.identities, None, reason, &contact.origin.source, events)?;
        let automation = contact.origin.source.runs_automation();
        contact.id = id;
        self.emit(call.at, Change::Added { contact, reason, automation }, events)?;
        Ok(Outcome::Added { contact: id })
    }

    fn edit(&mut self, call: &Call, contact: ContactId, edits: &[Edit], events: &mut Vec<Event>) -> Decided {
        let slot = self.root(self.find(contact)?);
        self.allow(call, Action::EditProfile, Some(slot))?;
        let edits = self.check_edits(edits)?;
        self.edit_one(call, contact, &edits, events)
    }

    /// [`Self::edit_one`] as a command of its own.
    pub(super) fn edit_checked(
        &mut self,
        call: &Call,
        contact: ContactId,
        edits: &[Edit],
        events: &mut Vec<Event>,
    ) -> Result<Outcome> {
        let from = events.len();
        let outcome = answered(self.edit_one(call, contact, edits, events));
        seal(&mut events[from..]);
        outcome
    }

    /// Makes edits that were checked; those that change nothing are no events.
    fn edit_one(&mut self, call: &Call, contact: ContactId, edits: &[Edit], events: &mut Vec<Event>) -> Decided {
        let slot = self.root(self.find(contact)?);
        self.allow(call, Action::EditProfile, Some(slot))?;
        let Some(survivor) = self.id_of(slot) else { return Ok(Outcome::Unchanged) };
        let before = events.len();
        for edit in edits {
            if self.live(slot).is_some_and(|contact| edit.changes(contact)) {
                self.emit(call.at, Change::Edited { contact: survivor, edit: Box::new(edit.clone()) }, events)?;
            }
        }
        if events.len() == before {
            return Ok(Outcome::Unchanged);
        }
        Ok(Outcome::Edited { contact: survivor, given: (contact != survivor).then_some(contact) })
    }

    fn add_identity(
        &mut self,
        call: &Call,
        contact: ContactId,
        identity: Identity,
        events: &mut Vec<Event>,
    ) -> Decided {
        identity.check().map_err(|error| error.at("identity"))?;
        let slot = self.root(self.find(contact)?);
        self.allow(call, Action::EditProfile, Some(slot))?;
        let survivor = self.id_of(slot).unwrap_or(contact);
        let given = (contact != survivor).then_some(contact);
        if self.holder(&identity).is_some_and(|holder| holder.slot == slot) {
            return Ok(Outcome::Unchanged);
        }
        self.conflict(std::slice::from_ref(&identity))?;
        self.gain_identity(call, slot, survivor, identity, &call.source, events)?;
        Ok(Outcome::Edited { contact: survivor, given })
    }

    fn gain_identity(
        &mut self,
        call: &Call,
        slot: u32,
        contact: ContactId,
        identity: Identity,
        source: &Source,
        events: &mut Vec<Event>,
    ) -> std::result::Result<(), Stop> {
        let reason = CountReason::IdentityAdded;
        let units = self.units_of_further(call.at, slot, &identity);
        self.admit(call, units, std::slice::from_ref(&identity), Some(contact), reason, source, events)?;
        self.emit(call.at, Change::IdentityAdded { contact, identity: Box::new(identity), reason }, events)?;
        Ok(())
    }

    fn remove_identity(&mut self, call: &Call, identity: Identity, events: &mut Vec<Event>) -> Decided {
        let Some(holder) = self.holder(&identity) else { return Ok(Outcome::Unchanged) };
        self.allow(call, Action::EditProfile, Some(holder.slot))?;
        let contact = self.id_of(holder.slot);
        self.emit(call.at, Change::IdentityRemoved { identity: Box::new(identity) }, events)?;
        Ok(contact.map_or(Outcome::Done, |contact| Outcome::Edited { contact, given: None }))
    }

    /// Tells of a message, as [`Command::Tell`] does, without giving the message away: for hosts that tell of many.
    ///
    /// # Errors
    /// As [`Workspace::execute`].
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Identity, Instant};
    /// use omnicontact::workspace::{Call, Outcome, Settings, Told, Workspace};
    /// let at = Instant::parse("2025-07-01T12:00:00Z")?;
    /// let (mut workspace, mut events) = Workspace::open(Settings::new("Etc/UTC"), at)?;
    /// let told = Told::incoming(Identity::new("wa", "593991234567")?);
    /// workspace.tell(&Call::new(at, [1; 10]), &told, &mut events)?;
    /// let again = workspace.tell(&Call::new(at, [2; 10]), &told, &mut events)?;
    /// assert!(matches!(again, Outcome::Told { is_new: false, connected: false, .. }));
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn tell(&mut self, call: &Call, told: &Told, events: &mut Vec<Event>) -> Result<Outcome> {
        self.ready(call)?;
        let from = events.len();
        let outcome = answered(self.tell_of(call, told, events));
        seal(&mut events[from..]);
        outcome
    }

    fn tell_of(&mut self, call: &Call, told: &Told, events: &mut Vec<Event>) -> Decided {
        let at = self.channels.get(&told.identity.channel).copied().unwrap_or(NO_BOOK);
        let book = self.books.get(at as usize);
        let holder = book.and_then(|book| book.holders.get(told.identity.key()).copied());
        // The shortest way for the most frequent command by far: somebody known writes again, and nothing can be wrong.
        match holder {
            Some(holder) if holder.connected && told.direction == Direction::Incoming => {
                let contact = self.note(call, told, self.root(holder.slot), at, events)?;
                Ok(Outcome::Told {
                    contact,
                    is_new: false,
                    connected: false,
                    subscription: None,
                    failure: None,
                    given: None,
                })
            }
            _ => {
                let holder = holder.map(|holder| Holder { slot: self.root(holder.slot), ..holder });
                self.tell_slowly(call, told, at, holder, events)
            }
        }
    }

    /// Notes a message of a contact whose place is known: nothing is looked up again.
    fn note(&mut self, call: &Call, told: &Told, slot: u32, book: u32, events: &mut Vec<Event>) -> Result<ContactId> {
        self.ledger.roll(call.at, &self.zone);
        let contact = self.told(slot, told.direction, call.at, &told.identity.channel, book)?;
        self.sequence += 1;
        // Events share the text of the channel's id.
        let channel = self.books.get(book as usize).map_or(&told.identity.channel, |book| &book.id).clone();
        let change = Change::Told { contact, channel, direction: told.direction };
        let workspace = self.settings.id;
        events.push(Event { sequence: self.sequence, workspace, following: 0, at: call.at, change });
        Ok(contact)
    }

    fn tell_slowly(
        &mut self,
        call: &Call,
        told: &Told,
        book: u32,
        holder: Option<Holder>,
        events: &mut Vec<Event>,
    ) -> Decided {
        told.identity.check().map_err(|error| error.at("identity"))?;
        let mut given = None;
        let mut is_new = false;
        let held = holder.map(|holder| holder.slot);
        let wanted = match told.contact.filter(|_| told.direction == Direction::Outgoing) {
            Some(contact) => {
                let slot = self.root(self.find(contact)?);
                given = Some(contact).filter(|_| self.id_of(slot) != Some(contact));
                Some(slot)
            }
            None => None,
        };
        if told.direction == Direction::Outgoing {
            self.allow(call, Action::SendMessages, wanted.or(held))?;
        }
        // A send to somebody unsubscribed is a message never accepted (D36): nothing is gained, counted or connected.
        if told.direction == Direction::Outgoing
            && let Some(contact) = wanted.or(held).and_then(|slot| self.live(slot))
            && contact.subscription(&told.identity.channel) == SubscriptionStatus::Unsubscribed
        {
            let (contact, subscription) = (contact.id, Some(SubscriptionStatus::Unsubscribed));
            if held.is_some() && wanted.is_some() && held != wanted {
                self.conflict(std::slice::from_ref(&told.identity))?;
            }
            let failure = Some(UNSUBSCRIBED.into());
            return Ok(Outcome::Told { contact, is_new: false, connected: false, subscription, failure, given });
        }
        let slot = match (held, wanted) {
            (Some(held), None) => held,
            (Some(held), Some(wanted)) if held == wanted => held,
            (Some(_), Some(_)) => {
                self.conflict(std::slice::from_ref(&told.identity))?;
                return Ok(Outcome::Unchanged);
            }
            (None, Some(wanted)) => {
                let Some(contact) = self.id_of(wanted) else { return Ok(Outcome::Unchanged) };
                self.gain_identity(call, wanted, contact, told.identity.clone(), &told.source, events)?;
                wanted
            }
            (None, None) => {
                is_new = true;
                self.add_stranger(call, told, events)?
            }
        };
        let Some(contact) = self.live(slot) else { return Ok(Outcome::Unchanged) };
        let id = contact.id;
        let is_send = told.direction == Direction::Outgoing;
        let subscription = is_send.then(|| contact.subscription(&told.identity.channel));
        if !told.is_success() {
            return Ok(Outcome::Told { contact: id, is_new, connected: false, subscription, failure: None, given });
        }
        let known = holder.is_some_and(|holder| holder.connected);
        let connected = !known && !contact.is_connected(&told.identity.channel);
        if connected {
            let name = contact.shown_name().into();
            let user = call.user().filter(|_| told.source == Source::User);
            let channel = told.identity.channel.clone();
            let source = told.source.clone();
            self.emit(call.at, Change::Connected { contact: id, name, channel, source, user }, events)?;
        }
        if !known && let Some(holder) = self.holder_mut(&told.identity) {
            holder.connected = true;
        }
        let book = match holder {
            Some(_) => book,
            None => self.channels.get(&told.identity.channel).copied().unwrap_or(NO_BOOK),
        };
        self.note(call, told, slot, book, events)?;
        Ok(Outcome::Told { contact: id, is_new, connected, subscription, failure: None, given })
    }

    /// The first message on an identity that nobody holds makes a new contact (C7).
    fn add_stranger(&mut self, call: &Call, told: &Told, events: &mut Vec<Event>) -> std::result::Result<u32, Stop> {
        let identities = std::slice::from_ref(&told.identity);
        let reason = match told.direction {
            Direction::Incoming => CountReason::IncomingMessage,
            Direction::Outgoing => CountReason::OutgoingMessage,
        };
        let id = self.free_id(call);
        let units = self.units_of(call.at, id, identities, told.is_success());
        self.admit(call, units, identities, None, reason, &told.source, events)?;
        let user = call.user().filter(|_| told.source == Source::User);
        let channel = Some(told.identity.channel.clone());
        let origin = Origin { channel, user, ..Origin::new(told.source.clone()) };
        let automation = origin.source.runs_automation();
        let mut contact = Contact::new(id, call.at, origin);
        contact.name = told.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(Into::into);
        let country = self.settings.country.as_deref();
        contact.phones.extend(told.phone.as_deref().and_then(|phone| Phone::parse(phone, country).ok()));
        contact.emails.extend(told.email.as_deref().and_then(|email| Email::parse(email).ok()));
        contact.identities.push(told.identity.clone());
        self.emit(call.at, Change::Added { contact: Box::new(contact), reason, automation }, events)?;
        Ok(self.find(id)?)
    }

    fn run_reset(&mut self, call: &Call, events: &mut Vec<Event>) -> Decided {
        let current = crate::counting::Month::of(call.at, &self.zone).max(self.ledger.month());
        let Some(month) = self.schedule.due(current) else { return Ok(Outcome::Unchanged) };
        let mode = self.schedule.mode(month);
        let boundary = month.end(&self.zone);
        let going = who_goes(self.with_added(), mode, &self.settings.reset_tag, boundary);
        let going: Vec<ContactId> = going.into_iter().map(|contact| contact.id).collect();
        let last = Instant::from_millis(boundary.as_millis() - 1)?;
        self.emit(call.at, Change::ResetRun { month }, events)?;
        let mut purge = Vec::with_capacity(going.len());
        for contact in going {
            let slot = self.find(contact)?;
            purge.push(self.purge(slot));
            let change = self.deletion(slot, contact, Source::Reset, None, Some(month));
            self.emit(last, change, events)?;
        }
        Ok(Outcome::ResetRun { month, purge })
    }
}

/// Says in each event of a command how many follow.
fn seal(events: &mut [Event]) {
    if events.len() > 1 {
        for (following, event) in events.iter_mut().rev().enumerate() {
            event.following = u32::try_from(following).unwrap_or(u32::MAX);
        }
    }
}

/// Counts random bytes up, so that many ids can be minted from one draw.
pub(super) fn step(random: &mut [u8; 10], by: u64) {
    let mut carry = by;
    for byte in random.iter_mut().rev() {
        if carry == 0 {
            break;
        }
        let sum = u64::from(*byte) + (carry & 0xff);
        *byte = (sum & 0xff) as u8;
        carry = (carry >> 8) + (sum >> 8);
    }
}
