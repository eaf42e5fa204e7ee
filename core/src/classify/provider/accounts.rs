//! One id on two accounts is two messages, where an id is unique within its account.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::unite::Group;
use super::value::joined;
use crate::classify::Provider;
use crate::id::ForeignId;
use crate::message::Direction;

/// A message of a provider, and what is said of it.
type Said<'f> = ((Provider, Cow<'f, ForeignId>), Group<'f>);

/// Whether ids are unique within an account, which every payload of the provider names. Others are unique at the
/// provider, or hold what makes them so.
const fn is_by_account(provider: Provider) -> bool {
    match provider {
        Provider::Whatsapp | Provider::Messenger | Provider::Instagram | Provider::Line | Provider::Chatwoot => true,
        Provider::Twilio | Provider::Telegram | Provider::Viber | Provider::RespondIo | Provider::Zenvia => false,
    }
}

/// Whether what is said under one id is of several accounts: hardly ever.
pub(super) fn are_several(provider: Provider, group: &Group<'_>) -> bool {
    if !is_by_account(provider) {
        return false;
    }
    let of_messages = group.messages.iter().map(|fact| &fact.channel);
    let channels = of_messages.chain(group.statuses.iter().map(|fact| &fact.channel));
    let mut accounts = channels.filter_map(|channel| channel.id.as_ref());
    let Some(first) = accounts.next() else { return false };
    !accounts.all(|account| account == first) && !is_one_renamed(group)
}

/// What is said under one id, account by account, each with its account in its id.
pub(super) fn apart<'f>(((provider, id), group): &Said<'f>) -> Vec<Said<'f>> {
    let of_messages = group.messages.iter().map(|fact| fact.channel.id.as_ref());
    let accounts: BTreeSet<Option<&ForeignId>> =
        of_messages.chain(group.statuses.iter().map(|fact| fact.channel.id.as_ref())).collect();
    let part = |account: Option<&ForeignId>| {
        let messages = group.messages.iter().copied().filter(|fact| fact.channel.id.as_ref() == account).collect();
        let statuses = group.statuses.iter().copied().filter(|fact| fact.channel.id.as_ref() == account).collect();
        // What names no account is of none of them for certain.
        let id = match account {
            Some(account) => Cow::Owned(joined(&[&account.to_text(), &id.to_text()]).into()),
            None => id.clone(),
        };
        ((*provider, id), Group { messages, statuses })
    };
    accounts.into_iter().map(part).collect()
}

/// Whether a message that the host recorded under its own name for the account is told of under the provider's: one of
/// the accounts has records of ours, the only other one has none, nor a message of the person's.
fn is_one_renamed(group: &Group<'_>) -> bool {
    let is_record = |facts: &crate::message::Facts| !facts.is_echo && !facts.is_phone_app_echo;
    let mut recorded = BTreeSet::new();
    let mut others = BTreeSet::new();
    for fact in &group.messages {
        if fact.direction == Direction::Incoming {
            return false;
        }
        let side = if is_record(&fact.facts) { &mut recorded } else { &mut others };
        side.insert(fact.channel.id.as_ref());
    }
    others.extend(group.statuses.iter().map(|fact| fact.channel.id.as_ref()));
    let others = others.iter().filter(|account| account.is_some() && !recorded.contains(*account));
    recorded.len() == 1 && others.count() == 1
}
