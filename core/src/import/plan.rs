//! The plan of a reading: which column each field comes from, worked out once from the options and the header.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::field::{Field, FieldValue};
use super::options::ImportOptions;
use super::rule::{Rule, Take};
use super::stranger::{is_row_number, names_of, unknown_columns};
use crate::error::{Code, Error, Result};

/// Which column each field comes from.
pub(super) struct Plan {
    pub(super) table: &'static [Field],
    /// Names of the columns that fields come from; a position among them is a slot.
    pub(super) columns: Vec<String>,
    /// By field.
    pub(super) fields: Vec<FieldPlan>,
    /// By slot: the column's position in CSV.
    pub(super) positions: Vec<usize>,
    /// By path: what a key of JSON is.
    pub(super) known: FxHashMap<String, Known>,
    pub(super) ignore_unknown: bool,
}

#[derive(Default)]
pub(super) struct FieldPlan {
    pub(super) sources: Vec<Source>,
    pub(super) values: BTreeMap<String, String>,
}

/// A rule with slots instead of names.
pub(super) struct Source {
    pub(super) take: TakeAt,
    pub(super) when: Option<(usize, String)>,
}

pub(super) enum TakeAt {
    Column(usize),
    Mention(usize, Vec<String>),
    Constant(String),
}

/// What a key of JSON is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) slot: Option<usize>,
    /// Whether there are known keys below it.
    pub(super) parent: bool,
    /// Whether the host ignores it, and all below it that no field comes from.
    pub(super) ignored: bool,
}

impl Plan {
    /// The plan for a file with this header.
    pub(super) fn for_header(table: &'static [Field], options: &ImportOptions, header: &[String]) -> Result<Self> {
        let mut plan = Self::new(table, options, |name| header.iter().any(|column| column == name))?;
        let mut unknown: Vec<&str> = Vec::new();
        for (position, name) in header.iter().enumerate() {
            if plan.check_column(options, name, position, header[..position].contains(name))? {
                unknown.push(name);
            }
        }
        if !unknown.is_empty() {
            return Err(plan.unknown_columns(&unknown));
        }
        let missing: Vec<&str> = table
            .iter()
            .zip(&plan.fields)
            .filter(|(field, plan)| field.required && plan.sources.is_empty())
            .map(|(field, _)| field.name)
            .collect();
        if let Some(first) = missing.first() {
            let listed = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let hint = format!("rename the columns or map them; the file has {}", list(header));
            return Err(Error::new(Code::MissingColumn, format!("no column for {listed}")).with_hint(hint).at(first));
        }
        for name in &plan.columns {
            let Some(position) = header.iter().position(|column| column == name) else {
                let hint = format!("the file has {}", list(header));
                let fault = Error::new(
                    Code::MissingColumn,
                    format!("the mapping names the column {}, which is missing", shown(name)),
                );
                return Err(fault.with_hint(hint).at(name));
            };
            plan.positions.push(position);
        }
        Ok(plan)
    }

    /// The plan for JSON, whose keys show themselves row by row.
    pub(super) fn for_objects(table: &'static [Field], options: &ImportOptions) -> Result<Self> {
        let mut plan = Self::new(table, options, |_| true)?;
        for (slot, path) in plan.columns.iter().enumerate() {
            know(&mut plan.known, path, slot);
        }
        for field in table {
            let own = plan.columns.iter().position(|column| column == field.name);
            if let (Some(path), Some(slot), false) = (field.nested, own, options.mapping.contains_key(field.name)) {
                know(&mut plan.known, path, slot);
            }
        }
        for path in &options.ignored_columns {
            plan.known.entry(path.clone()).or_default().ignored = true;
        }
        Ok(plan)
    }

    fn new(table: &'static [Field], options: &ImportOptions, present: impl Fn(&str) -> bool) -> Result<Self> {
        let named = options.mapping.keys().map(|name| ("mapping", name));
        for (option, name) in named.chain(options.values.keys().map(|name| ("values", name))) {
            if position(table, name).is_none() {
                return Err(unknown_field(table, name).at(name).at(option));
            }
        }
        let mut plan = Self {
            table,
            columns: Vec::new(),
            fields: Vec::new(),
            positions: Vec::new(),
            known: FxHashMap::default(),
            ignore_unknown: options.ignore_unknown,
        };
        for field in table {
            let sources = match options.mapping.get(field.name) {
                Some(rules) => rules.iter().map(|rule| plan.source(options, field, rule)).collect::<Result<_>>()?,
                None if present(field.name) && !options.ignored_columns.contains(field.name) => {
                    vec![Source { take: TakeAt::Column(plan.slot(field.name)), when: None }]
                }
                None => Vec::new(),
            };
            let values = options.values.get(field.name).cloned().unwrap_or_default();
            plan.fields.push(FieldPlan { sources, values });
        }
        Ok(plan)
    }

    fn source(&mut self, options: &ImportOptions, field: &Field, rule: &Rule) -> Result<Source> {
        let take = match &rule.take {
            Take::Column(name) => TakeAt::Column(self.slot(name)),
            Take::Mention { column, among } => TakeAt::Mention(self.slot(column), among.clone()),
            Take::Constant(value) => TakeAt::Constant(value.clone()),
        };
        let Some((other, value)) = &rule.when else { return Ok(Source { take, when: None }) };
        let Some(at) = position(self.table, other) else {
            return Err(unknown_field(self.table, other).at("when").at(field.name).at("mapping"));
        };
        // Otherwise conditions could go round in circles.
        if options.mapping.get(other).is_some_and(|rules| rules.iter().any(|rule| rule.when.is_some())) {
            let words = format!("`{other}` has conditions itself, so no condition can look at it");
            return Err(Error::new(Code::MalformedValue, words).at("when").at(field.name).at("mapping"));
        }
        Ok(Source { take, when: Some((at, value.clone())) })
    }

    /// The slot of a column, a new one if need be.
    fn slot(&mut self, name: &str) -> usize {
        self.columns.iter().position(|column| column == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    /// Refuses a column of the header that is there twice; whether nobody knows it.
    fn check_column(&self, options: &ImportOptions, name: &str, position: usize, again: bool) -> Result<bool> {
        let used = self.columns.iter().any(|column| column == name);
        if !used && (options.ignored_columns.contains(name) || is_row_number(name, position)) {
            return Ok(false);
        }
        if !used && options.mapping.contains_key(name) {
            let words = format!("the column {} is there, and the mapping takes that field from elsewhere", shown(name));
            let hint = "take the field out of the mapping, or ignore the column";
            return Err(at_column(Error::new(Code::DuplicateColumn, words).with_hint(hint), name));
        }
        if !used {
            return Ok(!options.ignore_unknown);
        }
        if again {
            let words = format!("the column {} is there twice", shown(name));
            return Err(at_column(Error::new(Code::DuplicateColumn, words), name));
        }
        Ok(false)
    }

    /// The error of columns that nobody knows.
    pub(super) fn unknown_columns(&self, names: &[&str]) -> Error {
        let fault = unknown_columns(names, &names_of(self.table));
        names.first().map_or(fault.clone(), |name| at_column(fault, name))
    }

    /// Whether a slot feeds a field of this kind.
    pub(super) fn feeds(&self, slot: usize, value: FieldValue) -> bool {
        self.table.iter().zip(&self.fields).any(|(field, plan)| {
            field.value == value
                && plan.sources.iter().any(|source| matches!(source.take, TakeAt::Column(at) if at == slot))
        })
    }
}

/// Makes a path of keys known, and the keys above it.
fn know(known: &mut FxHashMap<String, Known>, path: &str, slot: usize) {
    known.entry(path.to_owned()).or_default().slot = Some(slot);
    for (dot, _) in path.match_indices('.') {
        known.entry(path[..dot].to_owned()).or_default().parent = true;
    }
}

fn position(table: &[Field], name: &str) -> Option<usize> {
    table.iter().position(|field| field.name == name)
}

fn unknown_field(table: &[Field], name: &str) -> Error {
    let fault = Error::new(Code::UnknownKey, format!("unknown field {}", shown(name)));
    fault.with_allowed(table.iter().map(|field| field.name))
}

fn list(header: &[String]) -> String {
    let mut names: Vec<String> = header.iter().take(50).map(|name| shown(name)).collect();
    if header.len() > names.len() {
        names.push("…".to_owned());
    }
    names.join(", ")
}

/// Puts a column before the path, unless its name says nothing.
fn at_column(fault: Error, name: &str) -> Error {
    if name.is_empty() || name.chars().count() > LONGEST { fault } else { fault.at(name) }
}

/// How many characters of the input a message shows at most.
const LONGEST: usize = 48;

/// A text for a message: in backticks, or by its length if it is long.
pub(super) fn shown(text: &str) -> String {
    let length = text.chars().count();
    if length > LONGEST {
        return format!("a text of {length} characters");
    }
    format!("`{}`", text.escape_debug())
}
