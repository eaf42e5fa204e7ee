//! Texts that are nearly always short, kept in place: no pointer to follow, nothing to allocate.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text of up to 22 bytes in place, a longer one on the heap.
#[derive(Clone)]
pub(crate) enum Short {
    In(u8, [u8; 22]),
    Out(Box<str>),
}

impl Short {
    /// The text as bytes: what comparing and hashing need.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::In(len, bytes) => &bytes[..usize::from(*len).min(bytes.len())],
            Self::Out(text) => text.as_bytes(),
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            // What went in was a text: the check costs a few instructions and never fails.
            Self::In(..) => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Self::Out(text) => text,
        }
    }
}

impl From<&str> for Short {
    fn from(text: &str) -> Self {
        let mut place = [0; 22];
        match (place.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(start), Ok(len)) => {
                start.copy_from_slice(text.as_bytes());
                Self::In(len, place)
            }
            _ => Self::Out(text.into()),
        }
    }
}

impl PartialEq for Short {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            // Bytes behind the end are zero: the whole place is compared at once.
            (Self::In(a, one), Self::In(b, two)) => a == b && one == two,
            (Self::Out(one), Self::Out(two)) => one == two,
            _ => false,
        }
    }
}

impl Eq for Short {}

impl PartialOrd for Short {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Short {
    fn cmp(&self, other: &Self) -> Ordering {
        // UTF-8 sorts by code point.
        self.as_bytes().cmp(other.as_bytes())
    }
}

// Keys are found by bytes that are borrowed: both hash alike.
impl Hash for Short {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Borrow<[u8]> for Short {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Short {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Self::from(&*text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_texts_come_back_as_they_were() {
        for text in ["", "1", &"x".repeat(22), &"x".repeat(23), &"ñ".repeat(11), &"ñ".repeat(300)] {
            let short = Short::from(text);
            assert_eq!(short.as_str(), text);
            let json = serde_json::to_string(&short).unwrap();
            assert_eq!(serde_json::from_str::<Short>(&json).unwrap(), short);
        }
        assert_ne!(Short::from("a"), Short::from("a\0"));
        assert!(Short::from("a") < Short::from("a\0") && Short::from("z") < Short::from("ñ"));
        assert!(Short::from(&*"x".repeat(30)) > Short::from("a"));
        assert_eq!(size_of::<Short>(), 24);
        let hash = |value: &dyn Fn(&mut rustc_hash::FxHasher)| {
            let mut state = rustc_hash::FxHasher::default();
            value(&mut state);
            state.finish()
        };
        let short = Short::from("593991234567");
        assert_eq!(hash(&|state| short.hash(state)), hash(&|state| short.as_bytes().hash(state)));
    }
}
