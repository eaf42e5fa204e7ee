//! Names for identities that were erased (D35).

use uuid::Uuid;

use crate::contact::Identity;

const PREFIX: &str = "erased-";

/// What an identity is known by once it is erased: a hash under a key that the month forgets. One that stands for an
/// erased identity in events that were rewritten keeps its name.
pub(crate) fn mark(key: Uuid, identity: &Identity) -> Uuid {
    let name = identity.external().strip_prefix(PREFIX).and_then(|name| Uuid::try_parse(name).ok());
    // Writing to memory cannot fail.
    name.unwrap_or_else(|| Uuid::new_v5(&key, &postcard::to_stdvec(identity).unwrap_or_default()))
}

/// What stands for an erased identity in events.
pub(crate) fn pseudonym(mark: Uuid) -> String {
    format!("{PREFIX}{mark}")
}
