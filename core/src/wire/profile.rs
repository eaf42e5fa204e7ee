//! Requests for the figures of profiles (Z1, Z2, Z4), and for what texts say of who wrote them (Z3).

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::contact::Contact;
use crate::error::Result;
use crate::id::ForeignId;
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
    /// Conversations (Z4).
    pub tickets: Tickets,
}

/// The figures of a profile (Z1, Z2, Z4).
///
/// # Errors
/// `unknown_zone`; `instant_out_of_range` at `policies.days`.
pub fn profile_figures(given: &ProfileOf, request: &ProfileRequest) -> Result<ProfileFigures> {
    let (zone, now, policy) = (Zone::new(&request.zone)?, request.now, &request.policies);
    let figures = || {
        Ok(ProfileFigures {
            engagement: profile::engagement(&given.messages, &given.channels, &request.clicked, &zone, now, policy)?,
            interaction: profile::interaction(&given.messages, &zone, now, policy.days)?,
            base: profile::base_interaction(&given.contacts, &zone, now, policy.days)?,
            tickets: profile::tickets(given.contacts.iter().filter_map(|contact| contact.conversation.as_ref())),
        })
    };
    figures().map_err(|error: crate::Error| error.at("policies"))
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
/// `unknown_label` at `language` for one that the model does not know; at `operation` in a build without the feature
/// `satisfaction`.
#[cfg(feature = "satisfaction")]
pub fn judge_texts(request: &JudgeTexts) -> Result<JudgedTexts> {
    use crate::profile::SatisfactionModel;
    let mut model = profile::WordModel::new();
    if let Some(language) = &request.language {
        model = model.in_language(language)?;
    }
    let judgements: Vec<Judgement> = request.texts.iter().map(|text| model.judge(text)).collect();
    Ok(JudgedTexts {
        satisfaction: Satisfaction::of(&judgements, model.name()),
        judgements,
        model: SatisfactionModelFacts {
            name: model.name().to_owned(),
            languages: model.languages().iter().map(|language| (*language).to_owned()).collect(),
            measured: model.measured().to_vec(),
        },
    })
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
