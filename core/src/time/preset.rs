//! The words for periods, granularities and weekdays.

use crate::label::labels;

labels! { closed
    /// Name of a period (T2, D1, D2).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Preset;
    /// assert_eq!(Preset::parse("last_30_days").unwrap(), Preset::Last30Days);
    /// assert_eq!(Preset::ThisMonth.as_str(), "this_month");
    /// ```
    Preset, "period" {
        /// The whole local day of `now`, its hours to come included (D2).
        Today = "today",
        /// The local date before today.
        Yesterday = "yesterday",
        /// Seven local dates ending today (policy `include_today`).
        Last7Days = "last_7_days",
        /// Fourteen local dates ending today (policy `include_today`).
        Last14Days = "last_14_days",
        /// Thirty local dates ending today (policy `include_today`).
        Last30Days = "last_30_days",
        /// From the first day of the week (policy `week_start`) to today (policy `whole_unit`).
        ThisWeek = "this_week",
        /// The whole week before this one.
        LastWeek = "last_week",
        /// From the first of the month to today (policy `whole_unit`).
        ThisMonth = "this_month",
        /// The whole month before this one.
        LastMonth = "last_month",
        /// From the first day of the quarter to today (policy `whole_unit`).
        ThisQuarter = "this_quarter",
        /// The whole quarter before this one.
        LastQuarter = "last_quarter",
        /// From the first of January to today (policy `whole_unit`).
        ThisYear = "this_year",
        /// The whole year before this one.
        LastYear = "last_year",
        /// From the day of the first record to today, or to the day of the last record if later (D2).
        AllTime = "all_time",
        /// Dates or instants of the caller's choice.
        Custom = "custom",
    }
}

labels! { closed
    /// Width of a time bucket (T4).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Granularity;
    /// assert_eq!(Granularity::parse("week").unwrap(), Granularity::Week);
    /// assert!(Granularity::parse("minute").is_err());
    /// ```
    Granularity, "granularity" {
        /// 60 minutes counted from the day's start; the day's last piece may be shorter (D4).
        Hour = "hour",
        /// A local day: 23, 24, 25 hours or stranger (T3).
        Day = "day",
        /// Seven local dates (policy `week_start`).
        Week = "week",
        /// A calendar month of the zone.
        Month = "month",
        /// A calendar quarter of the zone.
        Quarter = "quarter",
        /// A calendar year of the zone.
        Year = "year",
        /// Hour up to 2 local days, day up to 92, week up to 400, else month (T4, D4).
        Auto = "auto",
    }
}

labels! { closed
    /// Day of the week, for the policy `week_start` (T2).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Weekday;
    /// assert_eq!(Weekday::parse("sunday").unwrap(), Weekday::Sunday);
    /// ```
    Weekday, "weekday" {
        /// Monday, the default first day.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}
