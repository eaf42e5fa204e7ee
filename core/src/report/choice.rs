//! What a filter offers to choose from (C8).

use serde::Serialize;

use super::component::ReportKind;
use super::filter::Filter;
use crate::arrange::arrange;
use crate::dataset::{Dataset, Dictionary, EventCombo, Offer};
use crate::event::EventKind;
use crate::id::ForeignId;
use crate::label::{Locale, word};

/// A value that a filter offers, with the name or word to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Choice {
    /// The value to filter by.
    pub key: ForeignId,
    /// What to show.
    pub label: String,
}

/// The values of a filter of a report that occur in a dataset or its directory, by label, then key.
///
/// Sources and types are those that rows of the report have: of outgoing messages, or of contact events. Contacts are those
/// that are there now, by name: merged-away ones are their survivors. Removed channels, users, teams and broadcasts are not
/// offered, though filtering by their ids works (C8).
///
/// # Example
/// ```
/// use omnicontact::{Channel, ChannelKind, Dataset, Directory, Filter, Locale, ReportKind, report};
/// let mut directory = Directory::default();
/// directory.channels.push(Channel::new("wa", ChannelKind::Whatsapp).named("Sales"));
/// directory.channels.push(Channel::new("old", ChannelKind::Line).removed());
/// let data = Dataset::builder().directory(directory).build()?;
/// let choices = report::choices(&data, ReportKind::Messages, Filter::Channel, Locale::En);
/// assert_eq!(choices.len(), 1);
/// assert_eq!(choices[0].label, "Sales");
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn choices(data: &Dataset<'_>, report: ReportKind, filter: Filter, locale: Locale) -> Vec<Choice> {
    let dicts = &data.dicts;
    let names = &data.names;
    let listed = |dictionary: &Dictionary, name: &dyn Fn(u32) -> Option<Offer>| -> Vec<Choice> {
        (0_u32..)
            .zip(dictionary.ids())
            .filter_map(|(code, id)| {
                let label = name(code)?.0.unwrap_or_else(|| id.to_text().into_owned());
                Some(Choice { key: id.clone(), label })
            })
            .collect()
    };
    let worded = |dictionary: &Dictionary, occurring: Vec<u32>, group: &str| {
        listed(dictionary, &|code| {
            let key = dictionary.ids()[code as usize].to_text();
            occurring.contains(&code).then(|| Offer(word(&format!("{group}.{key}"), locale).map(str::to_owned)))
        })
    };
    let outgoing = || data.messages.iter().flat_map(|index| &index.combos).filter(|combo| combo.outgoing);
    let mut choices = match filter {
        Filter::Channel => listed(&dicts.channels, &|code| names.channel_choice(code)),
        Filter::User => listed(&dicts.users, &|code| names.user_choice(code)),
        Filter::Team => listed(&dicts.teams, &|code| names.team_choice(code)),
        Filter::Broadcast => listed(&dicts.broadcasts, &|code| names.broadcast_choice(code)),
        Filter::Source => {
            let occurring = match report {
                ReportKind::Messages => outgoing().map(|combo| combo.source).collect(),
                ReportKind::Contacts => {
                    let shown = |combo: &&EventCombo| !matches!(combo.kind, EventKind::Unmerged | EventKind::Refused);
                    let combos = data.events.iter().flat_map(|index| &index.combos);
                    combos.filter(shown).map(|combo| combo.source).collect()
                }
            };
            worded(&dicts.sources, occurring, "source")
        }
        Filter::Type => worded(&dicts.types, outgoing().map(|combo| combo.message_type).collect(), "type"),
        Filter::Contact => {
            let contacts = data.contacts();
            listed(&contacts.dictionary, &|code| {
                (contacts.survivors.of(code) == code).then(|| Offer(contacts.name(code).map(str::to_owned)))
            })
        }
    };
    arrange(&mut choices, |a, b| a.label.cmp(&b.label).then_with(|| a.key.cmp(&b.key)));
    choices
}
