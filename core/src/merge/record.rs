//! The record of a merge, and its undoing (M6, M7, D15, D17).

use serde::{Deserialize, Serialize};

use super::choice::{Choices, CreatedAt};
use super::combine::absorb;
use super::crowd::Crowd;
use super::shift::Shift;
use crate::contact::{Contact, ContactId, Identity};
use crate::refusal::Refusal;
use crate::time::Instant;

/// Everything that it takes to undo a merge, years later: plain data, in proportion to what the merge changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MergeRecord {
    /// Number of the merge: the sequence number of its event. Later merges have larger ones.
    pub merge: u64,
    /// When.
    pub at: Instant,
    /// What was chosen.
    pub choices: Choices,
    /// Policy in force.
    pub created_at: CreatedAt,
    /// The primary right before the merge, as far as the merge changed it: its single values, its short lists, and of a
    /// list of more than 32 items (phones and addresses: 256) those that the secondary has as well. Rewritten when an earlier merge is undone (D15).
    pub primary: Box<Contact>,
    /// The secondary right before the merge.
    pub secondary: Box<Contact>,
}

impl MergeRecord {
    /// Ids of primary and secondary.
    pub fn pair(&self) -> (ContactId, ContactId) {
        (self.primary.id, self.secondary.id)
    }

    /// Notes a message that the clock puts before what the survivor has seen already (M6: sequence decides, not the
    /// clock), so that an undo does not lose it. `now` is the survivor before the message.
    pub(crate) fn note_late(&mut self, direction: crate::Direction, at: Instant, channel: Option<&crate::ForeignId>) {
        self.primary.touch(direction, at, channel);
    }
}

/// Merges `secondary` into `primary` (M1 to M3): the survivor and the record.
///
/// # Errors
/// [`Refusal::SameContact`].
///
/// # Example
/// ```
/// use omnicontact::{ContactId, Instant, Origin, Profile, Source};
/// use omnicontact::merge::{Choices, CreatedAt, apply, undo};
/// let at = Instant::from_millis(0)?;
/// let contact = |name: &str, random| -> Result<_, omnicontact::Error> {
///     let id = ContactId::mint(at, [random; 10]);
///     Ok(Profile::named(name).tag(name).check(None)?.into_contact(id, at, Origin::new(Source::User)))
/// };
/// let (ana, twin) = (contact("Ana", 1)?, contact("Anita", 2)?);
/// let (survivor, record) = apply(ana.clone(), twin.clone(), &Choices::default(), CreatedAt::Primary, 1, at).unwrap();
/// assert_eq!(survivor.tags.len(), 2);
/// let undone = undo(survivor, record, &mut [], |_| None).unwrap();
/// assert_eq!((undone.primary, undone.secondary), (ana, twin));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn apply(
    primary: impl Into<Box<Contact>>,
    secondary: impl Into<Box<Contact>>,
    choices: &Choices,
    created_at: CreatedAt,
    merge: u64,
    at: Instant,
) -> Result<(Contact, MergeRecord), Refusal> {
    let (survivor, record) = apply_boxed(primary.into(), secondary.into(), choices, created_at, merge, at, None)?;
    Ok((*survivor, record))
}

/// As [`apply`]; contacts are large, and boxed ones stay where they are. A `crowd` knows what long lists hold.
pub(crate) fn apply_boxed(
    primary: Box<Contact>,
    secondary: Box<Contact>,
    choices: &Choices,
    created_at: CreatedAt,
    merge: u64,
    at: Instant,
    crowd: Option<&mut Crowd>,
) -> Result<(Box<Contact>, MergeRecord), Refusal> {
    if primary.id == secondary.id {
        return Err(Refusal::SameContact);
    }
    let (survivor, primary) = absorb(primary, &secondary, choices, created_at, crowd);
    Ok((survivor, MergeRecord { merge, at, choices: choices.clone(), created_at, primary, secondary }))
}

/// Both contacts after an undo.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// The primary, restored three-way (M7).
    pub primary: Contact,
    /// The secondary as it was at the merge (M6).
    pub secondary: Contact,
}

/// Whether a merge can be undone: no identity of the secondary is held by anybody else (D17).
///
/// `later` are the merges into the same primary that are still in force and came after this one; `holder` answers who
/// holds an identity now.
///
/// # Errors
/// [`Refusal::IdentityConflict`] with the identity and its holder.
#[expect(clippy::needless_pass_by_value, reason = "an iterator is handed over")]
pub fn check_undo<'a>(
    record: &MergeRecord,
    later: impl Iterator<Item = &'a MergeRecord> + Clone,
    holder: impl Fn(&Identity) -> Option<ContactId>,
) -> Result<(), Refusal> {
    let survivor = record.primary.id;
    for identity in &record.secondary.identities {
        let conflict = |holder| Err(Refusal::IdentityConflict { identity: identity.clone(), holder });
        if let Some(other) = holder(identity).filter(|other| *other != survivor) {
            return conflict(other);
        }
        // The survivor holds it for somebody who was merged in since.
        if let Some(claim) = later.clone().find(|claim| claim.secondary.identities.contains(identity)) {
            return conflict(claim.secondary.id);
        }
    }
    Ok(())
}

/// Undoes a merge (M6, M7): the secondary as it was, the primary field by field, the later merges into the same primary
/// as if this one had not happened (D15).
///
/// `later` are the merges into the same primary that are still in force and came after this one, in order; they are
/// rewritten. Which merges may be undone at all (M9) is the caller's to know: see the workspace.
///
/// # Errors
/// [`Refusal::IdentityConflict`]; nothing is changed then.
pub fn undo(
    survivor: impl Into<Box<Contact>>,
    record: MergeRecord,
    later: &mut [&mut MergeRecord],
    holder: impl Fn(&Identity) -> Option<ContactId>,
) -> Result<Undone, Refusal> {
    check_undo(&record, later.iter().map(|record| &**record), holder)?;
    let mut shift = Shift::of(&record);
    for next in later {
        shift.pass(next);
    }
    let mut survivor = survivor.into();
    let secondary = back(&mut survivor, record, &shift);
    Ok(Undone { primary: *survivor, secondary: *secondary })
}

/// The last step of an undo: what is left of the difference is laid over the survivor.
pub(crate) fn back(survivor: &mut Contact, record: MergeRecord, shift: &Shift) -> Box<Contact> {
    shift.lay(survivor);
    record.secondary
}
