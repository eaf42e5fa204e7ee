//! Refusals: answers, not errors. They change nothing, and say what stands in the way (M9, N4, S5, D12).

use serde::{Deserialize, Serialize};

use crate::access::Forbidden;
use crate::contact::{ContactId, Identity};

/// Why a command was refused (D12).
///
/// # Example
/// ```
/// use omnicontact::Refusal;
/// let refusal = Refusal::QuotaExceeded { limit: 1000, used: 1000 };
/// assert_eq!(refusal.as_str(), "quota_exceeded");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// A new unit does not fit the quota (N4).
    QuotaExceeded {
        /// The limit.
        limit: u64,
        /// Units used.
        used: u64,
    },
    /// The secondary was never merged into that primary.
    NotMerged,
    /// The merge was undone before.
    AlreadyUnmerged,
    /// A later merge stands in the way (M9).
    Superseded {
        /// The merge to undo first: the sequence number of its event.
        merge: u64,
    },
    /// The contact was deleted.
    ContactDeleted {
        /// The contact.
        contact: ContactId,
    },
    /// No contact has that id.
    ContactUnknown {
        /// The id.
        contact: ContactId,
    },
    /// Both ids are the same.
    SameContact,
    /// The contact is merged into another one (D18).
    MergedAway {
        /// The survivor.
        survivor: ContactId,
    },
    /// An identity is held by another contact.
    IdentityConflict {
        /// The identity.
        identity: Identity,
        /// Who holds it, or gets it back first.
        holder: ContactId,
    },
    /// The role or a restriction forbids it (S5).
    Forbidden(Forbidden),
}

impl Refusal {
    /// Stable snake_case label.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::QuotaExceeded { .. } => "quota_exceeded",
            Self::NotMerged => "not_merged",
            Self::AlreadyUnmerged => "already_unmerged",
            Self::Superseded { .. } => "superseded",
            Self::ContactDeleted { .. } => "contact_deleted",
            Self::ContactUnknown { .. } => "contact_unknown",
            Self::SameContact => "same_contact",
            Self::MergedAway { .. } => "merged_away",
            Self::IdentityConflict { .. } => "identity_conflict",
            Self::Forbidden(_) => "forbidden",
        }
    }
}
