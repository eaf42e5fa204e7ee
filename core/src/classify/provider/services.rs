//! Twilio's messaging services, which stand for the numbers that send for them.
//!
//! The answer to a send names the service (`MG…`), the callbacks and the person's answer the number: without more, one
//! conversation would be two channels and two contacts. A service is no account (C4), so where it is known which number
//! it stood for, the number is the channel: by the message itself, else by what the person was sent otherwise, else by
//! the only number that the service is known to have. Where none of them says, the service stays.

use std::collections::{BTreeSet, HashMap};

use super::fact::{Fact, FactChannel};
use crate::classify::Provider;
use crate::id::ForeignId;

/// The numbers that are known for something.
type Numbers<'f, K> = HashMap<K, BTreeSet<&'f ForeignId>>;

/// What facts say of services and numbers.
#[derive(Default)]
struct Known<'f> {
    messages: Numbers<'f, &'f ForeignId>,
    people: Numbers<'f, (&'f ForeignId, &'f str)>,
    services: Numbers<'f, &'f ForeignId>,
}

fn is_service(id: &ForeignId) -> bool {
    matches!(id, ForeignId::Text(text) if text.starts_with("MG"))
}

/// Channel, message and person of a fact of Twilio's.
fn parts(fact: &Fact) -> Option<(&FactChannel, Option<&ForeignId>, Option<&str>)> {
    let (provider, channel, message, identity) = match fact {
        Fact::Message(fact) => (fact.provider, Some(&fact.channel), Some(&fact.id), &fact.identity),
        Fact::Status(fact) => (fact.provider, Some(&fact.channel), Some(&fact.id), &fact.identity),
        Fact::ContactEvent(fact) => (fact.provider, fact.channel.as_ref(), None, &fact.identity),
        _ => return None,
    };
    (provider == Provider::Twilio).then_some((channel?, message, identity.external.as_deref()))
}

/// The facts whose channel is a service, by their place, with the number in its stead.
pub(super) fn resolved(facts: &[&Fact]) -> Vec<(usize, Fact)> {
    let found = facts.iter().enumerate().filter_map(|(place, fact)| {
        let (channel, message, person) = parts(fact)?;
        Some((place, channel.id.as_ref().filter(|id| is_service(id))?, message, person))
    });
    let services: Vec<_> = found.collect();
    if services.is_empty() {
        return Vec::new();
    }
    let mut known = Known::default();
    for fact in facts {
        let Some((channel, message, person)) = parts(fact) else { continue };
        let Some(number) = channel.id.as_ref().filter(|id| !is_service(id)) else { continue };
        if let Some(message) = message {
            known.messages.entry(message).or_default().insert(number);
        }
        if let Some(service) = &channel.service {
            known.learn(service, number, person);
        }
    }
    // A message that one payload gives to a service and another to a number is of both.
    for (_, service, message, person) in &services {
        if let Some(number) = message.and_then(|message| only(known.messages.get(message))) {
            known.learn(service, number, *person);
        }
    }
    let number_of = |service: &ForeignId, message: Option<&ForeignId>, person: Option<&str>| {
        message
            .and_then(|message| only(known.messages.get(message)))
            .or_else(|| only(known.people.get(&(service, person?))))
            .or_else(|| only(known.services.get(service)))
    };
    let found = services.iter().filter_map(|(place, service, message, person)| {
        let number = number_of(service, *message, *person)?;
        let mut fact = (**facts.get(*place)?).clone();
        let channel = match &mut fact {
            Fact::Message(fact) => &mut fact.channel,
            Fact::Status(fact) => &mut fact.channel,
            Fact::ContactEvent(fact) => fact.channel.as_mut()?,
            _ => return None,
        };
        channel.service = channel.id.replace(number.clone());
        Some((*place, fact))
    });
    found.collect()
}

impl<'f> Known<'f> {
    fn learn(&mut self, service: &'f ForeignId, number: &'f ForeignId, person: Option<&'f str>) {
        self.services.entry(service).or_default().insert(number);
        if let Some(person) = person {
            self.people.entry((service, person)).or_default().insert(number);
        }
    }
}

/// The number, if there is one and no other.
fn only<'f>(numbers: Option<&BTreeSet<&'f ForeignId>>) -> Option<&'f ForeignId> {
    let numbers = numbers?;
    numbers.first().copied().filter(|_| numbers.len() == 1)
}
