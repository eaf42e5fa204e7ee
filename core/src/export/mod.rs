//! Reports in the shapes people take along: tables, CSV, charts, a page to read, text for a terminal (S4, P13).
//!
//! [`contact_table`] makes a table of contacts. Everything else here reads a finished [`Report`](crate::Report) and nothing else, but for [`log_pages`], which asks a
//! dataset for the whole of a log.

pub(crate) mod chart;
mod contact_table;
pub mod csv;
pub mod html;
mod log_pages;
mod log_table;
mod markup;
mod palette;
mod part_table;
#[cfg(feature = "pdf")]
pub mod pdf;
mod shown;
pub mod svg;
mod table;
pub mod terminal;
pub mod vega;
#[cfg(feature = "xlsx")]
pub mod xlsx;

pub use chart::{ChartKind, charts};
pub use contact_table::{LIST_SEPARATOR, contact_table, contact_title};
pub use log_pages::{LogPages, log_pages};
pub use table::{Table, TableColumn, Values};
