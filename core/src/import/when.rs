//! Times as files write them.

use chrono::DateTime;

use super::cell::{Cell, Placed, is_digits};
use super::ndjson::Slot;
use super::options::{ImportOptions, TimeFormat};
use super::plan::shown;
use crate::error::{Code, Error, Result};
use crate::time::Instant;

/// The instant that a cell holds.
pub(super) fn instant(placed: Placed<'_>, options: &ImportOptions) -> Result<Instant> {
    let format = options.time_format;
    let read = match placed.cell {
        Cell::Text(text) => from_text(text, options),
        Cell::Slot(Slot::Int(value)) => from_number(*value, format),
        Cell::Slot(Slot::Float(value)) => match whole(*value) {
            Some(value) => from_number(value, format),
            None => Err(Error::new(Code::InvalidDate, "the number is not whole")),
        },
        Cell::Slot(_) => return Err(placed.mistyped("a time (a whole number or a text)")),
    };
    read.map_err(|refusal| {
        let found = match placed.cell {
            Cell::Text(text) => shown(text),
            Cell::Slot(_) => "the number".to_owned(),
        };
        let fault = placed.fault(format!("cannot read {found} as a time: {}", refusal.message()));
        match refusal.hint() {
            Some(hint) => fault.with_hint(hint),
            None => fault,
        }
    })
}

fn from_text(text: &str, options: &ImportOptions) -> Result<Instant> {
    if options.time_format == TimeFormat::Twitter {
        let at = DateTime::parse_from_str(text, "%a %b %d %H:%M:%S %z %Y").map_err(|_| {
            Error::new(Code::InvalidDate, "it is no time as Twitter writes it")
                .with_hint("expected a time like `Tue Oct 31 22:10:47 +0000 2017`")
        })?;
        return Instant::from_millis(at.timestamp_millis());
    }
    if is_digits(text.strip_prefix('-').unwrap_or(text)) {
        // Too many digits are as far out of range as the largest number is.
        return from_number(text.parse().unwrap_or(i128::MAX), options.time_format);
    }
    match &options.zone {
        Some(zone) => Instant::parse_in(text, zone),
        None => Instant::parse(text),
    }
}

fn from_number(number: i128, format: TimeFormat) -> Result<Instant> {
    let millis = match format {
        TimeFormat::Auto | TimeFormat::Milliseconds => number,
        TimeFormat::Seconds => number.saturating_mul(1000),
        TimeFormat::Microseconds => number.div_euclid(1000),
        TimeFormat::Twitter => return Err(Error::new(Code::InvalidDate, "it is no time as Twitter writes it")),
    };
    // What does not fit lies outside the years 1970 to 9999 on either side.
    Instant::from_millis(i64::try_from(millis).unwrap_or(-1))
}

/// JavaScript has one kind of number; whole ones up to 2^53 are exact.
fn whole(number: f64) -> Option<i128> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and within 2^53")]
    let exact = (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i128);
    exact
}
