//! Flat files in, canonical text out (`tests/bench/README.md`).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use omnicontact::dataset::{
    Codes, DatasetOptions, EventColumns, IdColumn, Indexing, MessageColumns, TextColumn, Texts, TimeColumn, Validity,
};
use omnicontact::report::{Breakdown, Column, ComponentData, Key, LogPage, LogValues, Outcome};
use omnicontact::{Component, Dataset, Report, ReportKind};

/// Command line, as `run.py` gives it.
pub(crate) struct Arguments {
    pub(crate) data: String,
    pub(crate) queries: Vec<String>,
    pub(crate) reps: usize,
    pub(crate) file: String,
    pub(crate) variant: String,
    pub(crate) out: Option<String>,
    pub(crate) dump: Option<String>,
}

impl Arguments {
    pub(crate) fn read() -> Self {
        let mut given = BTreeMap::new();
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        while let (Some(key), Some(value)) = (words.next(), words.next()) {
            given.insert(key, value);
        }
        let text = |key: &str, default: &str| given.get(key).cloned().unwrap_or_else(|| default.to_owned());
        let all = "m30,m400,m400_berlin,m400_ch3,m400_u3,c30,c400,c400_u3";
        let data = std::env::var("BENCH_DATA").unwrap_or_else(|_| "tests/bench/data".to_owned());
        Self {
            data,
            queries: text("--queries", all).split(',').map(str::to_owned).collect(),
            reps: text("--reps", "11").parse().unwrap(),
            file: text("--file", "messages.parquet"),
            variant: text("--variant", "dataset"),
            out: given.get("--out").cloned(),
            dump: given.get("--dump").cloned(),
        }
    }
}

/// Texts as one buffer with ends, as a column store has them.
struct Packed {
    ends: Vec<u64>,
    bytes: String,
}

impl Packed {
    fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut ends, mut bytes) = (Vec::new(), String::new());
        for text in texts {
            bytes.push_str(text);
            ends.push(bytes.len() as u64);
        }
        Self { ends, bytes }
    }
}

impl Texts for Packed {
    fn len(&self) -> usize {
        self.ends.len()
    }
    fn get(&self, row: usize) -> Option<&str> {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        self.bytes.get(usize::try_from(start).ok()?..usize::try_from(*self.ends.get(row)?).ok()?)
    }
}

/// One byte a row and its dictionary; 255 is null.
struct Coded {
    codes: Vec<u8>,
    valid: Vec<u8>,
    entries: Vec<String>,
}

impl Coded {
    fn column(&self) -> IdColumn<'_> {
        let entries = self.entries.iter().map(|entry| entry.as_str().into()).collect();
        let validity = (!self.valid.is_empty()).then(|| Validity::new(&self.valid, 0));
        IdColumn::default().coded_chunk(Codes::U8((&self.codes).into()), validity, entries)
    }
}

/// The flat files of `generate.py`.
pub(crate) struct Raw {
    id: Vec<i64>,
    sent: Vec<i64>,
    delivered: Vec<i64>,
    read: Vec<i64>,
    failed: Vec<i64>,
    contact: Vec<i32>,
    coded: BTreeMap<&'static str, Coded>,
    content: TextColumn<'static>,
    event_id: Vec<i64>,
    event_at: Vec<i64>,
    event_contact: Vec<i32>,
    contact_ids: Vec<i32>,
    names: TextColumn<'static>,
    /// Our label → the label in the files.
    labels: BTreeMap<String, String>,
}

const SOURCES: &[(&str, &str)] = &[
    ("User", "user"),
    ("Workflow", "workflow"),
    ("Broadcast", "broadcast"),
    ("Bot", "bot"),
    ("API", "developer_api"),
    ("Echo Message", "echo_message"),
    ("Zapier", "zapier"),
    ("Make", "make"),
    ("Click-to-Chat Ads", "click_to_chat_ads"),
    ("Contact Import", "contact_import"),
    ("Incoming Message", "incoming_message"),
    ("whatsapp_template", "whatsapp_message_template"),
];

impl Raw {
    pub(crate) fn load(folder: &str, shuffled: bool) -> Self {
        let raw = Path::new(folder).join("raw");
        let bytes = |name: &str| std::fs::read(raw.join(format!("{name}.bin"))).unwrap();
        let order: Option<Vec<u32>> =
            shuffled.then(|| bytes("order").as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect());
        let ordered = |values: Vec<i64>| match &order {
            None => values,
            Some(order) => order.iter().map(|&row| values[row as usize]).collect(),
        };
        let longs = |name: &str| -> Vec<i64> {
            bytes(name).as_chunks::<8>().0.iter().map(|word| i64::from_le_bytes(*word)).collect()
        };
        let ints = |name: &str| -> Vec<i32> {
            bytes(name).as_chunks::<4>().0.iter().map(|word| i32::from_le_bytes(*word)).collect()
        };
        let dicts: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(&std::fs::read(raw.join("dicts.json")).unwrap()).unwrap();
        let labels: BTreeMap<String, String> =
            SOURCES.iter().map(|(theirs, ours)| ((*ours).to_owned(), (*theirs).to_owned())).collect();
        let ours = |label: &str| {
            SOURCES.iter().find(|(theirs, _)| *theirs == label).map_or(label, |(_, ours)| ours).to_owned()
        };
        let entries = |name: &str| -> Vec<String> {
            dicts[name].as_array().unwrap().iter().map(|word| ours(word.as_str().unwrap())).collect()
        };
        let coded = |file: &str, entries: Vec<String>| {
            let mut codes = bytes(file);
            if let (Some(order), true) = (&order, file.starts_with("m_")) {
                codes = order.iter().map(|&row| codes[row as usize]).collect();
            }
            let mut valid = Vec::new();
            if codes.contains(&255) {
                valid = vec![0_u8; codes.len().div_ceil(8)];
                for (row, code) in codes.iter_mut().enumerate() {
                    if *code == 255 {
                        *code = 0;
                    } else {
                        valid[row / 8] |= 1 << (row % 8);
                    }
                }
            }
            Coded { codes, valid, entries }
        };
        let mut columns = BTreeMap::new();
        columns.insert("m_dir", coded("m_dir", vec!["incoming".into(), "outgoing".into()]));
        for (file, name) in [
            ("m_channel", "channel"),
            ("m_source", "source"),
            ("m_type", "type"),
            ("m_subtype", "subtype"),
            ("m_user", "user"),
            ("m_error", "error"),
            ("e_kind", "ev_kind"),
            ("e_source", "ev_source"),
            ("e_channel", "channel"),
            ("e_user", "user"),
        ] {
            columns.insert(file, coded(file, entries(name)));
        }
        let text = |name: &str| std::fs::read_to_string(raw.join(name)).unwrap();
        let pool = text("pool.txt");
        let pool: Vec<&str> = pool.split('\n').collect();
        let contents = ints("m_content");
        let content_of = |row: usize| pool[usize::try_from(contents[row]).unwrap()];
        let content: TextColumn<'static> = match &order {
            None => Arc::new(Packed::new((0..contents.len()).map(content_of))),
            Some(order) => Arc::new(Packed::new(order.iter().map(|&row| content_of(row as usize)))),
        };
        let contact = match &order {
            None => ints("m_contact"),
            Some(order) => {
                let contacts = ints("m_contact");
                order.iter().map(|&row| contacts[row as usize]).collect()
            }
        };
        let names = text("names.txt");
        let names = Packed::new(names.split('\n'));
        Self {
            id: ordered(longs("m_id")),
            sent: ordered(longs("m_sent")),
            delivered: ordered(longs("m_delivered")),
            read: ordered(longs("m_read")),
            failed: ordered(longs("m_failed")),
            contact,
            coded: columns,
            content,
            event_id: longs("e_id"),
            event_at: longs("e_at"),
            event_contact: ints("e_contact"),
            contact_ids: (1..=i32::try_from(names.len()).unwrap()).collect(),
            names: Arc::new(names),
            labels,
        }
    }

    pub(crate) fn messages(&self) -> usize {
        self.id.len()
    }

    pub(crate) fn events(&self) -> usize {
        self.event_id.len()
    }

    fn message_columns(&self) -> MessageColumns<'_> {
        let coded = |name: &str| self.coded[name].column();
        let mut columns = MessageColumns::new((&self.sent).into(), coded("m_dir"), (&self.contact).into());
        columns.id = Some((&self.id).into());
        columns.channel = Some(coded("m_channel"));
        columns.source = Some(coded("m_source"));
        columns.message_type = Some(coded("m_type"));
        columns.subtype = Some(coded("m_subtype"));
        columns.user = Some(coded("m_user"));
        columns.delivered_at = Some((&self.delivered).into());
        columns.read_at = Some((&self.read).into());
        columns.failed_at = Some((&self.failed).into());
        columns.error = Some(coded("m_error"));
        columns.content = Some(Arc::clone(&self.content));
        columns
    }

    fn event_columns(&self) -> EventColumns<'_> {
        let coded = |name: &str| self.coded[name].column();
        let mut columns =
            EventColumns::new(TimeColumn::from(&self.event_at), coded("e_kind"), (&self.event_contact).into());
        columns.sequence = Some((&self.event_id).into());
        columns.source = Some(coded("e_source"));
        columns.channel = Some(coded("e_channel"));
        columns.user = Some(coded("e_user"));
        columns
    }

    pub(crate) fn dataset(&self) -> Dataset<'_> {
        Dataset::builder()
            .message_columns(self.message_columns())
            .event_columns(self.event_columns())
            .contact_names((&self.contact_ids).into(), Arc::clone(&self.names))
            .options(DatasetOptions::default().index(Indexing::Ahead))
            .build()
            .unwrap()
    }

    /// Only what one report reads.
    pub(crate) fn dataset_for(&self, report: ReportKind) -> Dataset<'_> {
        let options = DatasetOptions::default().index(Indexing::OnDemand);
        let builder =
            Dataset::builder().contact_names((&self.contact_ids).into(), Arc::clone(&self.names)).options(options);
        match report {
            ReportKind::Messages => builder.message_columns(self.message_columns()).build().unwrap(),
            ReportKind::Contacts => builder.event_columns(self.event_columns()).build().unwrap(),
        }
    }
}

const PARTS: &[(Component, &str)] = &[
    (Component::IncomingByChannel, "in_channel"),
    (Component::OutgoingByChannel, "out_channel"),
    (Component::OutgoingBySource, "out_source"),
    (Component::OutgoingByType, "out_type"),
    (Component::OutgoingBySubtype, "out_subtype"),
    (Component::Delivery, "out_status"),
    (Component::IncomingLog, "log_in"),
    (Component::OutgoingLog, "log_out"),
    (Component::FailedLog, "log_failed"),
    (Component::Overview, "totals"),
    (Component::AddedBySource, "added_source"),
    (Component::ConnectedByChannel, "connected_channel"),
    (Component::AddedLog, "log_added"),
    (Component::ConnectedLog, "log_connected"),
    (Component::DeletedLog, "log_deleted"),
    (Component::MergedLog, "log_merged"),
];

/// Every part of a report as canonical text.
pub(crate) fn canonical(report: &Report, raw: &Raw) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::new();
    for (component, name) in PARTS.iter().filter(|(component, _)| component.report() == report.report) {
        match report.component(*component) {
            Outcome::NotApplicable { .. } => {}
            Outcome::Data(ComponentData::Log(page)) => {
                parts.insert((*name).to_owned(), log(page, raw));
            }
            outcome => {
                let with_share = *component != Component::Overview;
                let rows: Vec<_> = match outcome.data() {
                    Some(ComponentData::Breakdown(Breakdown { rows, .. })) => rows.iter().collect(),
                    Some(ComponentData::Delivery(delivery)) => delivery.rows.iter().collect(),
                    Some(ComponentData::Overview(overview)) => overview.rows.iter().collect(),
                    _ => Vec::new(),
                };
                let rows: Vec<_> = rows.into_iter().filter(|row| row.count > 0).collect();
                let (mut totals, mut daily) = (Vec::new(), Vec::new());
                for row in rows {
                    let key = match &row.key {
                        Key::Pair(kind, subtype) => format!("{}|{subtype}", raw.theirs(kind)),
                        key => raw.theirs(&key.as_text().unwrap()),
                    };
                    totals.push(match row.share {
                        Some(share) if with_share => format!("{key}|{}|{:.6}", row.count, 100.0 * share),
                        _ => format!("{key}|{}", row.count),
                    });
                    for (bucket, count) in report.buckets.iter().zip(&row.buckets).filter(|(_, count)| **count > 0) {
                        let date: chrono::NaiveDate = bucket.key.parse().unwrap();
                        let day = (date - chrono::NaiveDate::from_ymd_opt(1970, 1, 1).unwrap()).num_days();
                        daily.push(format!("{day}|{key}|{count}"));
                    }
                }
                totals.sort();
                daily.sort();
                parts.insert((*name).to_owned(), totals.join("\n"));
                parts.insert(format!("{name}_daily"), daily.join("\n"));
            }
        }
    }
    parts
}

impl Raw {
    fn theirs(&self, label: &str) -> String {
        self.labels.get(label).cloned().unwrap_or_else(|| label.to_owned())
    }
}

fn log(page: &LogPage, raw: &Raw) -> String {
    let cell = |column: Column, row: usize| -> String {
        match page.column(column) {
            Some(LogValues::Times(times)) if times[row] != i64::MIN => times[row].to_string(),
            Some(LogValues::Times(_)) | None => "\\N".to_owned(),
            Some(LogValues::Coded { codes, entries }) => entries
                .get(codes[row] as usize)
                .map_or_else(|| "\\N".to_owned(), |entry| raw.theirs(&entry.key.to_text())),
            Some(values) => values.shown(row).unwrap_or_else(|| "\\N".to_owned()),
        }
    };
    // The columns of the page, with the id after the time.
    let names: Vec<Column> = page.columns.iter().map(|column| column.name).collect();
    let order: Vec<Column> = if names.contains(&Column::Content) {
        names
    } else {
        // Event logs: time, id, contact, name, source, channel, user.
        let mut order = vec![Column::Timestamp, Column::ContactId, Column::ContactName, Column::Source];
        if names.contains(&Column::Channel) {
            order.push(Column::Channel);
        }
        order.push(Column::User);
        order
    };
    let lines: Vec<String> = (0..page.len())
        .map(|row| {
            let mut cells: Vec<String> = order.iter().map(|&column| cell(column, row)).collect();
            cells.insert(1, page.ids[row].as_ref().map(ToString::to_string).unwrap_or_default());
            cells.join("|")
        })
        .collect();
    lines.join("\n")
}
