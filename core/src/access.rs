//! Who may do what: roles, actions and restrictions as data, and one check (S5).

use serde::{Deserialize, Serialize};

use crate::id::ForeignId;
use crate::label::labels;

labels! { closed
    /// Role of a user (S5), the mightiest first.
    Role, "role" {
        /// Owner of the workspace.
        Owner = "owner",
        /// Admin, also called manager.
        Admin = "admin",
        /// Operator.
        Operator = "operator",
        /// Agent.
        Agent = "agent",
    }
}

labels! { closed
    /// What somebody wants to do (S5).
    Action, "action" {
        /// Open the Contacts module: table, search, segments.
        ViewContacts = "view_contacts",
        /// See a contact's profile.
        ViewProfile = "view_profile",
        /// Change a contact's profile, its tags and lists, its assignee.
        EditProfile = "edit_profile",
        /// Add a contact.
        AddContact = "add_contact",
        /// Import contacts from a file.
        ImportContacts = "import_contacts",
        /// Export contacts.
        ExportContacts = "export_contacts",
        /// Delete contacts.
        DeleteContacts = "delete_contacts",
        /// Merge contacts, and dismiss suggestions.
        MergeContacts = "merge_contacts",
        /// Take merged contacts apart.
        UnmergeContacts = "unmerge_contacts",
        /// Delete tags.
        DeleteTags = "delete_tags",
        /// Delete departments.
        DeleteDepartments = "delete_departments",
        /// Read reports.
        ViewReports = "view_reports",
        /// Change settings: channels, quota, reset.
        ChangeSettings = "change_settings",
        /// Change integrations.
        ChangeIntegrations = "change_integrations",
        /// Use shortcuts.
        UseShortcuts = "use_shortcuts",
        /// Read and write messages.
        SendMessages = "send_messages",
    }
}

labels! { closed
    /// What is taken from a user whatever the role allows (S5).
    Restriction, "restriction" {
        /// No data export.
        DataExport = "data_export",
        /// No deletion of contacts.
        ContactDeletion = "contact_deletion",
        /// No settings.
        Settings = "settings",
        /// No integrations.
        Integrations = "integrations",
        /// No shortcuts.
        Shortcuts = "shortcuts",
        /// Only contacts of the own team.
        OwnTeam = "own_team",
        /// Only contacts assigned to the user.
        OwnContacts = "own_contacts",
    }
}

use Role::{Admin, Agent, Operator, Owner};

/// Which roles an action is open to, before restrictions (S5).
pub static TABLE: &[(Action, &[Role])] = &[
    (Action::ViewContacts, &[Owner, Admin]),
    (Action::ViewProfile, &[Owner, Admin, Operator, Agent]),
    (Action::EditProfile, &[Owner, Admin, Operator]),
    (Action::AddContact, &[Owner, Admin]),
    (Action::ImportContacts, &[Owner, Admin]),
    (Action::ExportContacts, &[Owner, Admin]),
    (Action::DeleteContacts, &[Owner, Admin]),
    (Action::MergeContacts, &[Owner, Admin]),
    (Action::UnmergeContacts, &[Owner, Admin]),
    (Action::DeleteTags, &[Owner, Admin]),
    (Action::DeleteDepartments, &[Owner, Admin]),
    (Action::ViewReports, &[Owner, Admin]),
    (Action::ChangeSettings, &[Owner, Admin]),
    (Action::ChangeIntegrations, &[Owner, Admin]),
    (Action::UseShortcuts, &[Owner, Admin, Operator, Agent]),
    (Action::SendMessages, &[Owner, Admin, Operator, Agent]),
];

impl Restriction {
    /// The action that the restriction takes away altogether; none for the two that narrow down the contacts.
    pub const fn forbids(self) -> Option<Action> {
        match self {
            Self::DataExport => Some(Action::ExportContacts),
            Self::ContactDeletion => Some(Action::DeleteContacts),
            Self::Settings => Some(Action::ChangeSettings),
            Self::Integrations => Some(Action::ChangeIntegrations),
            Self::Shortcuts => Some(Action::UseShortcuts),
            Self::OwnTeam | Self::OwnContacts => None,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Actor {
    /// The user.
    pub user: ForeignId,
    /// The user's role.
    pub role: Role,
    /// The user's teams.
    #[serde(default)]
    pub teams: Vec<ForeignId>,
    /// What is taken from the user.
    #[serde(default)]
    pub restrictions: Vec<Restriction>,
}

impl Actor {
    /// A user with a role.
    pub fn new(user: impl Into<ForeignId>, role: Role) -> Self {
        Self { user: user.into(), role, teams: Vec::new(), restrictions: Vec::new() }
    }

    /// Adds a team.
    pub fn in_team(mut self, team: impl Into<ForeignId>) -> Self {
        self.teams.push(team.into());
        self
    }

    /// Adds a restriction.
    pub fn restricted(mut self, restriction: Restriction) -> Self {
        self.restrictions.push(restriction);
        self
    }
}

/// Whose contact it is, for the restrictions to the own team's or the own contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ownership<'a> {
    /// User that the contact is assigned to.
    pub user: Option<&'a ForeignId>,
    /// Team that the contact is assigned to.
    pub team: Option<&'a ForeignId>,
}

/// A refusal: the role and the action (S5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forbidden {
    /// The role that is not enough, or that is restricted.
    pub role: Role,
    /// What was wanted.
    pub action: Action,
    /// The restriction that stood against it, if the role alone would do.
    #[serde(default)]
    pub restriction: Option<Restriction>,
}

/// Whether somebody may do something, to a contact or (`None`) in general (S5).
///
/// # Errors
/// [`Forbidden`] names role, action and restriction.
///
/// # Example
/// ```
/// use omnicontact::access::{Action, Actor, Restriction, Role, check};
/// let agent = Actor::new("lucia", Role::Agent);
/// assert!(check(&agent, Action::ViewProfile, None).is_ok());
/// let refusal = check(&agent, Action::ExportContacts, None).unwrap_err();
/// assert_eq!((refusal.role, refusal.action), (Role::Agent, Action::ExportContacts));
/// let admin = Actor::new("diego", Role::Admin).restricted(Restriction::DataExport);
/// assert_eq!(check(&admin, Action::ExportContacts, None).unwrap_err().restriction, Some(Restriction::DataExport));
/// ```
pub fn check(actor: &Actor, action: Action, contact: Option<Ownership<'_>>) -> Result<(), Forbidden> {
    let forbidden = |restriction| Forbidden { role: actor.role, action, restriction };
    let allowed = TABLE.iter().any(|(listed, roles)| *listed == action && roles.contains(&actor.role));
    if !allowed {
        return Err(forbidden(None));
    }
    for restriction in &actor.restrictions {
        if restriction.forbids() == Some(action) {
            return Err(forbidden(Some(*restriction)));
        }
        let Some(owner) = contact else { continue };
        let own = owner.user == Some(&actor.user);
        let fine = match restriction {
            Restriction::OwnContacts => own,
            Restriction::OwnTeam => own || owner.team.is_some_and(|team| actor.teams.contains(team)),
            _ => true,
        };
        if !fine {
            return Err(forbidden(Some(*restriction)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_action_once_and_the_owner_may_do_all() {
        for action in Action::ALL {
            assert_eq!(TABLE.iter().filter(|(listed, _)| listed == action).count(), 1, "{action}");
            assert!(check(&Actor::new(1, Owner), *action, None).is_ok());
        }
    }

    #[test]
    fn restrictions_bind_the_owner_too_and_narrow_down_the_contacts() {
        let owner = Actor::new(1, Owner).restricted(Restriction::ContactDeletion);
        assert!(check(&owner, Action::DeleteContacts, None).is_err());
        let (me, other, sales) = (ForeignId::from(7), ForeignId::from(8), ForeignId::from("sales"));
        let mine = Some(Ownership { user: Some(&me), team: None });
        let teams = Some(Ownership { user: Some(&other), team: Some(&sales) });
        let nobodys = Some(Ownership::default());
        let agent = Actor::new(7, Agent).in_team("sales");
        let own = agent.clone().restricted(Restriction::OwnContacts);
        let team = agent.clone().restricted(Restriction::OwnTeam);
        for (actor, expected) in
            [(&agent, [true, true, true]), (&own, [true, false, false]), (&team, [true, true, false])]
        {
            let got = [mine, teams, nobodys].map(|contact| check(actor, Action::ViewProfile, contact).is_ok());
            assert_eq!(got, expected);
        }
        assert!(check(&own, Action::ViewProfile, None).is_ok(), "asked in general, nobody's contact is meant");
        assert!(check(&own, Action::EditProfile, mine).is_err(), "a restriction gives nothing");
    }
}
