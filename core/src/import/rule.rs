//! Where the value of a field comes from, when the file names or spreads it differently.

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where the value of a field comes from: a column, a mention inside a column, or a fixed value; optionally only
/// under a condition on another field.
///
/// As data a rule is a text, the column's name, or an object with one of `column`, `mention` and `constant`, and
/// optionally `among` (for `mention`) and `when`: `{"column": "author_id", "when": {"direction": "outgoing"}}`.
///
/// # Example
/// ```
/// use omnicontact::import::Rule;
/// let written = r#"{"mention": "text", "among": ["Acme"], "when": {"direction": "incoming"}}"#;
/// let rule = Rule::mention("text").among(["Acme"]).when("direction", "incoming");
/// assert_eq!(serde_json::from_str::<Rule>(written).unwrap(), rule);
/// assert_eq!(serde_json::from_str::<Rule>(r#""created_at""#).unwrap(), Rule::column("created_at"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(super) take: Take,
    pub(super) when: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Take {
    Column(String),
    Mention { column: String, among: Vec<String> },
    Constant(String),
}

impl Rule {
    /// The cell of a column of the file; in JSON a path of keys joined by dots, such as `contact.id`.
    pub fn column(name: impl Into<String>) -> Self {
        Self { take: Take::Column(name.into()), when: None }
    }

    /// The first `@name` in a column, without the `@`. An `@` inside a word, as in an e-mail address, is none.
    pub fn mention(column: impl Into<String>) -> Self {
        Self { take: Take::Mention { column: column.into(), among: Vec::new() }, when: None }
    }

    /// A fixed value, the same in every row.
    pub fn constant(value: impl Into<String>) -> Self {
        Self { take: Take::Constant(value.into()), when: None }
    }

    /// Lets a mention be one of these names only, whatever its case, and written as here. Other rules ignore it.
    pub fn among<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        if let Take::Mention { among, .. } = &mut self.take {
            *among = names.into_iter().map(Into::into).collect();
        }
        self
    }

    /// Applies the rule only to rows in which another field has this value (after its own value mapping).
    pub fn when(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.when = Some((field.into(), value.into()));
        self
    }
}

/// The first name after an `@` in a text, spelt as in `among` where that is given.
pub(super) fn first_mention<'a>(text: &'a str, among: &'a [String]) -> Option<&'a str> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices('@').filter(|(at, _)| !text[..*at].ends_with(in_word)).find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let name = &rest[..rest.find(|c| !in_word(c)).unwrap_or(rest.len())];
        match among {
            [] => (!name.is_empty()).then_some(name),
            among => among.iter().map(String::as_str).find(|known| known.eq_ignore_ascii_case(name)),
        }
    })
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Form {
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mention: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constant: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    among: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<std::collections::BTreeMap<String, String>>,
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = Form::default();
        match (&self.take, &self.when) {
            (Take::Column(name), None) => return serializer.serialize_str(name),
            (Take::Column(name), _) => form.column = Some(name.clone()),
            (Take::Constant(value), _) => form.constant = Some(value.clone()),
            (Take::Mention { column, among }, _) => {
                form.mention = Some(column.clone());
                form.among.clone_from(among);
            }
        }
        form.when = self.when.clone().map(|pair| [pair].into());
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleVisitor;
        impl<'de> Visitor<'de> for RuleVisitor {
            type Value = Rule;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a column's name, or an object with one of `column`, `mention`, `constant`")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Rule, E> {
                Ok(Rule::column(name))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rule, A::Error> {
                let form = Form::deserialize(MapAccessDeserializer::new(map))?;
                let take = match (form.column, form.mention, form.constant) {
                    (Some(name), None, None) => Take::Column(name),
                    (None, Some(column), None) => Take::Mention { column, among: form.among.clone() },
                    (None, None, Some(value)) => Take::Constant(value),
                    _ => return Err(de::Error::custom("a rule needs exactly one of `column`, `mention`, `constant`")),
                };
                if !form.among.is_empty() && !matches!(take, Take::Mention { .. }) {
                    return Err(de::Error::custom("`among` goes with `mention` only"));
                }
                let mut conditions = form.when.unwrap_or_default().into_iter();
                let when = conditions.next();
                if conditions.next().is_some() {
                    return Err(de::Error::custom("`when` takes one field"));
                }
                Ok(Rule { take, when })
            }
        }
        deserializer.deserialize_any(RuleVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_the_first_name_after_an_at_sign() {
        assert_eq!(first_mention("@AppleSupport hi @me", &[]), Some("AppleSupport"));
        assert_eq!(first_mention("write to a@b.com, or .@Acme_1!", &[]), Some("Acme_1"));
        assert_eq!(first_mention("@ nobody", &[]), None);
        assert_eq!(first_mention("", &[]), None);
        assert_eq!(first_mention("@you @ACME hi", &["Acme".to_owned()]), Some("Acme"));
        assert_eq!(first_mention("@you", &["Acme".to_owned()]), None);
        assert_eq!(first_mention("ñ@x @ñandú", &[]), Some("ñandú"));
    }

    #[test]
    fn a_rule_survives_being_written_and_read() {
        for rule in [
            Rule::column("a"),
            Rule::column("a").when("direction", "incoming"),
            Rule::mention("text").among(["A", "b"]),
            Rule::constant("x").when("direction", "outgoing"),
        ] {
            let text = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule, "{text}");
        }
    }

    #[test]
    fn a_rule_with_two_origins_or_none_is_refused() {
        for text in [
            "{}",
            r#"{"column":"a","constant":"b"}"#,
            r#"{"column":"a","among":["x"]}"#,
            r#"{"colum":"a"}"#,
            r#"{"column":"a","when":{"a":"b","c":"d"}}"#,
            "3",
        ] {
            assert!(serde_json::from_str::<Rule>(text).is_err(), "{text}");
        }
    }
}
