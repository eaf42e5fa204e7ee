//! Stable snake_case keys of enums, and their words in English, Spanish, French and Portuguese (P13).

mod words;

use serde::{Deserialize, Serialize};

pub use words::{WORDS, word};

/// Defines a set of labels: `as_str`, `parse`, `ALL`, and serde by label.
///
/// A closed set refuses other words and names the allowed ones; an `open` set keeps them in `Other`.
macro_rules! labels {
    (closed $(#[$doc:meta])* $name:ident, $noun:literal { $($(#[$vdoc:meta])* $variant:ident = $label:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }
        impl $name {
            /// Every label, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// Stable snake_case label.
            pub const fn as_str(&self) -> &'static str { match self { $(Self::$variant => $label,)* } }
            /// Reads a label; `unknown_label` names the allowed ones.
            pub fn parse(word: &str) -> $crate::error::Result<Self> {
                Self::ALL.iter().find(|label| label.as_str() == word).copied().ok_or_else(|| {
                    $crate::error::Error::new($crate::error::Code::UnknownLabel, format!(concat!("unknown ", $noun, " `{}`"), word))
                        .with_allowed(Self::ALL.iter().map(Self::as_str))
                })
            }
        }
        $crate::label::labels!(@serde $name);
    };
    (open $(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $label:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* /** Any other, under its own text. */ Other(Box<str>) }
        impl $name {
            /// Every known label, in declaration order.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)*];
            /// The stable label, or the text as it came.
            pub fn as_str(&self) -> &str { match self { $(Self::$variant => $label,)* Self::Other(word) => word } }
            /// Reads a label; a word outside the known ones is kept as it is.
            pub fn parse(word: &str) -> $crate::error::Result<Self> {
                Ok(Self::KNOWN.iter().find(|label| label.as_str() == word).cloned().unwrap_or_else(|| Self::Other(word.into())))
            }
        }
        $crate::label::labels!(@serde $name);
    };
    (@serde $name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> { s.serialize_str(self.as_str()) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
                Self::parse(&<std::borrow::Cow<'de, str>>::deserialize(d)?).map_err($crate::error::Error::into_serde)
            }
        }
    };
}
pub(crate) use labels;

labels! { closed
    /// Language of labels, headers and presets (P13). Keys never change with it.
    Locale, "locale" {
        /// English.
        En = "en",
        /// Spanish.
        Es = "es",
        /// French.
        Fr = "fr",
        /// Portuguese.
        Pt = "pt",
    }
}

/// A key with its word in one language, as reports show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    /// The stable key.
    pub key: String,
    /// The word in the chosen language.
    pub label: String,
}
