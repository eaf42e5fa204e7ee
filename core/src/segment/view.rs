//! A view: a segment under a name, with the columns and the order in which it is shown (S1, S3).

use serde::{Deserialize, Serialize};

use super::check::{CustomTypes, SegmentOptions, type_of};
use super::field::{ContactField, FieldRef};
use super::sort::Sort;
use super::tree::Segment;
use crate::contact::tag;
use crate::error::{Code, Error, Result};

/// A saved view: plain data that a host keeps where it likes.
///
/// # Example
/// ```
/// use omnicontact::segment::{ContactField, Operator, Segment, SegmentOptions, Sort, View};
/// use omnicontact::{Instant, Zone};
/// let view = View::new("VIP of Ecuador")
///     .segment(Segment::on(ContactField::Country, Operator::Equal, "EC"))
///     .columns([ContactField::Phones, ContactField::Tags])
///     .sort(Sort::descending(ContactField::LastIncoming));
/// view.check(&Default::default(), &SegmentOptions::new(Zone::utc(), Instant::parse("2026-07-01T12:00:00Z")?))?;
/// let columns: Vec<String> = view.shown_columns().iter().map(ToString::to_string).collect();
/// assert_eq!(columns, ["shown_name", "phones", "tags"], "the name is always there");
/// let text = serde_json::to_string(&view).unwrap();
/// assert_eq!(serde_json::from_str::<View>(&text).unwrap(), view);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct View {
    /// The name: 1 to 255 characters.
    pub name: Box<str>,
    /// Who is shown; everybody where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// The columns; the shown name is always the first.
    #[serde(default)]
    pub columns: Vec<FieldRef>,
    /// The order.
    #[serde(default)]
    pub sort: Sort,
}

impl View {
    /// A view of everybody.
    pub fn new(name: impl Into<Box<str>>) -> Self {
        Self { name: name.into(), segment: None, columns: Vec::new(), sort: Sort::default() }
    }

    /// Sets who is shown.
    pub fn segment(mut self, segment: Segment) -> Self {
        self.segment = Some(segment);
        self
    }

    /// Sets the columns.
    pub fn columns<F: Into<FieldRef>>(mut self, columns: impl IntoIterator<Item = F>) -> Self {
        self.columns = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the order.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Checks name, segment, columns and order.
    ///
    /// # Errors
    /// `invalid_tag` at `name`; those of [`Segment::check`] under `segment`; `unknown_field` at `columns[n]` and
    /// `sort.field`.
    pub fn check(&self, custom: &CustomTypes, options: &SegmentOptions) -> Result<()> {
        tag(&self.name).map_err(|error| error.at("name"))?;
        if let Some(segment) = &self.segment {
            segment.check(custom, options).map_err(|error| error.at("segment"))?;
        }
        check_columns(&self.columns, custom)?;
        type_of(&self.sort.field, custom).map(drop).map_err(|error| error.at("sort"))
    }

    /// The columns as they are shown: each once, the name first.
    pub fn shown_columns(&self) -> Vec<FieldRef> {
        shown_columns(&self.columns)
    }
}

/// The columns of a table for which nobody chose any: name, phones, e-mails, channels, tags, assignee, last interaction,
/// and when the contact was added.
///
/// # Example
/// ```
/// use omnicontact::segment::usual_columns;
/// assert_eq!(usual_columns()[0].to_string(), "shown_name");
/// ```
pub fn usual_columns() -> Vec<FieldRef> {
    use ContactField::{Assignee, Channels, CreatedAt, Emails, LastInteraction, Phones, ShownName, Tags};
    [ShownName, Phones, Emails, Channels, Tags, Assignee, LastInteraction, CreatedAt].map(FieldRef::Own).into()
}

/// Checks that columns are known.
///
/// # Errors
/// `unknown_field` at `columns[n]`.
pub fn check_columns(columns: &[FieldRef], custom: &CustomTypes) -> Result<()> {
    for (row, column) in columns.iter().enumerate() {
        if let FieldRef::Custom(name) = column
            && !custom.contains_key(name)
        {
            let names: Vec<String> = custom.keys().take(50).map(|name| format!("custom.{name}")).collect();
            return Err(Error::new(Code::UnknownField, format!("unknown field `{column}`"))
                .with_allowed(names.iter().map(String::as_str))
                .at_row(row)
                .at("columns"));
        }
    }
    Ok(())
}

/// Columns as they are shown: each once, and the shown name always among them, first if it was not asked for (S3).
pub fn shown_columns(columns: &[FieldRef]) -> Vec<FieldRef> {
    let name = FieldRef::Own(ContactField::ShownName);
    let mut shown: Vec<FieldRef> = Vec::with_capacity(columns.len() + 1);
    if !columns.contains(&name) {
        shown.push(name);
    }
    for column in columns {
        if !shown.contains(column) {
            shown.push(column.clone());
        }
    }
    shown
}
