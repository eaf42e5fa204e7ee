//! Type and subtype of an outgoing message (K2, K3).

use std::borrow::Cow;

use super::{ClassifyPolicy, Rule, present};
use crate::channel::ChannelKind;
use crate::message::{Facts, Message, MessageType};

const HUMAN_AGENT: &str = "HUMAN_AGENT";

/// Today's message tags (K3).
const TAGS: [&str; 4] = ["CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE", "ACCOUNT_UPDATE", HUMAN_AGENT];

/// A message tag as reports show it: today's four in upper snake case whatever their case, every other exactly as it
/// came (K3). Retired tags are never mapped to a newer one.
///
/// # Example
/// ```
/// use omnicontact::classify::message_tag;
/// assert_eq!(message_tag("human_agent"), "HUMAN_AGENT");
/// assert_eq!(message_tag("SHIPPING_UPDATE"), "SHIPPING_UPDATE");
/// assert_eq!(message_tag("shipping_update"), "shipping_update");
/// ```
pub fn message_tag(tag: &str) -> &str {
    TAGS.into_iter().find(|known| known.eq_ignore_ascii_case(tag)).unwrap_or(tag)
}

/// The type of an outgoing message, its subtype, and the rule that decided it (K2, K3, D13): the first that applies of
/// template on a WhatsApp channel, message tag on a Facebook channel (*policy* `instagram_tags`: on an Instagram one
/// too), a kind of its own by its name (`messenger_template`, `call`); else session.
///
/// The subtype is the template's name verbatim or the tag (see [`message_tag`]); sessions and other kinds have none.
/// A template name on another channel is ignored, and so are tags where there are none. A channel of unknown kind has
/// neither. With *policy* `human_agent_as_session` the tag `HUMAN_AGENT` is taken as no tag. Empty texts are missing.
///
/// # Example
/// ```
/// use omnicontact::classify::{self, ClassifyPolicy, Rule};
/// use omnicontact::{ChannelKind, Facts, MessageType};
/// let facts = Facts { template_name: Some("order_ready_es".into()), ..Facts::default() };
/// let policy = ClassifyPolicy::default();
/// let (kind, subtype, rule) = classify::message_type(&facts, Some(&ChannelKind::TwilioWhatsapp), &policy);
/// assert_eq!(kind, MessageType::WhatsappMessageTemplate);
/// assert_eq!(subtype.as_deref(), Some("order_ready_es"));
/// assert_eq!(rule, Rule::WhatsappTemplate);
/// assert_eq!(classify::message_type(&facts, Some(&ChannelKind::Telegram), &policy).0, MessageType::Session);
/// ```
pub fn message_type<'a>(
    facts: &'a Facts,
    channel_kind: Option<&ChannelKind>,
    policy: &ClassifyPolicy,
) -> (MessageType, Option<Cow<'a, str>>, Rule) {
    if channel_kind.is_some_and(ChannelKind::is_whatsapp)
        && let Some(name) = template(facts)
    {
        return (MessageType::WhatsappMessageTemplate, Some(name), Rule::WhatsappTemplate);
    }
    let has_tags = match channel_kind {
        Some(ChannelKind::Facebook) => true,
        Some(ChannelKind::Instagram) => policy.instagram_tags,
        _ => false,
    };
    if has_tags
        && let Some(tag) = tag(facts)
        && !(policy.human_agent_as_session && tag == HUMAN_AGENT)
    {
        return (MessageType::FacebookMessageTag, Some(tag), Rule::MessageTag);
    }
    match present::text(facts.other_type.as_deref()) {
        // The three names of K2 are earned by the rules above only.
        Some(name) if MessageType::KNOWN.iter().all(|known| known.as_str() != name) => {
            (MessageType::Other(name.into()), None, Rule::OtherKind)
        }
        _ => (MessageType::Session, None, Rule::Session),
    }
}

/// Whether a message has a template that is no type of its own because nobody says what kind its channel is.
pub(crate) fn lacks_kind(message: &Message, kind: Option<&ChannelKind>) -> bool {
    kind.is_none()
        && present::id(message.channel.as_ref()).is_some()
        && present::message_type(message.message_type.as_ref()).is_none()
        && message.facts.as_deref().is_some_and(|facts| template(facts).is_some())
}

/// The subtype that the facts hold for a type that is known already (K3).
pub(super) fn subtype<'a>(message_type: &MessageType, facts: &'a Facts) -> Option<Cow<'a, str>> {
    match message_type {
        MessageType::WhatsappMessageTemplate => template(facts),
        MessageType::FacebookMessageTag => tag(facts),
        MessageType::Session | MessageType::Other(_) => None,
    }
}

fn template(facts: &Facts) -> Option<Cow<'_, str>> {
    present::text(facts.template_name.as_deref()).map(Cow::Borrowed)
}

fn tag(facts: &Facts) -> Option<Cow<'_, str>> {
    present::text(facts.message_tag.as_deref()).map(|tag| Cow::Borrowed(message_tag(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(template: &str, tag: &str, other: &str) -> Facts {
        Facts {
            template_name: Some(template.into()),
            message_tag: Some(tag.into()),
            other_type: Some(other.into()),
            ..Facts::default()
        }
    }

    fn shown(facts: &Facts, kind: &ChannelKind, policy: &ClassifyPolicy) -> (String, Option<String>) {
        let (message_type, subtype, _) = message_type(facts, Some(kind), policy);
        (message_type.as_str().to_owned(), subtype.map(Cow::into_owned))
    }

    fn is(message_type: &str, subtype: Option<&str>) -> (String, Option<String>) {
        (message_type.to_owned(), subtype.map(str::to_owned))
    }

    #[test]
    fn every_whatsapp_kind_has_templates_and_no_other_kind_has() {
        for kind in ChannelKind::KNOWN {
            let (message_type, subtype) = shown(&facts("promo", "", ""), kind, &ClassifyPolicy::default());
            if kind.as_str().contains("whatsapp") {
                assert_eq!((message_type.as_str(), subtype.as_deref()), ("whatsapp_message_template", Some("promo")));
            } else {
                assert_eq!((message_type.as_str(), subtype), ("session", None), "{kind}");
            }
        }
    }

    #[test]
    fn only_facebook_has_tags_unless_the_policy_adds_instagram() {
        let tagged = facts("", "ACCOUNT_UPDATE", "");
        for kind in ChannelKind::KNOWN {
            let has = *kind == ChannelKind::Facebook;
            let expected = if has { is("facebook_message_tag", Some("ACCOUNT_UPDATE")) } else { is("session", None) };
            assert_eq!(shown(&tagged, kind, &ClassifyPolicy::default()), expected, "{kind}");
        }
        let policy = ClassifyPolicy::default().instagram_tags(true);
        let tag = is("facebook_message_tag", Some("ACCOUNT_UPDATE"));
        assert_eq!(shown(&tagged, &ChannelKind::Instagram, &policy), tag);
        assert_eq!(shown(&tagged, &ChannelKind::Telegram, &policy), is("session", None));
    }

    #[test]
    fn the_first_that_applies_decides() {
        let policy = ClassifyPolicy::default();
        let all = facts("promo", "HUMAN_AGENT", "messenger_template");
        assert_eq!(shown(&all, &ChannelKind::WhatsappCloud, &policy), is("whatsapp_message_template", Some("promo")));
        assert_eq!(shown(&all, &ChannelKind::Facebook, &policy), is("facebook_message_tag", Some("HUMAN_AGENT")));
        assert_eq!(shown(&all, &ChannelKind::Telegram, &policy), is("messenger_template", None));
    }

    #[test]
    fn a_messenger_template_without_a_tag_is_other() {
        let policy = ClassifyPolicy::default();
        let template = facts("promo", "", "messenger_template");
        let (message_type, subtype, rule) = message_type_of(&template, &ChannelKind::Facebook);
        assert_eq!(message_type, MessageType::Other("messenger_template".into()));
        assert_eq!((subtype, rule), (None, Rule::OtherKind));
        assert_eq!(shown(&facts("", "", "call"), &ChannelKind::Voice, &policy), is("call", None));
        // A template name alone on Facebook is a template name on another channel (D13).
        assert_eq!(shown(&facts("promo", "", ""), &ChannelKind::Facebook, &policy), is("session", None));
    }

    fn message_type_of<'a>(facts: &'a Facts, kind: &ChannelKind) -> (MessageType, Option<Cow<'a, str>>, Rule) {
        message_type(facts, Some(kind), &ClassifyPolicy::default())
    }

    #[test]
    fn human_agent_may_be_taken_as_no_tag() {
        let policy = ClassifyPolicy::default().human_agent_as_session(true);
        let human = facts("", "Human_Agent", "");
        assert_eq!(shown(&human, &ChannelKind::Facebook, &policy), is("session", None));
        assert_eq!(
            shown(&human, &ChannelKind::Facebook, &ClassifyPolicy::default()),
            is("facebook_message_tag", Some("HUMAN_AGENT"))
        );
        let account = facts("", "ACCOUNT_UPDATE", "");
        let tag = is("facebook_message_tag", Some("ACCOUNT_UPDATE"));
        assert_eq!(shown(&account, &ChannelKind::Facebook, &policy), tag);
        let template = facts("", "HUMAN_AGENT", "messenger_template");
        assert_eq!(shown(&template, &ChannelKind::Facebook, &policy), is("messenger_template", None));
    }

    #[test]
    fn tags_are_recognised_in_any_case_and_never_remapped() {
        for tag in TAGS {
            assert_eq!(message_tag(&tag.to_lowercase()), tag);
        }
        // Retired in 2020; some vendors map it to ACCOUNT_UPDATE.
        for kept in ["ISSUE_RESOLUTION", "issue_resolution", "Account Update", " HUMAN_AGENT", "HUMAN_AGENTS"] {
            assert_eq!(message_tag(kept), kept);
        }
    }

    #[test]
    fn an_unknown_channel_has_neither_templates_nor_tags() {
        let facts = facts("promo", "HUMAN_AGENT", "");
        assert_eq!(message_type(&facts, None, &ClassifyPolicy::default()).0, MessageType::Session);
        let custom = ChannelKind::Other("whatsapp_by_pigeon".into());
        assert_eq!(message_type_of(&facts, &custom).0, MessageType::Session);
    }

    #[test]
    fn the_three_names_are_no_kinds_of_their_own() {
        for name in ["session", "facebook_message_tag", "whatsapp_message_template"] {
            let facts = facts("", "", name);
            assert_eq!(message_type_of(&facts, &ChannelKind::Telegram), (MessageType::Session, None, Rule::Session));
        }
    }
}
