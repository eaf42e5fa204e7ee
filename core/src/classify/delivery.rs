//! What became of an outgoing message, from a history in any order (K5, K6, D5, D11).

use serde::Serialize;

use super::{Untracked, present};
use crate::message::{Status, StatusUpdate};
use crate::time::Instant;

/// How long after the message an update still counts, in milliseconds: 30 × 24 h, the bound included (K6).
pub const LATE_AFTER_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

/// One update of a delivery history, borrowed: for hosts whose histories are columns.
///
/// # Example
/// ```
/// use omnicontact::classify::Update;
/// use omnicontact::{Status, StatusUpdate};
/// let row = StatusUpdate::new(Status::Sent, None);
/// assert_eq!(Update::from(&row).status, Status::Sent);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update<'a> {
    /// The status reported.
    pub status: Status,
    /// When it happened, UTC; `None` is never too late (D11).
    pub at: Option<Instant>,
    /// The provider's error code.
    pub error_code: Option<&'a str>,
    /// The provider's error text.
    pub error: Option<&'a str>,
}

impl<'a> From<&'a StatusUpdate> for Update<'a> {
    fn from(row: &'a StatusUpdate) -> Self {
        Self { status: row.status, at: row.at, error_code: row.error_code.as_deref(), error: row.error.as_deref() }
    }
}

/// The one current status of a message, with the earliest time of each status it reached (K5).
///
/// # Example
/// ```
/// use omnicontact::classify::{self, Untracked};
/// use omnicontact::{Instant, Status, StatusUpdate};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let history = [StatusUpdate::new(Status::Failed, None), StatusUpdate::new(Status::Sent, Some(at))];
/// let found = classify::delivery(at, Some(&history), Untracked::Sent);
/// assert_eq!((found.status, found.accepted), (Status::Failed, true));
/// assert_eq!(found.first_success(), Some(at));
/// assert_eq!(found.failure_logged_at(at), Some(at));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Delivery<'a> {
    /// The current status: read > delivered > failed > sent > pending.
    pub status: Status,
    /// Whether the provider accepted it at least once, also where it failed later (P5).
    pub accepted: bool,
    /// Earliest time of `sent`, UTC.
    pub sent_at: Option<Instant>,
    /// Earliest time of `delivered`, UTC; a message that is read may have none.
    pub delivered_at: Option<Instant>,
    /// Earliest time of `read`, UTC.
    pub read_at: Option<Instant>,
    /// Earliest time of a failure, UTC, also where a success outranks it; none if no failure has a time.
    pub failed_at: Option<Instant>,
    /// Error code of the failure that gave the text; where no failure has a text, of the earliest that has a code (D41).
    pub error_code: Option<&'a str>,
    /// Error text of the earliest failure that has one, also where a success outranks it (D11).
    pub error: Option<&'a str>,
}

impl Delivery<'_> {
    const PENDING: Self = Self {
        status: Status::Pending,
        accepted: false,
        sent_at: None,
        delivered_at: None,
        read_at: None,
        failed_at: None,
        error_code: None,
        error: None,
    };

    /// The earliest known time of sent, delivered or read; none if there is no success or none has a time (K8).
    pub fn first_success(&self) -> Option<Instant> {
        [self.sent_at, self.delivered_at, self.read_at].into_iter().flatten().min()
    }

    /// When the failed log shows the message, if its current status is failed: at the failure, or at the message's
    /// own time where no failure has one (D11).
    pub fn failure_logged_at(&self, message_at: Instant) -> Option<Instant> {
        (self.status == Status::Failed).then(|| self.failed_at.unwrap_or(message_at))
    }
}

/// What became of a message sent at `message_at` (K5).
///
/// The order of the history does not matter, nor do repetitions. Updates more than 30 × 24 h after the message are
/// ignored (K6), those without a time never (D11). `None` means that the host tracks no delivery: the policy says
/// whether the message counts as sent at its own time or as pending (D5). An empty history, or one of late updates
/// only, is pending. Empty error texts and codes are missing.
///
/// # Example
/// ```
/// use omnicontact::classify::{self, Untracked};
/// use omnicontact::{Instant, Status, StatusUpdate};
/// let at = |seconds: i64| Instant::from_millis(1_751_371_200_000 + seconds * 1000).unwrap();
/// let history = [
///     StatusUpdate::new(Status::Read, Some(at(90))),
///     StatusUpdate::new(Status::Failed, Some(at(5))),
///     StatusUpdate::new(Status::Sent, Some(at(1))),
/// ];
/// let found = classify::delivery(at(0), Some(&history), Untracked::Sent);
/// assert_eq!(found.status, Status::Read);
/// assert_eq!((found.sent_at, found.delivered_at, found.read_at), (Some(at(1)), None, Some(at(90))));
/// ```
pub fn delivery(message_at: Instant, history: Option<&[StatusUpdate]>, untracked: Untracked) -> Delivery<'_> {
    match (history, untracked) {
        (Some(history), _) => delivery_of(message_at, history.iter().map(Update::from)),
        (None, Untracked::Pending) => Delivery::PENDING,
        (None, Untracked::Sent) => {
            Delivery { status: Status::Sent, accepted: true, sent_at: Some(message_at), ..Delivery::PENDING }
        }
    }
}

/// As [`delivery`], for a tracked history that is not made of rows.
///
/// # Example
/// ```
/// use omnicontact::classify::{self, Update};
/// use omnicontact::{Instant, Status};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let failed = Update { status: Status::Failed, at: None, error_code: Some("131047"), error: None };
/// let found = classify::delivery_of(at, [failed]);
/// assert_eq!((found.status, found.error_code), (Status::Failed, Some("131047")));
/// assert_eq!(found.failure_logged_at(at), Some(at));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn delivery_of<'a>(message_at: Instant, history: impl IntoIterator<Item = Update<'a>>) -> Delivery<'a> {
    let mut found = Delivery::PENDING;
    // Every choice is a minimum or maximum over a total order, so that order and repetition cannot matter (K5).
    let mut first_text = None;
    let mut first_code = None;
    for update in history {
        if update.at.is_some_and(|at| is_late(message_at, at)) {
            continue;
        }
        if update.status.rank() > found.status.rank() {
            found.status = update.status;
        }
        found.accepted |= update.status.proves_accepted();
        match update.status {
            Status::Pending => {}
            Status::Sent => keep_earliest(&mut found.sent_at, update.at),
            Status::Delivered => keep_earliest(&mut found.delivered_at, update.at),
            Status::Read => keep_earliest(&mut found.read_at, update.at),
            Status::Failed => {
                keep_earliest(&mut found.failed_at, update.at);
                let at = update.at.unwrap_or(message_at);
                let code = present::text(update.error_code);
                if let Some(text) = present::text(update.error) {
                    keep_earliest(&mut first_text, Some((at, text, code.is_none(), code)));
                }
                keep_earliest(&mut first_code, code.map(|code| (at, code)));
            }
        }
    }
    (found.error, found.error_code) = match first_text {
        Some((_, text, _, code)) => (Some(text), code),
        None => (None, first_code.map(|(_, code)| code)),
    };
    found
}

fn is_late(message_at: Instant, at: Instant) -> bool {
    at.as_millis() - message_at.as_millis() > LATE_AFTER_MILLIS
}

fn keep_earliest<T: Ord>(kept: &mut Option<T>, other: Option<T>) {
    if let Some(other) = other
        && kept.as_ref().is_none_or(|kept| other < *kept)
    {
        *kept = Some(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    const T0: i64 = 1_751_371_200_000;

    fn at(after: i64) -> Instant {
        Instant::from_millis(T0 + after).unwrap()
    }

    fn update(status: Status, after: i64) -> StatusUpdate {
        StatusUpdate::new(status, Some(at(after)))
    }

    fn failure(after: Option<i64>, code: Option<&str>, error: Option<&str>) -> StatusUpdate {
        StatusUpdate {
            status: Status::Failed,
            at: after.map(at),
            error_code: code.map(str::to_owned),
            error: error.map(str::to_owned),
        }
    }

    fn found(history: &[StatusUpdate]) -> Delivery<'_> {
        delivery(at(0), Some(history), Untracked::Sent)
    }

    #[test]
    fn of_any_two_statuses_the_higher_one_is_current_in_both_orders() {
        let order = [Status::Read, Status::Delivered, Status::Failed, Status::Sent, Status::Pending];
        for (position, high) in order.into_iter().enumerate() {
            for low in order.into_iter().skip(position) {
                assert_eq!(found(&[update(high, 1), update(low, 2)]).status, high);
                assert_eq!(found(&[update(low, 2), update(high, 1)]).status, high);
            }
        }
    }

    #[test]
    fn the_earliest_time_per_status_wins() {
        let history = [update(Status::Delivered, 9), update(Status::Delivered, 3), update(Status::Delivered, 5)];
        assert_eq!(found(&history).delivered_at, Some(at(3)));
        let untimed = [StatusUpdate::new(Status::Sent, None), update(Status::Sent, 4)];
        assert_eq!(found(&untimed).sent_at, Some(at(4)));
    }

    #[test]
    fn read_without_delivered_has_no_delivered_time() {
        let history = [update(Status::Read, 9)];
        let found = found(&history);
        assert_eq!((found.status, found.delivered_at, found.read_at), (Status::Read, None, Some(at(9))));
        assert!(found.accepted);
    }

    #[test]
    fn thirty_days_count_and_a_millisecond_more_does_not() {
        assert_eq!(found(&[update(Status::Read, 30 * DAY)]).status, Status::Read);
        let late = [update(Status::Sent, 1), update(Status::Read, 30 * DAY + 1)];
        let late = found(&late);
        assert_eq!((late.status, late.read_at), (Status::Sent, None));
        let failed = [update(Status::Sent, 1), failure(Some(31 * DAY), Some("1"), Some("late"))];
        let failed = found(&failed);
        assert_eq!((failed.failed_at, failed.error, failed.error_code), (None, None, None));
    }

    #[test]
    fn all_late_is_as_an_empty_history() {
        let late = [update(Status::Delivered, 40 * DAY)];
        assert_eq!(found(&late), found(&[]));
        assert_eq!(found(&[]), Delivery::PENDING);
    }

    #[test]
    fn an_update_without_a_time_or_before_the_message_counts() {
        assert_eq!(found(&[StatusUpdate::new(Status::Read, None)]).status, Status::Read);
        assert_eq!(found(&[StatusUpdate::new(Status::Read, None)]).read_at, None);
        assert_eq!(found(&[update(Status::Sent, -5)]).sent_at, Some(at(-5)));
    }

    #[test]
    fn no_history_is_by_policy_and_an_empty_one_is_pending() {
        let sent = delivery(at(0), None, Untracked::Sent);
        assert_eq!((sent.status, sent.accepted, sent.sent_at), (Status::Sent, true, Some(at(0))));
        let pending = delivery(at(0), None, Untracked::Pending);
        assert_eq!((pending.status, pending.accepted, pending.sent_at), (Status::Pending, false, None));
        assert_eq!(delivery(at(0), Some(&[]), Untracked::Sent).status, Status::Pending);
    }

    #[test]
    fn accepted_is_any_success_even_if_it_failed_later() {
        assert!(found(&[update(Status::Failed, 2), update(Status::Sent, 1)]).accepted);
        assert!(!found(&[update(Status::Failed, 2), update(Status::Pending, 1)]).accepted);
        assert!(!found(&[update(Status::Failed, 2), update(Status::Sent, 31 * DAY)]).accepted);
    }

    #[test]
    fn an_error_is_kept_when_a_success_outranks_it() {
        let history = [failure(Some(1), Some("131026"), Some("undeliverable")), update(Status::Delivered, 2)];
        let found = found(&history);
        assert_eq!((found.status, found.failed_at), (Status::Delivered, Some(at(1))));
        assert_eq!((found.error_code, found.error), (Some("131026"), Some("undeliverable")));
        assert_eq!(found.failure_logged_at(at(0)), None);
    }

    #[test]
    fn the_error_text_is_the_earliest_failures_that_has_one() {
        let history = [
            failure(Some(9), Some("c"), Some("third")),
            failure(Some(1), Some("a"), None),
            failure(Some(2), Some("a"), Some("")),
            failure(Some(5), Some("b"), Some("second")),
        ];
        let found = found(&history);
        assert_eq!((found.error, found.error_code, found.failed_at), (Some("second"), Some("b"), Some(at(1))));
    }

    #[test]
    fn a_text_takes_no_code_of_another_failure() {
        let history = [failure(Some(1), None, Some("text")), failure(Some(3), Some("b"), None)];
        assert_eq!((found(&history).error, found(&history).error_code), (Some("text"), None));
        let codes = [failure(Some(5), Some("a"), None), failure(Some(3), Some("b"), None)];
        assert_eq!(found(&codes).error_code, Some("b"));
        let none = [failure(Some(1), Some(""), Some("text"))];
        assert_eq!(found(&none).error_code, None);
    }

    #[test]
    fn of_two_failures_alike_the_one_with_a_code_gives_it() {
        let history = [
            failure(Some(1), Some("x"), None),
            failure(Some(5), None, Some("text")),
            failure(Some(5), Some("y"), Some("text")),
        ];
        assert_eq!(found(&history).error_code, Some("y"));
    }

    #[test]
    fn an_untimed_failure_stands_at_the_messages_time() {
        let history = [failure(Some(5), None, Some("later")), failure(None, None, Some("untimed"))];
        assert_eq!(found(&history).error, Some("untimed"));
        let untimed = [failure(None, None, None)];
        let untimed = found(&untimed);
        assert_eq!((untimed.failed_at, untimed.failure_logged_at(at(0))), (None, Some(at(0))));
    }

    #[test]
    fn an_error_on_a_success_is_no_failure() {
        let warned = StatusUpdate { error: Some("slow".into()), ..update(Status::Sent, 1) };
        assert_eq!(found(&[warned]).error, None);
    }

    #[test]
    fn the_first_success_is_the_earliest_known_one() {
        let history = [update(Status::Read, 3), update(Status::Delivered, 7), update(Status::Failed, 1)];
        assert_eq!(found(&history).first_success(), Some(at(3)));
        assert_eq!(found(&[StatusUpdate::new(Status::Sent, None)]).first_success(), None);
    }
}
