//! The event index: contact events in order of (time, sequence), one combination code a row.

use super::coding::check_times;
use super::column::{IdColumn, TextColumn, TimeColumn, check_len};
use super::combo::{Combiner, ComboCodes, EventCombo};
use super::intern::{BLOCK, Dictionary, Lookup, NONE, Reader};
use super::lanes::Lanes;
use super::messages::{Dictionaries, row_number};
use super::order::{self, Order, Watch};
use super::posting::Postings;
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::id::ForeignId;
use crate::message::Source;

/// Columns of contact events, as a host has them. Optional columns may be absent.
///
/// # Example
/// ```
/// use omnicontact::dataset::{Codes, EventColumns, IdColumn, TimeColumn};
/// let at = vec![1_751_371_200_000_i64];
/// let kind = vec![0_u8];
/// let columns = EventColumns::new(
///     TimeColumn::from(&at),
///     IdColumn::coded(Codes::U8((&kind).into()), ["added", "connected", "deleted", "merged"]),
///     IdColumn::from(vec![7_i64]),
/// );
/// assert_eq!(columns.at.len(), 1);
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields are those of `ContactEvent`, one column each")]
pub struct EventColumns<'a> {
    /// Integers that order events at the same instant; the row's number where absent.
    pub sequence: Option<IdColumn<'a>>,
    pub at: TimeColumn<'a>,
    pub kind: IdColumn<'a>,
    pub contact: IdColumn<'a>,
    pub name: Option<TextColumn<'a>>,
    pub secondary: Option<IdColumn<'a>>,
    pub source: Option<IdColumn<'a>>,
    pub channel: Option<IdColumn<'a>>,
    pub user: Option<IdColumn<'a>>,
    /// Whether all events follow from messages; they stand in order of time and message id.
    pub(crate) derived: bool,
    /// Whether some of the sequences are rows' numbers, of events that name contacts or merge them.
    pub(crate) unnumbered: bool,
}

impl<'a> EventColumns<'a> {
    /// The required columns.
    pub fn new(at: TimeColumn<'a>, kind: IdColumn<'a>, contact: IdColumn<'a>) -> Self {
        Self { at, kind, contact, ..Self::default() }
    }

    pub(super) fn check_lengths(&self) -> Result<usize> {
        let rows = self.at.len();
        self.kind.check_len(rows, "kind")?;
        self.contact.check_len(rows, "contact")?;
        for (column, name) in [
            (&self.sequence, "sequence"),
            (&self.secondary, "secondary"),
            (&self.source, "source"),
            (&self.channel, "channel"),
            (&self.user, "user"),
        ] {
            if let Some(column) = column {
                column.check_len(rows, name)?;
            }
        }
        if let Some(name) = &self.name {
            check_len(name.len(), rows, "name")?;
        }
        if rows >= NONE as usize {
            return Err(Error::new(Code::TooLarge, format!("{rows} rows are too many for one dataset"))
                .with_hint("build a partial report for each part and merge them"));
        }
        Ok(rows)
    }
}

impl std::fmt::Debug for EventColumns<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EventColumns({} rows)", self.at.len())
    }
}

/// Contact events, indexed; positions and rows as in the message index.
#[derive(Debug)]
pub(crate) struct EventIndex<'a> {
    pub(crate) columns: EventColumns<'a>,
    pub(crate) order: Order,
    pub(crate) codes: ComboCodes,
    pub(crate) combos: Vec<EventCombo>,
    pub(crate) users: Option<Lookup<'a>>,
    pub(crate) by_user: Postings,
    /// By kind, as its number: logs show one kind, and some are rare.
    pub(crate) by_kind: Postings,
    /// Whether the host gave every event a sequence.
    pub(crate) numbered: bool,
    /// Whether all of them follow from messages.
    derived: bool,
    /// Whether every event that names a contact or merges one has a sequence: then it, and not the clock, orders what
    /// they say (M6). Those that follow from messages (D27) say neither.
    pub(crate) sequenced: bool,
}

/// Where events that follow from messages stand among the host's: they have no sequence, and come before all that have
/// one at their instant, in order of message ids; so a log shows them after these (D27).
pub(crate) fn derived_number(place: usize, of: usize) -> ForeignId {
    ForeignId::Int(i128::from(i64::MIN) - of as i128 + place as i128)
}

/// Whether this is the number of an event that follows from messages.
pub(crate) fn is_derived(number: &ForeignId) -> bool {
    matches!(number, ForeignId::Int(number) if *number < i128::from(i64::MIN))
}

/// The number of a row, where a sequence is asked for and there is none.
pub(crate) fn number(row: usize) -> ForeignId {
    ForeignId::from(row as u64)
}

impl<'a> EventIndex<'a> {
    /// Checks every column and indexes it.
    pub(crate) fn build(mut columns: EventColumns<'a>, dicts: &mut Dictionaries) -> Result<Self> {
        let rows = columns.check_lengths()?;
        if let Some(row) = columns.sequence.as_ref().and_then(IdColumn::first_that_is_no_integer) {
            return Err(Error::new(Code::InvalidValue, "a sequence must be an integer").at("sequence").at_row(row));
        }
        let source_user = dicts.sources.intern(crate::id::IdRef::Text(Source::User.as_str()));
        let source_unknown = dicts.sources.intern(crate::id::IdRef::Text(Source::Unknown.as_str()));
        let mut kinds = Dictionary::default();
        let mut parsed: Vec<Option<EventKind>> = Vec::new();

        let kind_reader = Reader::new(&columns.kind, "kind", &mut kinds);
        let source_reader = Reader::optional(columns.source.as_ref(), "source", &mut dicts.sources);
        let channel_reader = Reader::optional(columns.channel.as_ref(), "channel", &mut dicts.channels);
        let user_reader = Reader::optional(columns.user.as_ref(), "user", &mut dicts.users);

        let mut codes = ComboCodes::with_capacity(rows);
        let mut combiner: Combiner<EventCombo, 3> = Combiner::new();
        let mut user_pairs = Vec::new();
        let (mut at, mut present) = (vec![0; BLOCK], vec![0; BLOCK]);
        let lanes = Lanes::new();
        let mut kind_codes = vec![NONE; BLOCK];
        let mut source_codes = vec![NONE; BLOCK];
        let mut channel_codes = vec![NONE; BLOCK];
        let mut user_codes = vec![NONE; BLOCK];
        let mut combos = vec![0; BLOCK];

        let mut from = 0;
        while from < rows {
            let len = BLOCK.min(rows - from);
            let (at, present) = columns.at.block(from, &mut at[..len], &mut present[..len]);
            check_times(at, present, "at", from, false, lanes)?;
            kind_reader.read(from, &mut kind_codes[..len], &mut kinds)?;
            for id in &kinds.ids()[parsed.len()..] {
                parsed.push(EventKind::parse(&id.to_text()).ok());
            }
            if let Some(reader) = &source_reader {
                reader.read(from, &mut source_codes[..len], &mut dicts.sources)?;
            }
            if let Some(reader) = &channel_reader {
                reader.read(from, &mut channel_codes[..len], &mut dicts.channels)?;
            }
            if let Some(reader) = &user_reader {
                reader.read(from, &mut user_codes[..len], &mut dicts.users)?;
            }
            combiner.reserve([kinds.len(), dicts.sources.len(), dicts.channels.len()]);
            for row in 0..len {
                let Some(Some(kind)) = parsed.get(kind_codes[row] as usize).copied() else {
                    return Err(bad_kind(&kinds, kind_codes[row], from + row));
                };
                let source = if source_codes[row] == NONE { source_unknown } else { source_codes[row] };
                let channel = channel_codes[row];
                combos[row] =
                    combiner.code([kind_codes[row], source, channel], || EventCombo { kind, source, channel });
                if source == source_user && user_codes[row] != NONE {
                    user_pairs.push((user_codes[row], row_number(from + row)));
                }
            }
            codes.extend(&combos[..len]);
            from += len;
        }

        let given = |row: usize| columns.sequence.as_ref().and_then(|sequence| sequence.get(row));
        let numbered = rows == 0 || columns.sequence.as_ref().is_some_and(IdColumn::is_whole);
        let says = |row: usize| {
            columns.name.as_ref().is_some_and(|names| names.get(row).is_some())
                || columns.secondary.as_ref().is_some_and(|secondary| secondary.id(row).is_some())
        };
        let sequenced = !columns.unnumbered
            && columns.sequence.is_some()
            && (numbered || (0..rows).all(|row| !says(row) || given(row).is_some()));
        if !numbered && columns.sequence.is_some() {
            // Events without a sequence go by their row among those that have one.
            let filled: Vec<ForeignId> = (0..rows).map(|row| given(row).unwrap_or_else(|| number(row))).collect();
            columns.sequence = Some(filled.into());
        }
        let sorted = Watch::over(&columns.at, columns.sequence.as_ref());
        let order = Order::of(&columns.at, columns.sequence.as_ref(), sorted);
        if let Some(permutation) = order.permutation() {
            codes = codes.permuted(permutation);
            let inverse = order::inverse(permutation);
            for pair in &mut user_pairs {
                pair.1 = inverse[pair.1 as usize];
            }
            user_pairs.sort_unstable_by_key(|pair| pair.1);
        }
        let users = columns.user.clone().map(|column| Lookup::new(column, "user", &mut dicts.users));
        let combos = combiner.into_combos();
        let kind = |position: usize| combos[codes.get(position) as usize].kind as u32;
        let kind_pairs: Vec<(u32, u32)> = (0..rows).map(|position| (kind(position), row_number(position))).collect();
        Ok(Self {
            users,
            by_kind: Postings::new(&kind_pairs, EventKind::ALL.len()),
            by_user: Postings::new(&user_pairs, dicts.users.len()),
            combos,
            numbered,
            derived: columns.derived,
            sequenced,
            columns,
            order,
            codes,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// What orders the event of a row among those of its instant: its sequence, or its row.
    pub(crate) fn tie(&self, row: usize) -> ForeignId {
        if self.derived {
            return derived_number(row, self.len());
        }
        self.columns.sequence.as_ref().and_then(|sequence| sequence.get(row)).unwrap_or_else(|| number(row))
    }

    /// Kind of the event at a position.
    pub(crate) fn kind(&self, position: u32) -> EventKind {
        self.combos[self.codes.get(position as usize) as usize].kind
    }

    /// Bytes that the index adds to the host's columns.
    pub(crate) fn bytes(&self) -> usize {
        self.codes.bytes() + self.by_user.bytes() + self.by_kind.bytes() + self.order.bytes()
    }
}

fn bad_kind(kinds: &Dictionary, code: u32, row: usize) -> Error {
    let error = match kinds.ids().get(code as usize) {
        Some(word) => Error::new(Code::InvalidValue, format!("unknown event kind `{word}`"))
            .with_allowed(EventKind::ALL.iter().map(EventKind::as_str)),
        None => Error::new(Code::MissingValue, "`kind` is missing"),
    };
    error.at("kind").at_row(row)
}
