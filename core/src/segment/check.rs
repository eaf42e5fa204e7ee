//! Conditions against the types of their fields: what fits is turned into ranges and texts to look for.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::condition::{Ago, Condition, Operand, Operator, TimeUnit};
use super::field::{FieldRef, FieldType};
use super::tree::{Segment, too_deep};
use crate::contact::{CustomType, Minute};
use crate::error::{Code, Error, Result};
use crate::label::labels;
use crate::letters;
use crate::time::{Instant, Zone};

labels! { closed
    /// Policy: how texts of conditions are compared.
    Letters, "letters" {
        /// Without case and accents, as the search does (S2).
        Bare = "bare",
        /// As they are written.
        Exact = "exact",
    }
}

/// Policies of segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SegmentPolicy {
    /// How texts are compared; default `bare`. Ids are always compared as they are.
    pub letters: Letters,
    /// Levels of a tree; default 32.
    pub max_depth: usize,
    /// Conditions of a tree; default 5,000.
    pub max_conditions: usize,
}

impl Default for SegmentPolicy {
    fn default() -> Self {
        Self { letters: Letters::Bare, max_depth: 32, max_conditions: 5_000 }
    }
}

/// What a segment is read against: relative times need a zone and a present (S1, T1).
///
/// # Example
/// ```
/// use omnicontact::segment::{Letters, SegmentOptions};
/// use omnicontact::{Instant, Zone};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let options = SegmentOptions::new(Zone::new("America/Guayaquil")?, now).letters(Letters::Exact).max_depth(4);
/// assert_eq!(options.policy.max_conditions, 5_000);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SegmentOptions {
    /// Zone of dates and of relative times.
    pub zone: Zone,
    /// The present.
    pub now: Instant,
    /// Policies.
    pub policy: SegmentPolicy,
}

impl SegmentOptions {
    /// Options with the default policies.
    pub fn new(zone: Zone, now: Instant) -> Self {
        Self { zone, now, policy: SegmentPolicy::default() }
    }

    /// Sets the policies.
    pub fn policy(mut self, policy: SegmentPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how texts are compared.
    pub fn letters(mut self, letters: Letters) -> Self {
        self.policy.letters = letters;
        self
    }

    /// Sets how deep a tree may be.
    pub fn max_depth(mut self, levels: usize) -> Self {
        self.policy.max_depth = levels;
        self
    }

    /// Sets how many conditions a tree may have.
    pub fn max_conditions(mut self, conditions: usize) -> Self {
        self.policy.max_conditions = conditions;
        self
    }
}

/// The custom fields that conditions may speak of, with their types.
pub type CustomTypes = BTreeMap<Box<str>, CustomType>;

/// How a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Whole,
    Start,
    Inside,
}

/// What meets a condition, apart from its negation.
#[derive(Debug)]
pub(super) enum Want {
    Exists,
    /// One of the texts, or each of them.
    Texts {
        texts: Vec<String>,
        place: Place,
        all: bool,
    },
    /// One of the ids, or each of them.
    Ids {
        ids: Vec<Operand>,
        all: bool,
    },
    Flag(bool),
    /// Ranges with both ends.
    Numbers(Vec<(f64, f64)>),
    /// Ranges without their end, in epoch milliseconds.
    Instants(Vec<(i64, i64)>),
    /// Ranges with both ends, in days of the common era.
    Days(Vec<(i32, i32)>),
    /// Ranges with both ends, in minutes of the day.
    Minutes(Vec<(u16, u16)>),
}

/// A checked condition.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) want: Want,
    pub(super) negated: bool,
}

/// Day before all days, minute before all minutes: what stands for a missing value.
pub(super) const NO_DAY: i32 = i32::MIN;
pub(super) const NO_MINUTE: u16 = u16::MAX;
pub(super) const NO_INSTANT: i64 = i64::MIN;
const EARLIEST: i64 = i64::MIN + 1;

impl Segment {
    /// Checks the whole tree without any contact: fields, operators, values, limits (S1).
    ///
    /// # Errors
    /// `unknown_field`, `unfit_operator`, `malformed_value`, `missing_option`, `invalid_date`, `too_large`, each with its
    /// path inside the tree, as `and[1].not.value[0]`.
    ///
    /// # Example
    /// ```
    /// use omnicontact::segment::{ContactField, Operator, Segment, SegmentOptions};
    /// use omnicontact::{Code, Instant, Zone};
    /// let options = SegmentOptions::new(Zone::utc(), Instant::parse("2026-07-01T12:00:00Z")?);
    /// let wrong = Segment::not(Segment::any_of([Segment::on(ContactField::Blocked, Operator::Contains, "yes")]));
    /// let error = wrong.check(&Default::default(), &options).unwrap_err();
    /// assert_eq!((error.code(), error.path()), (Code::UnfitOperator, "not.or[0].operator"));
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn check(&self, custom: &CustomTypes, options: &SegmentOptions) -> Result<()> {
        self.limits(options)?;
        self.each(&mut |condition| {
            let field_type = type_of(&condition.field, custom)?;
            checked(condition, field_type, options).map(drop)
        })
    }

    /// Every field that the tree speaks of, once.
    pub fn fields(&self) -> Vec<FieldRef> {
        let mut found = std::collections::BTreeSet::new();
        let seen: Result<()> = self.each(&mut |condition| {
            found.insert(condition.field.clone());
            Ok(())
        });
        debug_assert!(seen.is_ok());
        found.into_iter().collect()
    }

    /// Checks depth and number of conditions.
    pub(super) fn limits(&self, options: &SegmentOptions) -> Result<()> {
        let policy = &options.policy;
        let mut left = policy.max_conditions;
        self.limits_within(policy.max_depth, policy.max_depth, &mut left, policy.max_conditions)
    }

    fn limits_within(&self, levels: usize, max_depth: usize, left: &mut usize, most: usize) -> Result<()> {
        let Some(below) = levels.checked_sub(1) else {
            return Err(too_deep().with_hint(format!("at most {max_depth} levels (`max_depth`)")));
        };
        let group = |key: &str, parts: &[Segment], left: &mut usize| {
            if parts.is_empty() {
                return Err(Error::new(Code::MalformedValue, "a group needs at least one condition").at(key));
            }
            for (row, part) in parts.iter().enumerate() {
                part.limits_within(below, max_depth, left, most).map_err(|error| error.at_row(row).at(key))?;
            }
            Ok(())
        };
        match self {
            Self::And(parts) => group("and", parts, left),
            Self::Or(parts) => group("or", parts, left),
            Self::Not(part) => part.limits_within(below, max_depth, left, most).map_err(|error| error.at("not")),
            Self::Condition(_) => {
                *left = left.checked_sub(1).ok_or_else(|| {
                    Error::new(Code::TooLarge, "the segment has too many conditions")
                        .with_hint(format!("at most {most} (`max_conditions`); `any_of` takes many values at once"))
                })?;
                Ok(())
            }
        }
    }

    /// Calls `each` for every condition; paths are put before its errors.
    fn each(&self, each: &mut impl FnMut(&Condition) -> Result<()>) -> Result<()> {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                let key = if matches!(self, Self::And(_)) { "and" } else { "or" };
                for (row, part) in parts.iter().enumerate() {
                    part.each(each).map_err(|error| error.at_row(row).at(key))?;
                }
                Ok(())
            }
            Self::Not(part) => part.each(each).map_err(|error| error.at("not")),
            Self::Condition(condition) => each(condition),
        }
    }
}

/// The type of a field.
pub(super) fn type_of(field: &FieldRef, custom: &CustomTypes) -> Result<FieldType> {
    match field {
        FieldRef::Own(own) => Ok(own.field_type()),
        FieldRef::Custom(name) => custom.get(name).copied().map(FieldType::from).ok_or_else(|| {
            let names: Vec<String> = custom.keys().take(50).map(|name| format!("custom.{name}")).collect();
            Error::new(Code::UnknownField, format!("unknown field `custom.{name}`"))
                .with_allowed(names.iter().map(String::as_str))
                .at("field")
        }),
    }
}

/// Checks a condition against the type of its field.
pub(super) fn checked(condition: &Condition, field_type: FieldType, options: &SegmentOptions) -> Result<Checked> {
    let given = condition.operator;
    if !Operator::of(field_type).contains(&given) {
        return Err(Error::new(
            Code::UnfitOperator,
            format!("`{given}` does not fit `{}`, which is of type `{field_type}`", condition.field),
        )
        .with_allowed(Operator::of(field_type).iter().map(Operator::as_str))
        .at("operator"));
    }
    let (operator, negated) = given.positive();
    if operator == Operator::Exists {
        return match condition.value {
            None => Ok(Checked { want: Want::Exists, negated }),
            Some(_) => Err(malformed(format!("`{given}` takes no value")).at("value")),
        };
    }
    let value = condition
        .value
        .as_ref()
        .ok_or_else(|| Error::new(Code::MissingOption, format!("`{given}` needs a value")).at("value"))?;
    let values = listed(given, operator, value).map_err(|error| error.at("value"))?;
    let reader = Reader { options, operator, is_list: matches!(value, Operand::Many(_)) };
    reader.want(field_type, &values).map(|want| Checked { want, negated }).map_err(|error| error.at("value"))
}

/// The values of an operator: one, two, or as many as there are.
fn listed(given: Operator, operator: Operator, value: &Operand) -> Result<Vec<&Operand>> {
    let many = match value {
        Operand::Many(values) => Some(values),
        _ => None,
    };
    match (operator, many) {
        (Operator::Between, Some(ends)) if ends.len() == 2 => Ok(ends.iter().collect()),
        (Operator::Between, _) => Err(malformed("`between` needs a list of two values")),
        (Operator::AnyOf | Operator::AllOf, Some(values)) if !values.is_empty() => Ok(values.iter().collect()),
        (Operator::AnyOf | Operator::AllOf, _) => Err(malformed(format!("`{given}` needs a list of values"))),
        (_, None) => Ok(vec![value]),
        (_, Some(_)) => Err(malformed(format!("`{given}` takes one value, not a list"))),
    }
}

fn malformed(message: impl Into<String>) -> Error {
    Error::new(Code::MalformedValue, message)
}

struct Reader<'o> {
    options: &'o SegmentOptions,
    operator: Operator,
    is_list: bool,
}

impl Reader<'_> {
    fn want(&self, field_type: FieldType, values: &[&Operand]) -> Result<Want> {
        let all = self.operator == Operator::AllOf;
        Ok(match field_type {
            FieldType::Text | FieldType::Texts => {
                let place = match self.operator {
                    Operator::Contains => Place::Inside,
                    Operator::StartsWith => Place::Start,
                    _ => Place::Whole,
                };
                Want::Texts { texts: self.read(values, |value| self.text(value))?, place, all }
            }
            FieldType::Id | FieldType::Ids => Want::Ids { ids: self.read(values, id)?, all },
            FieldType::Flag => match values {
                [Operand::Flag(flag)] => Want::Flag(*flag),
                _ => return Err(malformed("a truth value is needed").with_hint("`true` or `false`")),
            },
            FieldType::Number => {
                Want::Numbers(self.ranges(&self.read(values, number)?, f64::next_up, f64::next_down)?)
            }
            FieldType::Instant => self.instants(values)?,
            FieldType::Duration => self.durations(values)?,
            FieldType::Date => self.dates(values)?,
            FieldType::Time => {
                let minutes = self.read(values, minute)?;
                Want::Minutes(self.ranges(&minutes, |minute| minute + 1, |minute| minute.wrapping_sub(1))?)
            }
        })
    }

    /// Reads every value; errors say which one, where there are several.
    fn read<T>(&self, values: &[&Operand], read: impl Fn(&Operand) -> Result<T>) -> Result<Vec<T>> {
        let each = values
            .iter()
            .enumerate()
            .map(|(row, value)| read(value).map_err(|error| if self.is_list { error.at_row(row) } else { error }));
        each.collect()
    }

    /// Ranges with both ends for values that have a next and a previous one.
    fn ranges<T: PartialOrd + Copy + Bounded>(
        &self,
        values: &[T],
        next: impl Fn(T) -> T,
        previous: impl Fn(T) -> T,
    ) -> Result<Vec<(T, T)>> {
        Ok(match (self.operator, values) {
            (Operator::Between, [low, high]) if low > high => {
                return Err(malformed("`between` needs the smaller value first"));
            }
            (Operator::Between, [low, high]) => vec![(*low, *high)],
            (Operator::Greater | Operator::After, [low]) => vec![(next(*low), T::MOST)],
            // Nothing is less than the least value: a range that holds nothing.
            (Operator::Less | Operator::Before, [high]) if *high <= T::LEAST => Vec::new(),
            (Operator::Less | Operator::Before, [high]) => vec![(T::LEAST, previous(*high))],
            _ => values.iter().map(|value| (*value, *value)).collect(),
        })
    }

    fn text(&self, value: &Operand) -> Result<String> {
        let Operand::Text(text) = value else { return Err(malformed("a text is needed")) };
        let text = match self.options.policy.letters {
            Letters::Bare => letters::bare(text),
            Letters::Exact => text.to_string(),
        };
        if text.trim().is_empty() {
            return Err(malformed("a text must not be empty").with_hint("ask for missing values with `not_exists`"));
        }
        Ok(text)
    }

    fn instants(&self, values: &[&Operand]) -> Result<Want> {
        let Self { options: SegmentOptions { zone, now, .. }, operator, .. } = self;
        if matches!(operator, Operator::WithinLast | Operator::OlderThan) {
            let since = ago(values[0])?.before(*now, zone);
            let range =
                if *operator == Operator::WithinLast { (since, now.as_millis() + 1) } else { (EARLIEST, since) };
            return Ok(Want::Instants(vec![range]));
        }
        let spans = self.read(values, |value| span(value, zone))?;
        let range = match (operator, spans.as_slice()) {
            (Operator::Between, [(start, _, _), (end, after, whole_day)]) => {
                // A date as the end is included, an instant is not (D2).
                let end = if *whole_day { *after } else { *end };
                if end < *start {
                    return Err(malformed("`between` needs the earlier value first"));
                }
                (*start, end)
            }
            (Operator::Before, [(start, ..)]) => (EARLIEST, *start),
            (Operator::After, [(_, after, _)]) => (*after, i64::MAX),
            (_, [(start, after, _), ..]) => (*start, *after),
            (_, []) => return Err(malformed("a value is needed")),
        };
        Ok(Want::Instants(vec![range]))
    }

    /// Time since an instant, as ranges of that instant.
    fn durations(&self, values: &[&Operand]) -> Result<Want> {
        let Self { options: SegmentOptions { zone, now, .. }, operator, .. } = self;
        let since = self.read(values, |value| Ok(ago(value)?.before(*now, zone)))?;
        let after_now = now.as_millis() + 1;
        let range = match (operator, since.as_slice()) {
            (Operator::Greater, [since]) => (EARLIEST, *since),
            (Operator::Less, [since]) => (since + 1, after_now),
            (_, [short, long]) if long > short => {
                return Err(malformed("`between` needs the shorter time first"));
            }
            (_, [short, long]) => (*long, short + 1),
            _ => return Err(malformed("a length of time is needed")),
        };
        Ok(Want::Instants(vec![range]))
    }

    fn dates(&self, values: &[&Operand]) -> Result<Want> {
        let Self { options: SegmentOptions { zone, now, .. }, operator, .. } = self;
        if !matches!(operator, Operator::WithinLast | Operator::OlderThan) {
            let days = self.read(values, |value| date(value).map(|date| date.num_days_from_ce()))?;
            return Ok(Want::Days(self.ranges(&days, |day| day + 1, |day| day - 1)?));
        }
        let ago = ago(values[0])?;
        if matches!(ago.unit, TimeUnit::Minutes | TimeUnit::Hours) {
            return Err(malformed("a date needs days or longer units"));
        }
        // So many local dates that end today (T2).
        let today = zone.day_of(*now);
        let first_outside = ago.days_before(today).map_or(NO_DAY + 1, |date| date.num_days_from_ce());
        Ok(Want::Days(vec![match operator {
            Operator::WithinLast => (first_outside + 1, today.num_days_from_ce()),
            _ => (NO_DAY + 1, first_outside),
        }]))
    }
}

/// The least and the greatest value of a type, apart from what stands for a missing one.
trait Bounded {
    const LEAST: Self;
    const MOST: Self;
}

impl Bounded for f64 {
    const LEAST: Self = Self::NEG_INFINITY;
    const MOST: Self = Self::INFINITY;
}

impl Bounded for i32 {
    const LEAST: Self = NO_DAY + 1;
    const MOST: Self = Self::MAX;
}

impl Bounded for u16 {
    const LEAST: Self = 0;
    const MOST: Self = NO_MINUTE - 1;
}

impl Ago {
    /// The instant so long before another: days and longer units keep the wall clock's time.
    fn before(self, now: Instant, zone: &Zone) -> i64 {
        let exact = |minutes: i64| now.as_millis().saturating_sub(minutes.saturating_mul(60_000)).max(EARLIEST);
        match self.unit {
            TimeUnit::Minutes => return exact(self.amount.into()),
            TimeUnit::Hours => return exact(i64::from(self.amount) * 60),
            _ => {}
        }
        let wall = now.as_millis() + zone.offset_millis(now);
        let Some(local) = DateTime::from_timestamp_millis(wall) else { return EARLIEST };
        let Some(date) = self.days_before(local.date_naive()) else { return EARLIEST };
        let mut walls = [date.and_time(local.time()).and_utc().timestamp_millis()];
        zone.instants_of(&mut walls);
        walls[0]
    }

    fn days_before(self, date: NaiveDate) -> Option<NaiveDate> {
        let amount = self.amount;
        match self.unit {
            TimeUnit::Months => date.checked_sub_months(Months::new(amount)),
            TimeUnit::Years => date.checked_sub_months(Months::new(amount.checked_mul(12)?)),
            TimeUnit::Weeks => date.checked_sub_days(Days::new(u64::from(amount) * 7)),
            _ => date.checked_sub_days(Days::new(amount.into())),
        }
    }
}

fn ago(value: &Operand) -> Result<Ago> {
    match value {
        Operand::Ago(ago) if ago.amount > 0 => Ok(*ago),
        Operand::Ago(_) => Err(malformed("a length of time is at least 1")),
        _ => Err(malformed("a length of time is needed").with_hint("as `{\"days\": 7}`")),
    }
}

fn id(value: &Operand) -> Result<Operand> {
    match value {
        Operand::Text(text) if text.trim().is_empty() => Err(malformed("an id must not be empty")),
        Operand::Text(_) | Operand::Int(_) => Ok(value.clone()),
        _ => Err(malformed("an id is needed").with_hint("a text or a whole number")),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of contacts are f64; a larger integer is its nearest one")]
fn number(value: &Operand) -> Result<f64> {
    match value {
        Operand::Int(value) => Ok(*value as f64),
        // Zero is one number.
        Operand::Float(value) if value.is_finite() => Ok(*value + 0.0),
        _ => Err(malformed("a number is needed")),
    }
}

fn date(value: &Operand) -> Result<NaiveDate> {
    let found = match value {
        Operand::Text(text) if text.len() == 10 => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        Operand::Text(_) => None,
        _ => return Err(malformed("a date is needed").with_hint("as `2026-07-01`")),
    };
    found.ok_or_else(|| Error::new(Code::InvalidDate, "not a date").with_hint("write a date like `2026-07-01`"))
}

fn minute(value: &Operand) -> Result<u16> {
    let Operand::Text(text) = value else {
        return Err(malformed("a time of day is needed").with_hint("as `18:30`"));
    };
    let minute = Minute::parse(text).map(Minute::of_day);
    minute.ok_or_else(|| Error::new(Code::InvalidDate, "not a time of day").with_hint("write it like `18:30`"))
}

/// An instant, or the span of a local date: its start, what comes after it, and whether it is a date (T3).
fn span(value: &Operand, zone: &Zone) -> Result<(i64, i64, bool)> {
    let at = match value {
        Operand::Text(text) if text.len() == 10 => {
            let day = date(value)?;
            let next = day.succ_opt().unwrap_or(day);
            return Ok((zone.start_of_day(day)?.as_millis(), zone.start_of_day(next)?.as_millis(), true));
        }
        Operand::Text(text) => Instant::parse(text)?,
        Operand::Int(millis) => Instant::from_millis(i64::try_from(*millis).unwrap_or(i64::MAX))?,
        _ => {
            return Err(malformed("a date or a point in time is needed")
                .with_hint("a date, a time in ISO 8601 with its offset, or epoch milliseconds"));
        }
    };
    Ok((at.as_millis(), at.as_millis() + 1, false))
}
