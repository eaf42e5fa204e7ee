//! Requests about counting, resets and access (N, R, S5), for hosts with contacts in a database.

use serde::{Deserialize, Serialize};

use crate::access::{self, Action, Actor, Forbidden, Ownership};
use crate::contact::Contact;
use crate::counting::{self, Admission, Month, Unit, UnitSpan};
use crate::error::Result;
use crate::id::ForeignId;
use crate::reset::{self, DEFAULT_TAG, ResetMode, ResetPlan, Schedule};
use crate::time::{Instant, Zone};

/// Asks whether new units fit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmitUnits {
    /// Units that may be used; null is no limit.
    pub limit: Option<u64>,
    /// Units used.
    pub used: u64,
    /// Units that would come.
    #[serde(default = "one")]
    pub units: u64,
}

pub(super) const fn one() -> u64 {
    1
}

/// Whether new units fit (N4).
pub fn admit_units(request: &AdmitUnits) -> Admission {
    counting::admit(request.limit, request.used, request.units)
}

/// The life of a unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitLife {
    /// The unit.
    pub unit: Unit,
    /// When somebody first held it.
    pub from: Instant,
    /// When nobody held it any more.
    pub until: Option<Instant>,
}

/// Asks for the usage of a month.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthUsage {
    /// When which unit was held.
    pub units: Vec<UnitLife>,
    /// The month, `2025-07`.
    pub month: Month,
    /// The workspace's zone.
    pub zone: String,
}

/// The usage of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Units that existed at the month's first instant.
    pub carried: u64,
    /// Units first seen in the month.
    pub new: u64,
    /// Both.
    pub used: u64,
}

/// The usage of a month, straight from its definition (N2).
///
/// # Errors
/// `unknown_zone` at `zone`; `instant_out_of_range` at `month`.
pub fn month_usage(request: &MonthUsage) -> Result<Usage> {
    let zone = Zone::new(&request.zone)?;
    let spans: Vec<UnitSpan> = request
        .units
        .iter()
        .map(|life| UnitSpan { unit: life.unit.clone(), from: life.from, until: life.until })
        .collect();
    let (carried, new) = counting::usage(&spans, request.month, &zone).map_err(|error| error.at("month"))?;
    Ok(Usage { carried, new, used: carried + new })
}

/// Asks for the quota month of an instant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthOf {
    /// The workspace's zone.
    pub zone: String,
    /// The instant.
    pub at: Instant,
}

/// A quota month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuotaMonth {
    /// The month.
    pub month: Month,
    /// Its first instant.
    pub start: Instant,
    /// The first instant of the next.
    pub end: Instant,
    /// Last date on which a reset can be asked for.
    pub deadline: String,
}

/// The quota month of an instant (R2, R3).
///
/// # Errors
/// `unknown_zone` at `zone`, `instant_out_of_range` at `at`.
pub fn month_of(request: &MonthOf) -> Result<QuotaMonth> {
    let zone = Zone::new(&request.zone)?;
    let month = Month::of(request.at, &zone);
    let start = month.start(&zone).map_err(|error| error.at("at"))?;
    Ok(QuotaMonth { month, start, end: month.end(&zone), deadline: month.deadline().to_string() })
}

/// A request for a reset mode.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModeRequest {
    /// The mode.
    pub mode: ResetMode,
    /// When it was asked for.
    pub at: Instant,
}

/// Asks which reset is due.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleReset {
    /// The workspace's zone.
    pub zone: String,
    /// Every request so far, in order.
    pub requests: Vec<ModeRequest>,
    /// The current month.
    pub month: Month,
    /// Months whose reset was run.
    #[serde(default)]
    pub done: Vec<Month>,
}

/// Which reset is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResetSchedule {
    /// First month in force, of each request.
    pub from: Vec<Month>,
    /// The earliest month whose reset is to be run.
    pub due: Option<Month>,
    /// The mode for that month.
    pub mode: Option<ResetMode>,
}

/// Which reset is due (R2, R3, D22).
///
/// # Errors
/// `unknown_zone` at `zone`.
pub fn schedule_reset(request: &ScheduleReset) -> Result<ResetSchedule> {
    let zone = Zone::new(&request.zone)?;
    let mut schedule = Schedule::default();
    let from = request.requests.iter().map(|asked| schedule.request(asked.mode, asked.at, &zone)).collect();
    for month in &request.done {
        schedule.mark_done(*month);
    }
    let due = schedule.due(request.month);
    Ok(ResetSchedule { from, due, mode: due.map(|month| schedule.mode(month)) })
}

/// A contact with when it was added.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedContact {
    /// The contact.
    pub contact: Contact,
    /// When it was added; when it was created where absent.
    pub added_at: Option<Instant>,
}

/// Asks who would go.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RehearseReset {
    /// Every contact that is there.
    pub contacts: Vec<AddedContact>,
    /// The month that the reset closes.
    pub month: Month,
    /// The mode.
    pub mode: ResetMode,
    /// Policy: the tag.
    pub tag: Option<String>,
    /// The workspace's zone.
    pub zone: String,
}

/// Who would go at the reset of a month (R1, R4); nothing is changed.
///
/// # Errors
/// `unknown_zone` at `zone`.
pub fn plan_reset(request: &RehearseReset) -> Result<ResetPlan> {
    let zone = Zone::new(&request.zone)?;
    let contacts = request.contacts.iter().map(|one| (&one.contact, one.added_at.unwrap_or(one.contact.created_at)));
    let tag = request.tag.as_deref().unwrap_or(DEFAULT_TAG);
    Ok(reset::plan(contacts, request.month, request.mode, tag, &zone))
}

/// Whose contact it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Owner {
    /// User that the contact is assigned to.
    pub user: Option<ForeignId>,
    /// Team that the contact is assigned to.
    pub team: Option<ForeignId>,
}

/// Asks whether somebody may do something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckAccess {
    /// Who asks.
    pub actor: Actor,
    /// What is wanted.
    pub action: Action,
    /// Whose contact it is about; none where no contact is meant.
    pub owner: Option<Owner>,
}

/// Whether somebody may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Access {
    /// Whether it is allowed.
    pub allowed: bool,
    /// What stands against it.
    pub forbidden: Option<Forbidden>,
}

impl From<std::result::Result<(), Forbidden>> for Access {
    fn from(checked: std::result::Result<(), Forbidden>) -> Self {
        Self { allowed: checked.is_ok(), forbidden: checked.err() }
    }
}

/// Whether somebody may do something (S5).
pub fn check_access(request: &CheckAccess) -> Access {
    let owner = request.owner.as_ref().map(|owner| Ownership { user: owner.user.as_ref(), team: owner.team.as_ref() });
    access::check(&request.actor, request.action, owner).into()
}
