//! A table: named columns of one type each.

use serde::{Deserialize, Serialize};

use crate::id::ForeignId;
use crate::report::Entry;

/// Named columns of equal length: what exports and bindings turn into their own kind of table.
///
/// As JSON: `{"columns": [{"name", "title", "type", "values"}, …]}`.
///
/// # Example
/// ```
/// use omnicontact::export::{Table, TableColumn, Values};
/// let table = Table {
///     columns: vec![
///         TableColumn::new("label", "Name", Values::Text(vec![Some("Web".to_owned())])),
///         TableColumn::new("count", "Count", Values::Int(vec![Some(3)])),
///     ],
/// };
/// assert_eq!((table.len(), table.column("count").unwrap().is_empty()), (1, false));
/// assert_eq!(
///     serde_json::to_value(&table).unwrap()["columns"][1],
///     serde_json::json!({"name": "count", "title": "Count", "type": "int", "values": [3]}),
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<TableColumn>,
}

impl Table {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values of a column.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.values)
    }
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Stable key, the same in every language.
    pub name: String,
    /// Header in the report's language.
    pub title: String,
    /// The values.
    #[serde(flatten)]
    pub values: Values,
}

impl TableColumn {
    /// A column.
    pub fn new(name: impl Into<String>, title: impl Into<String>, values: Values) -> Self {
        Self { name: name.into(), title: title.into(), values }
    }
}

/// The values of a column, one a row; `None` where missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "values", rename_all = "snake_case")]
pub enum Values {
    /// Texts.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Int(Vec<Option<i64>>),
    /// Numbers with a fraction.
    Float(Vec<Option<f64>>),
    /// Instants: UTC epoch milliseconds.
    Time(Vec<Option<i64>>),
    /// Truth values.
    Bool(Vec<Option<bool>>),
    /// Ids as the host has them.
    Id(Vec<Option<ForeignId>>),
    /// Few values that many rows share, each with a key and a name or word.
    Category {
        /// Place in `entries`, one a row.
        codes: Vec<Option<u32>>,
        /// The values.
        entries: Vec<Entry>,
    },
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Int(values) | Self::Time(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Id(values) => values.len(),
            Self::Category { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
