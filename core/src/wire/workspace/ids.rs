//! Ids of a host inside a workspace: a UUID becomes its text, as answers and stored events show it, so that a replay of
//! events that went through JSON finds the same ids.

use crate::access::Actor;
use crate::contact::{Assignee, Edit, FieldValue, Identity, Origin, Profile};
use crate::id::ForeignId;
use crate::merge::{Choice, Choices};
use crate::workspace::{BulkAction, Command};

pub(super) fn of_id(id: &mut ForeignId) {
    if let ForeignId::Uuid(uuid) = id {
        *id = uuid.to_string().into();
    }
}

pub(super) fn of_identity(identity: &mut Identity) {
    of_id(&mut identity.channel);
}

pub(super) fn of_actor(actor: &mut Actor) {
    of_id(&mut actor.user);
    actor.teams.iter_mut().for_each(of_id);
}

pub(super) fn of_origin(origin: &mut Origin) {
    origin.channel.iter_mut().chain(&mut origin.user).for_each(of_id);
}

fn of_assignee(assignee: &mut Assignee) {
    let (Assignee::User(id) | Assignee::Team(id)) = assignee;
    of_id(id);
}

fn of_value(value: &mut FieldValue) {
    if let FieldValue::Assignee(assignee) = value {
        of_assignee(assignee);
    }
}

pub(super) fn of_profile(profile: &mut Profile) {
    profile.foreign_keys.iter_mut().for_each(|key| of_id(&mut key.key));
    profile.identities.iter_mut().for_each(of_identity);
    profile.subscriptions.iter_mut().for_each(|entry| of_id(&mut entry.channel));
    profile.assignee.iter_mut().for_each(of_assignee);
}

pub(super) fn of_edit(edit: &mut Edit) {
    match edit {
        Edit::Set { value: Some(value), .. } => of_value(value),
        Edit::AddForeignKey(key) => of_id(&mut key.key),
        Edit::Subscribe { channel, .. } => of_id(channel),
        _ => {}
    }
}

pub(super) fn of_choices(choices: &mut Choices) {
    for choice in choices.fields.values_mut() {
        if let Choice::Value(value) = choice {
            of_value(value);
        }
    }
}

pub(super) fn of_action(action: &mut BulkAction) {
    match action {
        BulkAction::Assign(assignee) => assignee.iter_mut().for_each(of_assignee),
        BulkAction::Edit(edits) => edits.iter_mut().for_each(of_edit),
        _ => {}
    }
}

pub(super) fn of_command(command: &mut Command) {
    match command {
        Command::AddContact { profile, origin } => {
            of_profile(profile);
            origin.as_deref_mut().into_iter().for_each(of_origin);
        }
        Command::Edit { edits, .. } => edits.iter_mut().for_each(of_edit),
        Command::AddIdentity { identity, .. }
        | Command::RemoveIdentity { identity }
        | Command::EraseIdentity { identity } => of_identity(identity),
        Command::Tell(told) => of_identity(&mut told.identity),
        Command::Merge { choices, .. } => of_choices(choices),
        Command::SetChannel { channel } => of_id(&mut channel.id),
        _ => {}
    }
}
