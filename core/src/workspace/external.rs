//! External ids as keys: short ones in place, so that finding a holder does not follow a pointer.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

/// Bytes of an external id; nearly all fit in place.
#[derive(Debug, Clone)]
pub(super) enum External {
    Short(u8, [u8; 22]),
    Long(Box<[u8]>),
}

impl External {
    pub(super) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut place = [0; 22];
        match (place.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(start), Ok(len)) => {
                start.copy_from_slice(bytes);
                Self::Short(len, place)
            }
            _ => Self::Long(bytes.into()),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short(len, bytes) => &bytes[..usize::from(*len).min(bytes.len())],
            Self::Long(bytes) => bytes,
        }
    }

    pub(super) fn to_text(&self) -> String {
        String::from_utf8_lossy(self.as_bytes()).into_owned()
    }
}

impl Borrow<[u8]> for External {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for External {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for External {}

impl Hash for External {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_ids_come_back_as_they_were() {
        for text in ["1", &"x".repeat(22), &"x".repeat(23), &"ñ".repeat(11), &"ñ".repeat(300)] {
            assert_eq!(External::new(text).to_text(), text);
        }
        assert_ne!(External::new("a"), External::new("a\0"));
        assert_eq!(size_of::<External>(), 24);
    }
}
