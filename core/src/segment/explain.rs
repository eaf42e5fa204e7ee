//! Why a contact is in a segment, or is not.

use serde::Serialize;

use super::check::SegmentOptions;
use super::condition::Operator;
use super::field::FieldRef;
use super::table::ContactTable;
use super::tree::Segment;
use crate::error::{Code, Error, Result};

/// Whether a contact meets one node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Where in the tree, as `and[1].not`; empty for the whole.
    pub path: String,
    /// Whether the contact meets it.
    pub met: bool,
    /// The field, for conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldRef>,
    /// The operator, for conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
    /// Whether the contact has no value there, for conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<bool>,
}

/// What a segment says of one contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Whether the contact is in it.
    pub met: bool,
    /// Every group and condition, from the top.
    pub nodes: Vec<Verdict>,
}

impl ContactTable<'_> {
    /// Says which groups and conditions the contact of a row meets (S1).
    ///
    /// # Errors
    /// Those of [`Segment::check`]; `too_large` for a row that is not there.
    ///
    /// # Example
    /// ```
    /// use omnicontact::segment::{ContactField, ContactTable, Operator, Segment, SegmentOptions};
    /// use omnicontact::{Contact, ContactId, Instant, Origin, Source, Zone};
    /// let at = Instant::parse("2026-07-01T12:00:00Z")?;
    /// let contacts = [Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User))];
    /// let segment = Segment::not(Segment::on(ContactField::Country, Operator::Equal, "EC"));
    /// let why = ContactTable::new(&contacts).explain(&segment, 0, &SegmentOptions::new(Zone::utc(), at))?;
    /// assert!(why.met);
    /// assert_eq!((why.nodes[1].path.as_str(), why.nodes[1].met, why.nodes[1].missing), ("not", false, Some(true)));
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn explain(&self, segment: &Segment, row: usize, options: &SegmentOptions) -> Result<Explanation> {
        if row >= self.len() {
            return Err(Error::new(Code::TooLarge, format!("there is no row {row}")));
        }
        segment.limits(options)?;
        // The whole is checked before anything is said about a part.
        let met = self.plan(segment, options)?.met(row);
        let mut nodes = Vec::new();
        self.verdicts(segment, "", row, options, &mut nodes)?;
        Ok(Explanation { met, nodes })
    }

    fn verdicts(
        &self,
        segment: &Segment,
        path: &str,
        row: usize,
        options: &SegmentOptions,
        nodes: &mut Vec<Verdict>,
    ) -> Result<bool> {
        let place = nodes.len();
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        nodes.push(Verdict { path: path.to_owned(), met: false, field: None, operator: None, missing: None });
        let met = match segment {
            Segment::And(parts) | Segment::Or(parts) => {
                let every = matches!(segment, Segment::And(_));
                let mut met = every;
                for (at, part) in parts.iter().enumerate() {
                    let path = format!("{}[{at}]", below(if every { "and" } else { "or" }));
                    let one = self.verdicts(part, &path, row, options, nodes)?;
                    met = if every { met & one } else { met | one };
                }
                met
            }
            Segment::Not(part) => !self.verdicts(part, &below("not"), row, options, nodes)?,
            Segment::Condition(condition) => {
                nodes[place].field = Some(condition.field.clone());
                nodes[place].operator = Some(condition.operator);
                nodes[place].missing = self.column(&condition.field).map(|column| !column.has(row));
                self.plan(segment, options)?.met(row)
            }
        };
        nodes[place].met = met;
        Ok(met)
    }
}
