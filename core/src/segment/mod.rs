//! Contacts found: segments, search, sorted pages, saved views (S1, S2, S3).
//!
//! A [`Segment`] is a tree of and / or / not over conditions, as data. It is checked with the path of what is wrong,
//! compiled once, and run over a [`ContactTable`]: contacts with an index of dense columns, each built when a question
//! first needs it. The answer is a [`Selection`] of rows: for a page, a search within it, an export, the ids of a bulk
//! action or of a report's filter.

mod check;
mod column;
mod condition;
mod explain;
mod field;
mod patch;
mod plan;
mod search;
mod selection;
mod sort;
mod table;
mod tree;
mod view;
mod words;

pub use check::{CustomTypes, Letters, SegmentOptions, SegmentPolicy};
pub use condition::{Ago, Condition, Operand, Operator, TimeUnit};
pub use explain::{Explanation, Verdict};
pub use field::{ContactField, FieldRef, FieldType};
pub(crate) use patch::{InRow, Stale};
pub use search::{Fit, Found, Highlight, Hit};
pub use selection::Selection;
pub use sort::{PAGE, PAGE_LIMIT, PageOptions, RowPage, Sort};
pub(crate) use table::ContactHolder;
pub use table::{ContactColumns, ContactTable};
pub use tree::Segment;
pub use view::{View, check_columns, shown_columns, usual_columns};
