//! What cells hold.

use crate::{ChannelKind, Direction, EventKind, ForeignId, MessageType, Source, Status, StatusUpdate, Zone};

use super::*;

fn sent_at(cell: &str, options: &ImportOptions) -> Result<i64> {
    let file = format!("id,sent_at,direction,contact\nm,{cell},incoming,c\n");
    Ok(messages(file.as_bytes(), options)?.rows[0].sent_at.as_millis())
}

#[test]
fn times_are_milliseconds_or_iso_8601() {
    let options = ImportOptions::default();
    for (cell, millis) in [
        ("0", 0),
        ("1772460900000", 1_772_460_900_000),
        ("253402300799999", 253_402_300_799_999),
        ("2026-03-02T14:15:00Z", 1_772_460_900_000),
        ("2026-03-02 09:15:00.5-05:00", 1_772_460_900_500),
    ] {
        assert_eq!(sent_at(cell, &options).unwrap(), millis, "{cell}");
    }
}

#[test]
fn impossible_times_are_refused_with_what_was_found() {
    let options = ImportOptions::default();
    for cell in [
        "2026-02-30T10:00:00Z",
        "10000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00",
        "1969-12-31T23:59:59Z",
        "253402300800000",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999999999999999999999",
        "-1",
        "NaN",
        "inf",
        "1.5e12",
        "1772460900000.0",
        "2026-03-02",
        "yesterday",
        " 1772460900000",
    ] {
        let error = sent_at(cell, &options).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[2].sent_at"), "{cell}");
        assert!(error.message().contains(cell), "{error}");
    }
    // A long text may have come there by a mistake in the mapping.
    let error = sent_at(&"Señora Quispe ".repeat(10), &options).unwrap_err();
    assert!(error.message().contains("a text of 140 characters"), "{error}");
    assert!(!error.to_string().contains("Quispe"), "{error}");
}

#[test]
fn a_local_time_needs_a_zone() {
    let error = sent_at("2026-03-02 09:15:00", &ImportOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[2].sent_at"));
    assert!(error.hint().unwrap().contains("zone"), "{error}");
    let options = ImportOptions::default().zone(Zone::new("America/Guayaquil").unwrap());
    assert_eq!(sent_at("2026-03-02 09:15:00", &options).unwrap(), 1_772_460_900_000);
    assert_eq!(sent_at("2026-03-02 09:15:00Z", &options).unwrap(), 1_772_442_900_000);
}

#[test]
fn units_are_said_and_never_guessed() {
    let with = |format| ImportOptions::default().time_format(format);
    assert_eq!(sent_at("1772460900", &with(TimeFormat::Seconds)).unwrap(), 1_772_460_900_000);
    assert_eq!(sent_at("1772460900", &with(TimeFormat::Milliseconds)).unwrap(), 1_772_460_900);
    assert_eq!(sent_at("1772460900123999", &with(TimeFormat::Microseconds)).unwrap(), 1_772_460_900_123);
    assert!(sent_at("1772460900000", &with(TimeFormat::Seconds)).is_err());
    assert!(sent_at("-1", &with(TimeFormat::Microseconds)).is_err());
    assert!(sent_at(&i128::MAX.to_string(), &with(TimeFormat::Seconds)).is_err());
    assert_eq!(sent_at("2026-03-02T14:15:00Z", &with(TimeFormat::Seconds)).unwrap(), 1_772_460_900_000);

    let twitter = with(TimeFormat::Twitter);
    assert_eq!(sent_at("Tue Oct 31 22:10:47 +0000 2017", &twitter).unwrap(), 1_509_487_847_000);
    assert_eq!(sent_at("Tue Oct 31 22:10:47 -0500 2017", &twitter).unwrap(), 1_509_505_847_000);
    for cell in ["Mon Oct 31 22:10:47 +0000 2017", "Tue Oct 32 22:10:47 +0000 2017", "0", "2017-10-31T22:10:47Z"] {
        assert_eq!(sent_at(cell, &twitter).unwrap_err().code(), Code::InvalidValue, "{cell}");
    }
}

#[test]
fn ids_are_texts_unless_said_otherwise() {
    for id in ["00042", "9007199254740993", "con espacios y ñ", "👩‍👩‍👧 grupo", " x ", "=1+1", "null", "NaN"]
    {
        assert_eq!(one(format!("id,sent_at,direction,contact\n{id},0,incoming,c\n")).id, id.into());
    }
    let options = ImportOptions::default().ids(Ids::Integer);
    let file = "id,sent_at,direction,contact,channel\n9007199254740993,0,incoming,007,wa\n";
    let row = messages(file.as_bytes(), &options).unwrap().rows.remove(0);
    assert_eq!(row.id, ForeignId::Int(9_007_199_254_740_993));
    assert_eq!((row.contact, row.channel), ("007".into(), Some("wa".into())));
}

#[test]
fn closed_labels_are_checked_and_open_ones_are_kept() {
    let error = refusal("id,sent_at,direction,contact\nm,0,inbound,c\n");
    assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[2].direction"));
    assert_eq!(error.message(), "unknown direction `inbound`");
    assert_eq!(error.hint(), Some("allowed: `incoming`, `outgoing`"));
    refused(with_column("status", "Read"), Code::InvalidValue, "line[2].status");
    refused("id,sent_at,direction,contact\nm,0,,c\n", Code::MissingValue, "line[2].direction");

    assert_eq!(one(with_column("source", "workflow")).source, Some(Source::Workflow));
    assert_eq!(one(with_column("source", "pipedream")).source, Some(Source::Other("pipedream".into())));
    assert_eq!(one(with_column("type", "rcs_card")).message_type, Some(MessageType::Other("rcs_card".into())));
    let read = channels("id,kind\n1,telefax\n2,sms\n".as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(read.rows[0].kind, ChannelKind::Other("telefax".into()));
    assert_eq!(read.rows[1].kind, ChannelKind::Sms);
}

#[test]
fn flags_and_numbers_are_checked() {
    for (cell, value) in [("true", true), ("True", true), ("TRUE", true), ("1", true), ("0", false), ("False", false)] {
        let file = format!("id,removed\n1,{cell}\n");
        assert_eq!(named(file.as_bytes(), &ImportOptions::default()).unwrap().rows[0].removed, value, "{cell}");
    }
    let error = named("id,removed\n1,yes\n".as_bytes(), &ImportOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[2].removed"));
    let sequence = |cell: &str| {
        let file = format!("sequence,kind,at,contact\n{cell},added,0,c\n");
        events(file.as_bytes(), &ImportOptions::default()).map(|read| read.rows[0].sequence)
    };
    assert_eq!(sequence("18446744073709551615").unwrap(), Some(u64::MAX));
    assert_eq!(sequence("").unwrap(), None);
    for cell in ["NaN", "-1", "1.0", "1e3", "18446744073709551616", "+1", " 1"] {
        let error = sequence(cell).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[2].sequence"), "{cell}");
    }
}

fn history(columns: &str, cells: &str) -> Option<Vec<StatusUpdate>> {
    one(with_column(columns, cells)).delivery
}

#[test]
fn times_and_status_become_the_delivery_history() {
    let at = |millis| Some(crate::Instant::from_millis(millis).unwrap());
    let columns = "status,accepted_at,delivered_at,read_at,failed_at,error_code,error";
    // D5: nothing at all is an untracked message.
    assert_eq!(history(columns, ",,,,,,"), None);
    assert_eq!(one("id,sent_at,direction,contact\nm,0,outgoing,c\n").delivery, None);
    assert_eq!(
        history(columns, "read,1000,2000,3000,,,"),
        Some(vec![
            StatusUpdate::new(Status::Sent, at(1000)),
            StatusUpdate::new(Status::Delivered, at(2000)),
            StatusUpdate::new(Status::Read, at(3000)),
        ])
    );
    assert_eq!(history(columns, "pending,,,,,,"), Some(vec![StatusUpdate::new(Status::Pending, None)]));
    assert_eq!(
        history(columns, "read,,2000,,,,"),
        Some(vec![StatusUpdate::new(Status::Delivered, at(2000)), StatusUpdate::new(Status::Read, None)])
    );
    let failed = |at| StatusUpdate {
        error_code: Some("131026".into()),
        error: Some("Undeliverable".into()),
        ..StatusUpdate::new(Status::Failed, at)
    };
    assert_eq!(history(columns, "failed,,,,5000,131026,Undeliverable"), Some(vec![failed(at(5000))]));
    assert_eq!(history(columns, ",,,,,131026,Undeliverable"), Some(vec![failed(None)]));
    // A later success outranks the failure, whose text is kept (K5).
    assert_eq!(
        history(columns, "delivered,,2000,,,131026,Undeliverable"),
        Some(vec![StatusUpdate::new(Status::Delivered, at(2000)), failed(None)])
    );
    // The failure would outrank `sent`: the row's own word stands.
    let sent = StatusUpdate { status: Status::Sent, ..failed(at(1000)) };
    assert_eq!(history(columns, "sent,1000,,,,131026,Undeliverable"), Some(vec![sent]));
    refused(with_column("read_at", "soon"), Code::InvalidValue, "line[2].read_at");
}

#[test]
fn a_history_that_fits_into_no_columns_is_a_list() {
    let cell = r#""[{""status"":""sent"",""at"":2000},{""status"":""sent"",""at"":""1970-01-01T00:00:01Z""}]""#;
    let read: Vec<_> = history("delivery", cell).unwrap().iter().map(|entry| entry.at.unwrap().as_millis()).collect();
    assert_eq!(read, [2000, 1000]);
    assert_eq!(history("delivery", "[]"), Some(Vec::new()));
    assert_eq!(history("delivery", ""), None);
    for (cell, path) in [
        ("sent", "line[2].delivery"),
        ("{}", "line[2].delivery"),
        ("[3]", "line[2].delivery[0]"),
        (r#""[{""status"":""sent""},{}]""#, "line[2].delivery[1].status"),
        (r#""[{""status"":""gone""}]""#, "line[2].delivery[0].status"),
        (r#""[{""status"":""sent"",""at"":true}]""#, "line[2].delivery[0].at"),
        (r#""[{""status"":""sent"",""error"":1}]""#, "line[2].delivery[0].error"),
        (r#""[{""status"":""sent"",""when"":1}]""#, "line[2].delivery[0]"),
    ] {
        let error = refusal(with_column("delivery", cell));
        assert_eq!(error.path(), path, "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
    }
    let both = "id,sent_at,direction,contact,delivery,status\nm,0,outgoing,c,[],sent\n";
    refused(both, Code::InvalidValue, "line[2].delivery");
}

#[test]
fn raw_facts_are_kept_and_none_are_none() {
    let facts = one(with_column("is_echo,app_id,workflow", "true,123,w 1")).facts.unwrap();
    assert!(facts.is_echo);
    assert_eq!((facts.app_id.as_deref(), facts.workflow), (Some("123"), Some("w 1".into())));
    assert_eq!(one(with_column("is_echo,app_id", "false,")).facts, None);
    assert_eq!(one(with_column("is_echo,app_id", ",")).facts, None);
}

#[test]
fn events_and_lists_are_read() {
    let file = "sequence,kind,at,contact,name,secondary,source,channel,user\n\
        7,merged,1000,a,Ana,b,user,,u 1\n8,connected,1000,a,,,incoming_message,wa,\n";
    let rows = events(file.as_bytes(), &ImportOptions::default()).unwrap().rows;
    assert_eq!(
        (rows[0].sequence, rows[0].kind, rows[0].secondary.clone()),
        (Some(7), EventKind::Merged, Some("b".into()))
    );
    assert_eq!((rows[1].name.clone(), rows[1].channel.clone()), (None, Some("wa".into())));
    let error = events("kind,at,contact\nborn,0,c\n".as_bytes(), &ImportOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::InvalidValue, "unknown kind `born`"));
    let rows = named("id,name\n1,\n2,李雷\n".as_bytes(), &ImportOptions::default()).unwrap().rows;
    assert_eq!((rows[0].name.as_deref(), rows[1].name.as_deref()), (None, Some("李雷")));
    assert!(channels("id,kind\n1,\n".as_bytes(), &ImportOptions::default()).is_err());
}

#[test]
fn errors_never_show_what_people_wrote() {
    let secret = "mi clave es 1234";
    let file = format!("id,sent_at,direction,contact,content\nm,x,incoming,c,{secret}\n");
    assert!(!format!("{:?}", refusal(file)).contains("clave"));
    let line = format!(r#"{{"id":1,"sent_at":0,"direction":"incoming","contact":1,"content":["{secret}"]}}"#);
    assert!(!format!("{:?}", refusal(line)).contains("clave"));
    let line = format!(r#"{{"id":1,"content":"{secret}"#);
    assert!(!format!("{:?}", refusal(line)).contains("clave"));
    assert_eq!(one(with_column("content", secret)).direction, Direction::Outgoing);
}
