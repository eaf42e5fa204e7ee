//! Both reports on random workspaces, against a naive reading of the rules.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is missing")]

#[path = "oracle/mod.rs"]
mod naive;

use naive::scene::{Scene, scene};
use naive::world::World;
use omnicontact::{Instant, ReportKind};
use proptest::prelude::*;

fn hold(scene: &Scene) -> Result<(), TestCaseError> {
    let given = &scene.workspace;
    let data = given.dataset();
    let world = World::new(given);
    prop_assert_eq!(data.message_count(), world.messages.len());
    prop_assert_eq!(data.folded_count(), given.messages.len() - world.messages.len());
    prop_assert_eq!(data.event_count(), world.events.len());
    let span = |times: Vec<Instant>| times.iter().min().copied().zip(times.iter().max().copied());
    prop_assert_eq!(data.message_span(), span(world.messages.iter().map(|message| message.sent_at).collect()));
    prop_assert_eq!(data.event_span(), span(world.events.iter().map(|event| event.at).collect()));
    let expected = naive::reports::report(given, scene.kind, &scene.options);
    let found = naive::answer::ask(&data, scene.kind, &scene.options);
    match (expected, found) {
        (Ok(expected), Ok(found)) => {
            for (expected, found) in expected.parts.iter().zip(&found.parts) {
                prop_assert!(expected == found, "expected {expected:?}\n found    {found:?}");
            }
            prop_assert!(expected == found, "expected {expected:?}\n found    {found:?}");
        }
        (Err(expected), Err(found)) => {
            prop_assert_eq!((expected.code(), expected.path()), (found.code(), found.path()));
        }
        (expected, found) => prop_assert!(false, "expected {expected:?}, found {found:?}"),
    }
    Ok(())
}

/// 600 scenes, or `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(600);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn messages_report_is_that_of_the_rules(scene in scene(ReportKind::Messages, false)) {
        hold(&scene)?;
    }

    #[test]
    fn contacts_report_is_that_of_the_rules(scene in scene(ReportKind::Contacts, false)) {
        hold(&scene)?;
    }
}
