//! Where an outgoing message came from (K1).

use super::{ClassifyPolicy, Rule, present};
use crate::message::{Facts, Source};

/// The source of an outgoing message and the rule that decided it (K1): the first that applies of echo, broadcast,
/// workflow, bot, AI agent, integration, developer API, user; else unknown.
///
/// An echo whose app id is one of ours is our own message and goes on down the list; an echo without an app id, or
/// where ours are unknown, is an echo, and so is every echo of the phone app (D13). Zapier, Make and n8n are known by
/// their names in any case; another integration is kept under its own name. Empty texts are missing.
///
/// # Example
/// ```
/// use omnicontact::classify::{self, ClassifyPolicy, Rule};
/// use omnicontact::{Facts, Source};
/// let facts = Facts { is_echo: true, app_id: Some("42".into()), ..Facts::default() };
/// let policy = ClassifyPolicy::default();
/// assert_eq!(classify::source(&facts, false, true, &policy), (Source::EchoMessage, Rule::Echo));
/// let ours = policy.own_app_ids(["42"]);
/// assert_eq!(classify::source(&facts, false, true, &ours), (Source::User, Rule::User));
/// ```
pub fn source(facts: &Facts, has_broadcast: bool, has_user: bool, policy: &ClassifyPolicy) -> (Source, Rule) {
    if facts.is_echo && !is_ours(facts, policy) {
        (Source::EchoMessage, Rule::Echo)
    } else if facts.is_phone_app_echo {
        (Source::EchoMessage, Rule::PhoneAppEcho)
    } else if has_broadcast {
        (Source::Broadcast, Rule::Broadcast)
    } else if present::id(facts.workflow.as_ref()).is_some() {
        (Source::Workflow, Rule::Workflow)
    } else if present::id(facts.bot.as_ref()).is_some() {
        (Source::Bot, Rule::Bot)
    } else if present::id(facts.ai_agent.as_ref()).is_some() {
        (Source::AiAgent, Rule::AiAgent)
    } else if let Some(name) = present::text(facts.integration.as_deref()) {
        (integration(name), Rule::Integration)
    } else if facts.is_api {
        (Source::DeveloperApi, Rule::DeveloperApi)
    } else if has_user {
        (Source::User, Rule::User)
    } else {
        (Source::Unknown, Rule::Unknown)
    }
}

fn is_ours(facts: &Facts, policy: &ClassifyPolicy) -> bool {
    present::text(facts.app_id.as_deref()).is_some_and(|app| policy.own_app_ids.iter().any(|ours| ours == app))
}

fn integration(name: &str) -> Source {
    [Source::Zapier, Source::Make, Source::N8n]
        .into_iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(name))
        // One word is one source: `Other` never holds a known one.
        .or_else(|| Source::KNOWN.iter().find(|known| known.as_str() == name).cloned())
        .unwrap_or_else(|| Source::Other(name.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One setting a rung, in the order of K1.
    const LADDER: [(Rule, &str); 10] = [
        (Rule::Echo, "echo_message"),
        (Rule::PhoneAppEcho, "echo_message"),
        (Rule::Broadcast, "broadcast"),
        (Rule::Workflow, "workflow"),
        (Rule::Bot, "bot"),
        (Rule::AiAgent, "ai_agent"),
        (Rule::Integration, "zapier"),
        (Rule::DeveloperApi, "developer_api"),
        (Rule::User, "user"),
        (Rule::Unknown, "unknown"),
    ];

    fn with(rules: &[Rule]) -> (Source, Rule) {
        let has = |rule| rules.contains(&rule);
        let facts = Facts {
            is_echo: has(Rule::Echo),
            is_phone_app_echo: has(Rule::PhoneAppEcho),
            workflow: has(Rule::Workflow).then(|| 1.into()),
            bot: has(Rule::Bot).then(|| 2.into()),
            ai_agent: has(Rule::AiAgent).then(|| 3.into()),
            integration: has(Rule::Integration).then(|| "zapier".into()),
            is_api: has(Rule::DeveloperApi),
            ..Facts::default()
        };
        source(&facts, has(Rule::Broadcast), has(Rule::User), &ClassifyPolicy::default())
    }

    #[test]
    fn every_rung_alone_gives_its_own_source() {
        for (rule, word) in LADDER {
            let (source, decided) = with(&[rule]);
            assert_eq!((source.as_str(), decided), (word, rule));
        }
    }

    #[test]
    fn of_any_two_rungs_the_earlier_one_decides() {
        for (upper, (rule, word)) in LADDER.iter().enumerate() {
            for (lower, _) in &LADDER[upper + 1..] {
                let (source, decided) = with(&[*lower, *rule]);
                assert_eq!((source.as_str(), decided), (*word, *rule), "{rule} over {lower}");
            }
        }
    }

    #[test]
    fn all_rungs_below_one_do_not_overrule_it() {
        for upper in 0..LADDER.len() {
            let rules: Vec<Rule> = LADDER[upper..].iter().map(|(rule, _)| *rule).collect();
            assert_eq!(with(&rules).1, LADDER[upper].0);
        }
    }

    fn echo(app_id: Option<&str>) -> Facts {
        Facts { is_echo: true, app_id: app_id.map(str::to_owned), is_api: true, ..Facts::default() }
    }

    #[test]
    fn an_echo_is_ours_only_by_an_app_id_that_we_named() {
        let ours = ClassifyPolicy::default().own_app_ids(["42", "43"]);
        assert_eq!(source(&echo(Some("43")), false, false, &ours).0, Source::DeveloperApi);
        assert_eq!(source(&echo(Some("44")), false, false, &ours).0, Source::EchoMessage);
        assert_eq!(source(&echo(Some("4")), false, false, &ours).0, Source::EchoMessage);
        // D13: no app id, an empty one, or ours unknown.
        assert_eq!(source(&echo(None), false, false, &ours).0, Source::EchoMessage);
        assert_eq!(source(&echo(Some("")), false, false, &ours).0, Source::EchoMessage);
        assert_eq!(source(&echo(Some("43")), false, false, &ClassifyPolicy::default()).0, Source::EchoMessage);
        let careless = ClassifyPolicy::default().own_app_ids([""]);
        assert_eq!(source(&echo(Some("")), false, false, &careless).0, Source::EchoMessage);
    }

    #[test]
    fn an_app_id_alone_is_no_echo() {
        let facts = Facts { app_id: Some("44".into()), ..Facts::default() };
        assert_eq!(source(&facts, false, true, &ClassifyPolicy::default()).0, Source::User);
    }

    #[test]
    fn a_phone_app_echo_is_an_echo_whatever_the_app_id() {
        let facts = Facts { is_phone_app_echo: true, ..echo(Some("42")) };
        let ours = ClassifyPolicy::default().own_app_ids(["42"]);
        assert_eq!(source(&facts, true, true, &ours), (Source::EchoMessage, Rule::PhoneAppEcho));
    }

    #[test]
    fn empty_texts_are_missing() {
        let facts = Facts {
            workflow: Some("".into()),
            bot: Some("".into()),
            ai_agent: Some("".into()),
            integration: Some(String::new()),
            ..Facts::default()
        };
        assert_eq!(source(&facts, false, true, &ClassifyPolicy::default()).0, Source::User);
        assert_eq!(source(&facts, false, false, &ClassifyPolicy::default()), (Source::Unknown, Rule::Unknown));
    }

    #[test]
    fn an_id_of_zero_is_an_id() {
        let facts = Facts { workflow: Some(0.into()), ..Facts::default() };
        assert_eq!(source(&facts, false, true, &ClassifyPolicy::default()).0, Source::Workflow);
    }

    #[test]
    fn integrations_are_known_in_any_case_and_others_keep_their_name() {
        let named = |name: &str| {
            let facts = Facts { integration: Some(name.into()), is_api: true, ..Facts::default() };
            source(&facts, false, false, &ClassifyPolicy::default()).0
        };
        assert_eq!(named("Zapier"), Source::Zapier);
        assert_eq!(named("make"), Source::Make);
        assert_eq!(named("N8N"), Source::N8n);
        assert_eq!(named("Pipedream"), Source::Other("Pipedream".into()));
        assert_eq!(named("developer_api"), Source::DeveloperApi);
    }
}
