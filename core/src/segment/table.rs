//! Contacts with an index over their fields.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::check::{CustomTypes, SegmentOptions, checked, type_of};
use super::column::{self, Column};
use super::condition::Condition;
use super::field::{ContactField, FieldRef, FieldType};
use super::plan::Plan;
use super::selection::Selection;
use super::sort::{Order, Ties};
use super::tree::Segment;
use crate::arrange::arrange;
use crate::channel::Channel;
use crate::contact::{Contact, ContactId, CustomType};
use crate::error::{Code, Error, Result};

/// Contacts, and an index that is built field by field when a question first needs one.
///
/// Contacts are borrowed, rows are places in the order in which they came. The index can be kept with
/// [`ContactTable::columns`] as long as the contacts do not change.
///
/// # Example
/// ```
/// use omnicontact::segment::{ContactField, ContactTable, Operator, Segment, SegmentOptions};
/// use omnicontact::{Contact, ContactId, Instant, Origin, Source, Zone};
/// let at = Instant::parse("2026-07-01T12:00:00Z")?;
/// let mut ana = Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
/// ana.name = Some("Ána Vera".into());
/// let luz = Contact::new(ContactId::mint(at, [2; 10]), at, Origin::new(Source::User));
/// let contacts = [ana, luz];
/// let table = ContactTable::new(&contacts);
/// let named = Segment::on(ContactField::Name, Operator::StartsWith, "ana");
/// let selection = table.select(&named, &SegmentOptions::new(Zone::utc(), at))?;
/// assert_eq!(table.ids(&selection).collect::<Vec<_>>(), [contacts[0].id]);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ContactTable<'c> {
    source: Source<'c>,
    pub(super) columns: Arc<Columns>,
}

/// Where the contacts of the rows are.
#[derive(Clone)]
enum Source<'c> {
    Listed(Vec<&'c Contact>),
    Held(&'c dyn ContactHolder, Arc<[u32]>),
}

/// Who holds contacts at numbered places, so that a table over them need not list them for every question.
pub(crate) trait ContactHolder: Sync {
    /// The contact at a place.
    fn contact_at(&self, place: u32) -> Option<&Contact>;
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(contacts) => write!(f, "{} contacts", contacts.len()),
            Self::Held(_, places) => write!(f, "{} contacts", places.len()),
        }
    }
}

/// The index of a table, to keep while the contacts do not change.
#[derive(Debug, Clone)]
pub struct ContactColumns {
    columns: Arc<Columns>,
    rows: usize,
}

impl ContactColumns {
    pub(super) fn new(columns: Columns, rows: usize) -> Self {
        Self { columns: Arc::new(columns), rows }
    }

    /// The columns themselves: without a copy where nobody else holds them.
    pub(super) fn into_parts(self) -> (Columns, usize) {
        (Arc::unwrap_or_clone(self.columns), self.rows)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    pub(super) channels: Vec<Channel>,
    pub(super) declared: CustomTypes,
    pub(super) own: Vec<OnceLock<Arc<Column>>>,
    pub(super) orders: Vec<OnceLock<Arc<Order>>>,
    pub(super) names: OnceLock<Arc<Column>>,
    pub(super) custom: OnceLock<Arc<BTreeMap<Box<str>, Custom>>>,
    pub(super) fields: OnceLock<CustomTypes>,
    pub(super) ties: OnceLock<Arc<Ties>>,
}

#[derive(Debug, Clone)]
pub(super) struct Custom {
    pub(super) kind: CustomType,
    pub(super) column: OnceLock<Column>,
    pub(super) order: OnceLock<Order>,
    /// Numbers, dates and times as they are written, for the search.
    pub(super) text: OnceLock<Column>,
}

impl Columns {
    fn new(channels: Vec<Channel>, declared: CustomTypes) -> Self {
        let count = ContactField::ALL.len();
        Self {
            channels,
            declared,
            own: (0..count).map(|_| OnceLock::new()).collect(),
            orders: (0..count).map(|_| OnceLock::new()).collect(),
            ..Self::default()
        }
    }
}

impl<'c> ContactTable<'c> {
    /// A table over contacts.
    pub fn new(contacts: impl IntoIterator<Item = &'c Contact>) -> Self {
        Self::with(contacts, [], CustomTypes::new())
    }

    /// A table that knows channels (their names are searched, their kinds can be asked for) and the types of custom
    /// fields, also of those that no contact has. The type of others is that of their values, `text` where they differ.
    pub fn with(
        contacts: impl IntoIterator<Item = &'c Contact>,
        channels: impl IntoIterator<Item = Channel>,
        custom: CustomTypes,
    ) -> Self {
        let columns = Columns::new(channels.into_iter().collect(), custom);
        Self { source: Source::Listed(contacts.into_iter().collect()), columns: Arc::new(columns) }
    }

    /// A table over the contacts at places of a holder, with an index that was kept, or a new one that knows channels and
    /// custom fields.
    pub(crate) fn held(
        holder: &'c dyn ContactHolder,
        places: Arc<[u32]>,
        kept: Option<&ContactColumns>,
        known: impl FnOnce() -> (Vec<Channel>, CustomTypes),
    ) -> Self {
        let columns = match kept {
            Some(kept) if kept.rows == places.len() => Arc::clone(&kept.columns),
            _ => {
                let (channels, custom) = known();
                Arc::new(Columns::new(channels, custom))
            }
        };
        Self { source: Source::Held(holder, places), columns }
    }

    /// The contacts in the order of their rows.
    fn contacts(&self) -> Cow<'_, [&'c Contact]> {
        match &self.source {
            Source::Listed(contacts) => Cow::Borrowed(contacts),
            Source::Held(holder, places) => {
                Cow::Owned(places.iter().filter_map(|place| holder.contact_at(*place)).collect())
            }
        }
    }

    /// The index, to use again with [`ContactTable::again`].
    pub fn columns(&self) -> ContactColumns {
        ContactColumns { columns: Arc::clone(&self.columns), rows: self.len() }
    }

    /// The same contacts in the same order with an index that was kept.
    ///
    /// # Errors
    /// `length_mismatch` if there are more or fewer contacts; that they are unchanged is the caller's word.
    pub fn again(contacts: impl IntoIterator<Item = &'c Contact>, columns: &ContactColumns) -> Result<Self> {
        let contacts: Vec<&Contact> = contacts.into_iter().collect();
        if contacts.len() != columns.rows {
            let words = format!("the index is of {} contacts, there are {}", columns.rows, contacts.len());
            return Err(Error::new(Code::LengthMismatch, words));
        }
        Ok(Self { source: Source::Listed(contacts), columns: Arc::clone(&columns.columns) })
    }

    /// Number of contacts.
    pub fn len(&self) -> usize {
        match &self.source {
            Source::Listed(contacts) => contacts.len(),
            Source::Held(_, places) => places.len(),
        }
    }

    /// Whether there is no contact.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The contact of a row.
    pub fn contact(&self, row: usize) -> Option<&'c Contact> {
        match &self.source {
            Source::Listed(contacts) => contacts.get(row).copied(),
            Source::Held(holder, places) => holder.contact_at(*places.get(row)?),
        }
    }

    /// The channels that the table knows.
    pub fn channels(&self) -> &[Channel] {
        &self.columns.channels
    }

    /// The ids of a selection, in the order of the rows: what bulk actions and report filters take.
    pub fn ids(&self, selection: &Selection) -> impl Iterator<Item = ContactId> {
        selection.rows().filter_map(|row| self.contact(row)).map(|contact| contact.id)
    }

    /// The custom fields that conditions may speak of: those that were declared and those that occur.
    pub fn custom_fields(&self) -> &CustomTypes {
        self.columns.fields.get_or_init(|| {
            let custom = self.custom().iter();
            custom.map(|(name, custom)| (name.clone(), custom.kind)).collect()
        })
    }

    fn custom(&self) -> &BTreeMap<Box<str>, Custom> {
        self.columns.custom.get_or_init(|| {
            let mut found = self.columns.declared.clone();
            for contact in self.contacts().iter() {
                for (name, value) in &contact.custom {
                    match found.get_mut(name) {
                        None => drop(found.insert(name.clone(), value.kind())),
                        Some(kind) if *kind != value.kind() && !self.columns.declared.contains_key(name) => {
                            *kind = CustomType::Text;
                        }
                        Some(_) => {}
                    }
                }
            }
            let custom = |kind| Custom { kind, column: OnceLock::new(), order: OnceLock::new(), text: OnceLock::new() };
            Arc::new(found.into_iter().map(|(name, kind)| (name, custom(kind))).collect())
        })
    }

    /// The column of a field; none for a custom field that nobody knows.
    pub(super) fn column(&self, field: &FieldRef) -> Option<&Column> {
        match field {
            FieldRef::Own(own) => self.columns.own.get(*own as usize).map(|column| {
                &**column.get_or_init(|| Arc::new(Column::of(*own, &self.contacts(), &self.columns.channels)))
            }),
            FieldRef::Custom(name) => self
                .custom()
                .get(name)
                .map(|custom| custom.column.get_or_init(|| Column::custom(name, custom.kind, &self.contacts()))),
        }
    }

    /// The names that are searched.
    pub(super) fn names(&self) -> &Column {
        self.columns.names.get_or_init(|| Arc::new(column::names(&self.contacts())))
    }

    /// The custom fields that are searched, as texts.
    pub(super) fn custom_texts(&self) -> impl Iterator<Item = &Column> {
        self.custom().iter().filter_map(|(name, custom)| match FieldType::from(custom.kind) {
            FieldType::Flag => None,
            FieldType::Text => self.column(&FieldRef::Custom(name.clone())),
            _ => Some(custom.text.get_or_init(|| Column::custom(name, CustomType::Text, &self.contacts()))),
        })
    }

    /// The order of a field's values.
    pub(super) fn order(&self, field: &FieldRef) -> Option<&Order> {
        let column = self.column(field)?;
        match field {
            FieldRef::Own(own) => {
                let order = self.columns.orders.get(*own as usize)?;
                Some(&**order.get_or_init(|| Arc::new(Order::of(column))))
            }
            FieldRef::Custom(name) => Some(self.custom().get(name)?.order.get_or_init(|| Order::of(column))),
        }
    }

    /// The order of the rows apart from any column.
    pub(super) fn ties(&self) -> &Ties {
        self.columns.ties.get_or_init(|| Arc::new(Ties::of(&self.contacts())))
    }

    /// The contacts in a segment (S1).
    ///
    /// # Errors
    /// Those of [`Segment::check`], with paths inside the tree.
    pub fn select(&self, segment: &Segment, options: &SegmentOptions) -> Result<Selection> {
        segment.limits(options)?;
        Ok(self.plan(segment, options)?.select(self.len()))
    }

    /// Every contact.
    pub fn everybody(&self) -> Selection {
        Selection::first(self.len())
    }

    pub(super) fn plan<'t>(&'t self, segment: &Segment, options: &SegmentOptions) -> Result<Plan<'t>> {
        let parts = |parts: &[Segment], key: &str| -> Result<Vec<Plan<'t>>> {
            let each = parts.iter().enumerate();
            let mut plans = each
                .map(|(row, part)| {
                    let plan = self.plan(part, options).map_err(|error| error.at_row(row).at(key))?;
                    Ok((self.cost(part), plan))
                })
                .collect::<Result<Vec<_>>>()?;
            // What is read quickly goes first: it leaves fewer rows to the others.
            arrange(&mut plans, |(one, _), (other, _)| one.cmp(other));
            Ok(plans.into_iter().map(|(_, plan)| plan).collect())
        };
        match segment {
            Segment::And(all) => Ok(Plan::And(parts(all, "and")?)),
            Segment::Or(any) => Ok(Plan::Or(parts(any, "or")?)),
            Segment::Not(part) => {
                let plan = self.plan(part, options).map_err(|error| error.at("not"))?;
                Ok(Plan::Not(Box::new(plan)))
            }
            Segment::Condition(condition) => self.test(condition, options),
        }
    }

    fn test<'t>(&'t self, condition: &Condition, options: &SegmentOptions) -> Result<Plan<'t>> {
        let field_type = match &condition.field {
            FieldRef::Own(own) => own.field_type(),
            FieldRef::Custom(_) => type_of(&condition.field, self.custom_fields())?,
        };
        let checked = checked(condition, field_type, options)?;
        let column = self.column(&condition.field).ok_or_else(|| {
            Error::new(Code::UnknownField, format!("unknown field `{}`", condition.field)).at("field")
        })?;
        Ok(Plan::of(checked, column, options.policy.letters))
    }

    /// Bytes that a test reads a row, about.
    fn cost(&self, segment: &Segment) -> usize {
        match segment {
            Segment::And(parts) | Segment::Or(parts) => parts.iter().map(|part| self.cost(part)).sum(),
            Segment::Not(part) => self.cost(part),
            Segment::Condition(condition) => match self.column(&condition.field) {
                Some(Column::One { words, .. }) => match words.len() {
                    0..=0xFF => 1,
                    0x100..=0xFFFF => 3,
                    _ => 12,
                },
                Some(Column::Many { bits: None, .. }) => 16,
                Some(Column::Flags(_)) => 1,
                Some(Column::Minutes(_)) => 2,
                Some(Column::Days(_)) => 4,
                _ => 8,
            },
        }
    }
}
