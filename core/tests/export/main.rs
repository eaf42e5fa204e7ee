//! Tables, CSV, charts, page and text, checked against the rules they show.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::float_cmp, reason = "shares and sums of hundredths are exact")]

mod csv;
mod data;
mod html;
mod svg;
mod table;
mod terminal;
mod vega;
mod words;
