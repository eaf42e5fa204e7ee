//! Requests about merges (M), for hosts with contacts in a database: the pure functions as plain data.

use serde::{Deserialize, Serialize};

use crate::contact::{Contact, ContactId, Identity};
use crate::error::Result;
use crate::id::ForeignId;
use crate::merge::{self, Choices, CreatedAt, MergePlan, MergeRecord, Pair, Resolver, Suggestion};
use crate::refusal::Refusal;
use crate::time::Instant;

/// An answer, or why there is none: `{refusal, …}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OrRefusal<T> {
    /// The answer.
    Answer(T),
    /// Why not.
    Refused(Refusal),
}

impl<T> From<std::result::Result<T, Refusal>> for OrRefusal<T> {
    fn from(result: std::result::Result<T, Refusal>) -> Self {
        match result {
            Ok(answer) => Self::Answer(answer),
            Err(refusal) => Self::Refused(refusal),
        }
    }
}

const fn primary() -> CreatedAt {
    CreatedAt::Primary
}

/// Asks for the preview of a merge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanMerge {
    /// The contact that stays.
    pub primary: Box<Contact>,
    /// The contact that is merged in.
    pub secondary: Box<Contact>,
    /// What was chosen.
    #[serde(default)]
    pub choices: Choices,
    /// Policy: when the survivor was created.
    #[serde(default = "primary")]
    pub created_at: CreatedAt,
    /// Country whose calling code national phones take.
    pub country: Option<String>,
}

/// The preview of a merge; nothing is changed (M1).
///
/// # Errors
/// Those of [`Choices::check`].
pub fn plan_merge(request: &PlanMerge) -> Result<OrRefusal<MergePlan>> {
    let choices = request.choices.check(request.country.as_deref())?;
    Ok(merge::plan(&request.primary, &request.secondary, &choices, request.created_at).into())
}

/// Asks for a merge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyMerge {
    /// The contact that stays.
    pub primary: Box<Contact>,
    /// The contact that is merged in.
    pub secondary: Box<Contact>,
    /// What was chosen.
    #[serde(default)]
    pub choices: Choices,
    /// Policy: when the survivor was created.
    #[serde(default = "primary")]
    pub created_at: CreatedAt,
    /// Country whose calling code national phones take.
    pub country: Option<String>,
    /// Number of the merge; a later merge has a larger one.
    pub merge: u64,
    /// When.
    pub at: Instant,
}

/// A merge that was made: what to store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AppliedMerge {
    /// The merged contact.
    pub survivor: Contact,
    /// What it takes to undo the merge, years later.
    pub record: MergeRecord,
}

/// Merges two contacts (M1 to M3).
///
/// # Errors
/// Those of [`Choices::check`].
pub fn apply_merge(request: ApplyMerge) -> Result<OrRefusal<AppliedMerge>> {
    let ApplyMerge { primary, secondary, choices, created_at, country, merge, at } = request;
    let choices = choices.check(country.as_deref())?;
    let applied = merge::apply(primary, secondary, &choices, created_at, merge, at);
    Ok(applied.map(|(survivor, record)| AppliedMerge { survivor, record }).into())
}

/// Who holds an identity now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The identity.
    pub identity: Identity,
    /// Its holder.
    pub contact: ContactId,
}

/// Asks to undo a merge. Which merges may be undone at all (M9) is the host's to know.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoMerge {
    /// The contact that the merge made, as it is now.
    pub survivor: Box<Contact>,
    /// The record of the merge.
    pub record: MergeRecord,
    /// Later merges into the same contact that are in force, in order.
    #[serde(default)]
    pub later: Vec<MergeRecord>,
    /// Who holds the secondary's identities now, where anybody but the survivor does.
    #[serde(default)]
    pub held: Vec<Held>,
}

/// Both contacts after an undo.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UndoneMerge {
    /// The primary, restored field by field.
    pub primary: Contact,
    /// The secondary as it was.
    pub secondary: Contact,
    /// The later merges, rewritten as if this one had not happened (D15): store them.
    pub later: Vec<MergeRecord>,
}

/// Undoes a merge (M6, M7), or says what stands in the way.
pub fn undo_merge(request: UndoMerge) -> OrRefusal<UndoneMerge> {
    let UndoMerge { survivor, record, mut later, held } = request;
    let mut rewritten: Vec<&mut MergeRecord> = later.iter_mut().collect();
    let undone = merge::undo(survivor, record, &mut rewritten, |identity| {
        held.iter().find(|held| held.identity == *identity).map(|held| held.contact)
    });
    undone.map(|both| UndoneMerge { primary: both.primary, secondary: both.secondary, later }).into()
}

/// Asks for the survivors of ids.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolveIds {
    /// Pairs: merged-away id, the id it went into.
    pub merges: Vec<(ForeignId, ForeignId)>,
    /// Ids to resolve.
    pub ids: Vec<ForeignId>,
}

/// Survivors, in the order in which ids were given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolvedIds {
    /// The survivors; an id that was not merged away is its own.
    pub survivors: Vec<ForeignId>,
}

/// The survivors of ids, through chains (M5).
///
/// # Errors
/// `merge_cycle`, `invalid_value` at `merges[row]`.
pub fn resolve_ids(request: &ResolveIds) -> Result<ResolvedIds> {
    let resolver = Resolver::new(request.merges.iter().cloned()).map_err(|error| error.at("merges"))?;
    Ok(ResolvedIds { survivors: request.ids.iter().map(|id| resolver.resolve(id).clone()).collect() })
}

/// Asks for pairs that may be one person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuggestMerges {
    /// The contacts to compare.
    pub contacts: Vec<Contact>,
    /// Pairs that somebody said are no duplicates.
    #[serde(default)]
    pub dismissed: Vec<(ContactId, ContactId)>,
}

/// Pairs that may be one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestions {
    /// The pairs, each with the reasons.
    pub suggestions: Vec<Suggestion>,
}

/// Pairs that share a phone or an e-mail address (M10).
pub fn suggest_merges(request: &SuggestMerges) -> Suggestions {
    let dismissed: std::collections::BTreeSet<Pair> =
        request.dismissed.iter().map(|(one, other)| Pair::new(*one, *other)).collect();
    Suggestions { suggestions: merge::suggest(&request.contacts, |pair| dismissed.contains(&pair)) }
}
