//! Files whose columns have other names and shapes.

use crate::{Direction, Source};

use super::*;

const TWITTER: &str = "\
tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id
1,sprintcare,False,Tue Oct 31 22:10:47 +0000 2017,@115712 I understand. We would need to be provided the details.,2,3.0
2,115712,True,Tue Oct 31 22:11:45 +0000 2017,@sprintcare and how do you propose we do that,,1.0
4,115712,True,Tue Oct 31 21:54:49 +0000 2017,\"@115714 @SprintCare is \"\"worse\"\"
than ever\",\"3,5\",
5,115713,True,Tue Oct 31 21:49:35 +0000 2017,nobody mentioned here: a@sprintcare.com,4.0,6.0
";

fn twitter() -> ImportOptions {
    ImportOptions::default()
        .time_format(TimeFormat::Twitter)
        .map("id", "tweet_id")
        .map("sent_at", "created_at")
        .map("direction", "inbound")
        .value("direction", "True", "incoming")
        .value("direction", "False", "outgoing")
        .field("contact", Rule::column("author_id").when("direction", "incoming"))
        .field("contact", Rule::mention("text").when("direction", "outgoing"))
        .field("channel", Rule::column("author_id").when("direction", "outgoing"))
        .field("channel", Rule::mention("text").among(["sprintcare", "AppleSupport"]).when("direction", "incoming"))
        .map("content", "text")
        .ignore(["response_tweet_id", "in_response_to_tweet_id"])
}

#[test]
fn customer_care_on_twitter_is_read_as_it_is() {
    let rows = messages(TWITTER.as_bytes(), &twitter()).unwrap().rows;
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.direction, row.contact.to_text(), row.channel.as_ref().map(crate::ForeignId::to_text)))
        .collect();
    let sprint = Some("sprintcare".into());
    assert_eq!(shown[0], (Direction::Outgoing, "115712".into(), sprint.clone()));
    assert_eq!(shown[1], (Direction::Incoming, "115712".into(), sprint.clone()));
    assert_eq!(shown[2], (Direction::Incoming, "115712".into(), sprint));
    assert_eq!(shown[3], (Direction::Incoming, "115713".into(), None));
    assert_eq!(rows[0].sent_at.to_string(), "2017-10-31T22:10:47.000Z");
    assert!(rows[2].content.as_deref().unwrap().contains("\"worse\"\nthan"));
    let integers = messages(TWITTER.as_bytes(), &twitter().ids(Ids::Integer)).unwrap().rows;
    assert_eq!((integers[0].id.clone(), integers[0].contact.clone()), (1.into(), 115_712.into()));
}

#[test]
fn errors_name_the_columns_of_the_file() {
    let file = TWITTER.replace("@115712 I", "I");
    let error = messages(file.as_bytes(), &twitter()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::MissingValue, "line[2].contact"));
    let rest = twitter().field("contact", Rule::constant("unknown"));
    assert_eq!(messages(file.as_bytes(), &rest).unwrap().rows[0].contact, "unknown".into());

    let file = TWITTER.replace("Tue Oct 31 22:11:45", "Wed Oct 31 22:11:45");
    let error = messages(file.as_bytes(), &twitter()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[3].created_at"));
    assert!(error.hint().unwrap().contains("Tue Oct 31 22:10:47 +0000 2017"));

    let error = messages(TWITTER.replace("created_at", "created").as_bytes(), &twitter()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::UnknownColumn, "line[1].created"));
    let error = messages(TWITTER.replace("created_at", "created").as_bytes(), &twitter().ignore_unknown()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::MissingColumn, "line[1].created_at"));
    assert!(error.hint().unwrap().contains("`created`"), "{error}");
}

#[test]
fn the_first_rule_with_a_value_wins() {
    let file = "id,sent_at,phone,email\n1,0,+593,a@b.c\n2,0,,a@b.c\n3,0,,\n";
    let options = ImportOptions::default()
        .constant("direction", "incoming")
        .map("contact", "phone")
        .map("contact", "email")
        .constant("contact", "nobody");
    let contacts: Vec<_> =
        messages(file.as_bytes(), &options).unwrap().rows.into_iter().map(|row| row.contact.to_string()).collect();
    assert_eq!(contacts, ["+593", "a@b.c", "nobody"]);
}

#[test]
fn a_mapping_reads_values_too() {
    let options = ImportOptions::default().value("source", "agent", "user").value("source", "-", "");
    let source = |cell| messages(with_column("source", cell).as_bytes(), &options).unwrap().rows[0].source.clone();
    assert_eq!(source("agent"), Some(Source::User));
    assert_eq!(source("-"), None);
    assert_eq!(source("bot"), Some(Source::Bot));
    let line = r#"{"id":1,"sent_at":0,"direction":true,"contact":1,"source":7}"#;
    let options = ImportOptions::default().value("direction", "true", "incoming").value("source", "7", "zapier");
    let row = messages(line.as_bytes(), &options).unwrap().rows.remove(0);
    assert_eq!((row.direction, row.source), (Direction::Incoming, Some(Source::Zapier)));
}

#[test]
fn a_field_from_elsewhere_and_its_own_column_exclude_each_other() {
    let file = with_column("created", "5");
    let options = ImportOptions::default().map("sent_at", "created");
    let error = messages(file.as_bytes(), &options).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::DuplicateColumn, "line[1].sent_at"));
    let row = messages(file.as_bytes(), &options.ignore(["sent_at"])).unwrap().rows.remove(0);
    assert_eq!(row.sent_at.as_millis(), 5);
}

#[test]
fn options_that_do_not_fit_are_refused() {
    let error = |options: ImportOptions| {
        let csv = messages("id\n".as_bytes(), &options).unwrap_err();
        let json = messages("{}".as_bytes(), &options).unwrap_err();
        assert_eq!((csv.code(), csv.path()), (json.code(), json.path()));
        assert_eq!(csv.kind(), ErrorKind::InvalidArgument);
        (csv.code(), csv.path().to_owned())
    };
    let options = ImportOptions::default;
    assert_eq!(error(options().map("created", "x")), (Code::UnknownKey, "mapping.created".into()));
    assert_eq!(error(options().value("created", "x", "y")), (Code::UnknownKey, "values.created".into()));
    let unknown = Rule::column("x").when("inbound", "True");
    assert_eq!(error(options().field("contact", unknown)), (Code::UnknownKey, "mapping.contact.when".into()));
    let circle = options()
        .field("contact", Rule::column("x").when("channel", "1"))
        .field("channel", Rule::column("y").when("contact", "1"));
    assert_eq!(error(circle), (Code::MalformedValue, "mapping.contact.when".into()));
}

#[test]
fn options_are_data_as_well() {
    let data = r#"{
        "format": "csv", "delimiter": "comma", "time_format": "twitter", "ids": "text",
        "mapping": {
            "id": "tweet_id", "sent_at": "created_at", "direction": "inbound", "content": ["text"],
            "contact": [
                {"column": "author_id", "when": {"direction": "incoming"}},
                {"mention": "text", "when": {"direction": "outgoing"}}
            ],
            "channel": [
                {"column": "author_id", "when": {"direction": "outgoing"}},
                {"mention": "text", "among": ["sprintcare"], "when": {"direction": "incoming"}}
            ]
        },
        "values": {"direction": {"True": "incoming", "False": "outgoing"}},
        "zone": "America/Guayaquil",
        "ignored_columns": ["response_tweet_id", "in_response_to_tweet_id"]
    }"#;
    let options: ImportOptions = serde_json::from_str(data).unwrap();
    assert_eq!(messages(TWITTER.as_bytes(), &options).unwrap().counts.rows, 4);
    let again: ImportOptions = serde_json::from_str(&serde_json::to_string(&options).unwrap()).unwrap();
    assert_eq!(format!("{again:?}"), format!("{options:?}"));
    for wrong in [
        r#"{"colour": 1}"#,
        r#"{"format": "xml"}"#,
        r#"{"zone": "Mars/Olympus"}"#,
        r#"{"mapping": {"id": 1}}"#,
        r#"{"mapping": {"id": {"colum": "x"}}}"#,
        r#"{"on_progress": null}"#,
    ] {
        assert!(serde_json::from_str::<ImportOptions>(wrong).is_err(), "{wrong}");
    }
}
