//! Requests for the figures of profiles (Z1 to Z4), and for what texts say of who wrote them (Z3).

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::classify::fold_slice;
use crate::contact::Contact;
use crate::error::Result;
use crate::id::ForeignId;
use crate::label::labels;
use crate::message::Message;
use crate::profile::{
    self, BaseInteraction, Engagement, EngagementPolicy, Interaction, Judgement, Measured, Satisfaction, Tickets,
};
use crate::time::{Instant, Zone};

/// Messages and channels, as plain data.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ProfileOf {
    /// Messages: of one contact, or of all.
    pub messages: Vec<Message>,
    /// Contacts: the one, or all.
    pub contacts: Vec<Contact>,
    /// Channels with their kinds.
    pub channels: Vec<Channel>,
    /// What the host knows of satisfaction: it wins over what texts would say.
    pub satisfaction: Option<HostSatisfaction>,
}

/// Satisfaction as the host counted it, by a model or a survey of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostSatisfaction {
    /// Texts, or answers, of people who are content.
    pub satisfied: u32,
    /// Those that say neither.
    pub neutral: u32,
    /// Those of people who are not content.
    pub dissatisfied: u32,
    /// Those that say too little.
    #[serde(default)]
    pub unknown: u32,
    /// What counted them; `host` where absent.
    pub model: Option<String>,
}

labels! { closed
    /// Where the satisfaction of a profile came from.
    SatisfactionOrigin, "origin of satisfaction" {
        /// The host gave it.
        Host = "host",
        /// The shipped model judged the texts of the incoming messages.
        Texts = "texts",
        /// Nobody gave it, and this build has no model.
        NoModel = "no_model",
    }
}

/// How content people are, and how that is known (Z3).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileSatisfaction {
    /// Where the figures came from.
    pub origin: SatisfactionOrigin,
    /// The figures; their mood is unknown where no text could be judged. None without a model.
    pub figures: Option<Satisfaction>,
    /// The language in which all texts were judged; none where it was found by each text's words.
    pub language: Option<String>,
    /// What the shipped model says of itself, where it judged.
    pub model: Option<SatisfactionModelFacts>,
}

/// Asks for the figures of a profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileRequest {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// Ids of messages with a click.
    #[serde(default)]
    pub clicked: Vec<ForeignId>,
    /// The language of the texts, ISO 639-1. Where absent, that of the contact if one is given and the model knows it;
    /// else it is found by each text's words.
    pub language: Option<String>,
    /// Policies.
    #[serde(default)]
    pub policies: EngagementPolicy,
}

/// The figures of a profile, or of the base where all messages and contacts are given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileFigures {
    /// Mass sends by channel (Z1).
    pub engagement: Engagement,
    /// Days with an incoming message, of days with any (Z2).
    pub interaction: Interaction,
    /// Contacts with an interaction in the window, of all (Z2).
    pub base: BaseInteraction,
    /// What the texts of incoming messages in the window say, or the host (Z3).
    pub satisfaction: ProfileSatisfaction,
    /// Conversations (Z4).
    pub tickets: Tickets,
}

/// The figures of a profile (Z1 to Z4). Rows with one message id are one message (D10).
///
/// # Errors
/// `unknown_zone`; `instant_out_of_range` at `policies.days`; `invalid_language` at `language`, where texts are judged.
///
/// # Example
/// ```
/// use omnicontact::profile::Mood;
/// use omnicontact::wire::{self, HostSatisfaction, ProfileOf, ProfileRequest, SatisfactionOrigin};
/// use serde_json::json;
/// let given: ProfileOf = wire::read(json!({"satisfaction": {"satisfied": 2, "neutral": 0, "dissatisfied": 1}}))?;
/// let request: ProfileRequest = wire::read(json!({"zone": "UTC", "now": "2026-07-15T00:00:00Z"}))?;
/// let found = wire::profile_figures(&given, &request)?.satisfaction;
/// assert_eq!(found.origin, SatisfactionOrigin::Host);
/// assert_eq!(found.figures.map(|figures| figures.mood), Some(Mood::Satisfied));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn profile_figures(given: &ProfileOf, request: &ProfileRequest) -> Result<ProfileFigures> {
    let (zone, now, policy) = (Zone::new(&request.zone)?, request.now, &request.policies);
    let messages = &*fold_slice(&given.messages);
    let at_policies = |error: crate::Error| error.at("policies");
    let texts = || profile::incoming_texts(messages, &zone, now, policy.days).map_err(at_policies);
    Ok(ProfileFigures {
        engagement: profile::engagement(messages, &given.channels, &request.clicked, &zone, now, policy)
            .map_err(at_policies)?,
        interaction: profile::interaction(messages, &zone, now, policy.days).map_err(at_policies)?,
        base: profile::base_interaction(&given.contacts, &zone, now, policy.days).map_err(at_policies)?,
        satisfaction: match &given.satisfaction {
            Some(host) => as_given(host),
            None => by_texts(&texts()?, request.language.as_deref(), &given.contacts)?,
        },
        tickets: profile::tickets(given.contacts.iter().filter_map(|contact| contact.conversation.as_ref())),
    })
}

fn as_given(host: &HostSatisfaction) -> ProfileSatisfaction {
    let counts = [host.satisfied, host.neutral, host.dissatisfied, host.unknown].map(u64::from);
    let figures = Satisfaction::counted(counts, host.model.as_deref().unwrap_or("host"));
    ProfileSatisfaction { origin: SatisfactionOrigin::Host, figures: Some(figures), language: None, model: None }
}

/// Judges texts in the language that is asked for, or in that of the one contact if the model knows it.
#[cfg(feature = "satisfaction")]
fn by_texts(texts: &[&str], asked: Option<&str>, contacts: &[Contact]) -> Result<ProfileSatisfaction> {
    use crate::profile::SatisfactionModel;
    let mut model = profile::WordModel::new();
    let of_contact = match contacts {
        [contact] => contact.language.as_deref().filter(|language| model.languages().contains(language)),
        _ => None,
    };
    let language = asked.or(of_contact);
    if let Some(language) = language {
        model = model.in_language(language)?;
    }
    Ok(ProfileSatisfaction {
        origin: SatisfactionOrigin::Texts,
        figures: Some(profile::satisfaction(&model, texts.iter().copied())),
        language: language.map(str::to_owned),
        model: Some(facts(&model)),
    })
}

/// This build has no model.
#[cfg(not(feature = "satisfaction"))]
#[expect(clippy::unnecessary_wraps, reason = "with the model it may fail")]
fn by_texts(_: &[&str], _: Option<&str>, _: &[Contact]) -> Result<ProfileSatisfaction> {
    Ok(ProfileSatisfaction { origin: SatisfactionOrigin::NoModel, figures: None, language: None, model: None })
}

#[cfg(feature = "satisfaction")]
fn facts(model: &impl profile::SatisfactionModel) -> SatisfactionModelFacts {
    SatisfactionModelFacts {
        name: model.name().to_owned(),
        languages: model.languages().iter().map(|language| (*language).to_owned()).collect(),
        measured: model.measured().to_vec(),
    }
}

/// Asks what texts say of who wrote them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeTexts {
    /// The texts: of a contact's incoming messages.
    pub texts: Vec<String>,
    /// The contact's language, ISO 639-1; found by each text's words where absent.
    pub language: Option<String>,
}

/// What a model says of itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SatisfactionModelFacts {
    /// Its name and version.
    pub name: String,
    /// The languages that it is made for.
    pub languages: Vec<String>,
    /// How often it was right, by language and set.
    pub measured: Vec<Measured>,
}

/// What texts say of who wrote them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedTexts {
    /// One a text, in their order.
    pub judgements: Vec<Judgement>,
    /// All of them together.
    pub satisfaction: Satisfaction,
    /// The model.
    pub model: SatisfactionModelFacts,
}

/// What texts say of who wrote them, by the shipped model (Z3).
///
/// # Errors
/// `invalid_language` at `language`; `unknown_label` at `operation` in a build without the feature `satisfaction`.
#[cfg(feature = "satisfaction")]
pub fn judge_texts(request: &JudgeTexts) -> Result<JudgedTexts> {
    use crate::profile::SatisfactionModel;
    let mut model = profile::WordModel::new();
    if let Some(language) = &request.language {
        model = model.in_language(language)?;
    }
    let judgements: Vec<Judgement> = request.texts.iter().map(|text| model.judge(text)).collect();
    Ok(JudgedTexts { satisfaction: Satisfaction::of(&judgements, &model), judgements, model: facts(&model) })
}

/// This build has no model.
///
/// # Errors
/// `unknown_label` at `operation`.
#[cfg(not(feature = "satisfaction"))]
pub fn judge_texts(_: &JudgeTexts) -> Result<JudgedTexts> {
    use crate::error::{Code, Error};
    Err(Error::new(Code::UnknownLabel, "this build has no model of satisfaction").at("operation"))
}
