//! A payload as a host has it, and the way from it to facts.

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::fact::{Fact, IgnoredReason};
use super::shown::harmless;
use super::tape::{Memory, Node, Tape};
use super::{chatwoot, line, messenger, respond_io, telegram, twilio, value, viber, whatsapp, zenvia};
use crate::classify::{ClassifyPolicy, Provider};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::time::Instant;

/// A payload, with what the host knows beside it.
///
/// # Example
/// ```
/// use omnicontact::Instant;
/// use omnicontact::classify::{Provider, provider::Webhook};
/// let body = b"MessageSid=SM1&From=%2B593991234567&To=%2B15550001111&Body=hola&SmsStatus=received";
/// let webhook = Webhook::new(body).of(Provider::Twilio).received_at(Instant::MIN);
/// assert_eq!(webhook.provider, Some(Provider::Twilio));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Webhook<'a> {
    /// The body as it came: JSON, or a form.
    pub body: &'a [u8],
    /// Who sent it; recognised by its shape where absent.
    pub provider: Option<Provider>,
    /// The channel, where the payload itself does not name the account: Telegram, Viber.
    pub channel: Option<ForeignId>,
    /// When it came, UTC, where the payload itself does not say when: Twilio.
    pub received_at: Option<Instant>,
}

impl<'a> Webhook<'a> {
    /// A payload of whoever it looks like.
    pub fn new(body: &'a [u8]) -> Self {
        Self { body, provider: None, channel: None, received_at: None }
    }

    /// Sets who sent it.
    pub fn of(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Sets the channel.
    pub fn through(mut self, channel: impl Into<ForeignId>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// Sets when it came.
    pub fn received_at(mut self, at: Instant) -> Self {
        self.received_at = Some(at);
        self
    }
}

/// How payloads are read.
///
/// # Example
/// ```
/// use omnicontact::classify::{ClassifyPolicy, provider::ReadOptions};
/// let options = ReadOptions::default().classify(ClassifyPolicy::default().own_app_ids(["1234567890"]));
/// assert_eq!(options.classify.own_app_ids.len(), 1);
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Policies of classification: our app ids above all (K1).
    pub classify: ClassifyPolicy,
}

impl ReadOptions {
    /// Sets the policies of classification.
    pub fn classify(mut self, classify: ClassifyPolicy) -> Self {
        self.classify = classify;
        self
    }
}

/// What a payload says, and what in it could not be read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Reading {
    /// The facts, in the order of the payload.
    pub facts: Vec<Fact>,
    /// One error for each part that could not be read, with the path to it; the other parts are among the facts.
    ///
    /// At most 100,000 are told one by one; a last one says how many more there are.
    pub errors: Vec<Error>,
    /// How many errors are told by no error of their own.
    more_errors: usize,
}

/// So many errors of one payload are told one by one: each takes more memory than what it is about.
const MOST_ERRORS: usize = 100_000;

impl Reading {
    pub(super) fn tell(&mut self, error: Error) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(harmless(error));
        } else {
            self.more_errors += 1;
        }
    }

    fn finish(&mut self) {
        if self.more_errors > 0 {
            let words = format!("{} more parts could not be read", self.more_errors);
            self.errors.push(Error::new(Code::InvalidValue, words));
        }
    }
}

/// Who sent a message of ours, as only the host can know (K1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Sender {
    /// The user.
    pub user: Option<ForeignId>,
    /// The user's team.
    pub team: Option<ForeignId>,
    /// The broadcast.
    pub broadcast: Option<ForeignId>,
    /// The workflow.
    pub workflow: Option<ForeignId>,
    /// The bot.
    pub bot: Option<ForeignId>,
    /// The AI agent.
    pub ai_agent: Option<ForeignId>,
    /// The integration, by its name.
    pub integration: Option<String>,
    /// It came through the developer API.
    pub api: bool,
}

/// Reads payloads one after the other; the memory of one serves the next.
///
/// # Example
/// ```
/// use omnicontact::classify::provider::{ReadOptions, Reader, Webhook};
/// let mut reader = Reader::new(ReadOptions::default());
/// let reading = reader.read(&Webhook::new(b"[1, 2"));
/// assert!(reading.facts.is_empty());
/// assert_eq!(reading.errors[0].code().as_str(), "malformed_json");
/// ```
#[derive(Debug, Default)]
pub struct Reader {
    options: ReadOptions,
    memory: Memory,
}

/// Reads one payload; see [`Reader::read`].
///
/// # Example
/// ```
/// use omnicontact::classify::provider::{self, Fact, Webhook};
/// let body = br#"{"object": "page", "entry": [{"id": "900", "time": 1, "messaging": [{"sender": {"id": "42"},
///     "recipient": {"id": "900"}, "timestamp": 1751371200000, "read": {"watermark": 1751371100000}}]}]}"#;
/// let reading = provider::read(&Webhook::new(body), &Default::default());
/// assert!(matches!(&reading.facts[..], [Fact::Watermark(read)] if read.status.as_str() == "read"));
/// ```
pub fn read(webhook: &Webhook<'_>, options: &ReadOptions) -> Reading {
    Reader::new(options.clone()).read(webhook)
}

/// Keys of an envelope: a payload as a log keeps it, with what is known beside it.
const ENVELOPE: &[&str] = &["provider", "channel", "received_at", "body", "request", "response", "id", "to", "sender"];

impl Reader {
    /// A reader.
    pub fn new(options: ReadOptions) -> Self {
        Self { options, memory: Memory::default() }
    }

    /// Reads one payload: a webhook's body (JSON or form), an object or list of a product's API, or an envelope.
    ///
    /// An envelope is `{"provider": …, "body": …}` with, where they are known, `channel` and `received_at`; of a message
    /// of ours `{"provider": …, "request": …, "response": …}` with `id`, `to` and `sender` (see [`Sender`]). A body may
    /// be JSON or a text that holds JSON or a form.
    ///
    /// Nothing fails as a whole unless it must: what cannot be read is an error with its path, the rest are facts.
    /// Codes: `invalid_utf8`, `malformed_json`, `unknown_payload` for what no provider sends or another one does,
    /// `missing_value`, `invalid_value`, `unknown_key` in an envelope.
    pub fn read(&mut self, webhook: &Webhook<'_>) -> Reading {
        let mut reading = Reading::default();
        let outcome = read_body(webhook, &self.options, &mut self.memory, &mut reading);
        if let Err(error) = outcome {
            reading.tell(error);
        }
        reading.finish();
        reading
    }
}

/// What is known beside a body.
struct Beside<'a> {
    provider: Option<Provider>,
    channel: Option<ForeignId>,
    received_at: Option<Instant>,
    id: Option<ForeignId>,
    to: Option<String>,
    sender: Sender,
    options: &'a ReadOptions,
}

fn read_body(webhook: &Webhook<'_>, options: &ReadOptions, memory: &mut Memory, reading: &mut Reading) -> Result<()> {
    let text =
        std::str::from_utf8(webhook.body).map_err(|_| Error::new(Code::InvalidUtf8, "the payload is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Error::new(Code::EmptyInput, "the payload is empty"));
    }
    let mut beside = Beside {
        provider: webhook.provider,
        channel: webhook.channel.clone(),
        received_at: webhook.received_at,
        id: None,
        to: None,
        sender: Sender::default(),
        options,
    };
    if let Some(form) = as_form(text) {
        return dispatch(&beside, Tape::read(&form, memory)?.root(), reading);
    }
    let root = Tape::read(text, memory)?.root();
    if !is_envelope(root) {
        return dispatch(&beside, root, reading);
    }
    beside.open(root)?;
    match root.get("body") {
        Some(body) => match body.as_text() {
            None => dispatch(&beside, body, reading),
            Some(text) => {
                let mut memory = Memory::default();
                let form = as_form(&text);
                let inner = Tape::read(form.as_deref().unwrap_or(&text), &mut memory);
                let mut within = Reading::default();
                let outcome = inner.and_then(|tape| dispatch(&beside, tape.root(), &mut within));
                reading.facts.append(&mut within.facts);
                reading.errors.extend(within.errors.into_iter().map(|error| error.at("body")));
                reading.more_errors += within.more_errors;
                outcome.map_err(|error| error.at("body"))
            }
        },
        None => sent(&beside, root, reading),
    }
}

/// A form has no braces at its front.
fn as_form(text: &str) -> Option<String> {
    let first = text.trim_start().as_bytes().first()?;
    if matches!(first, b'{' | b'[' | b'"') { None } else { value::form(text) }
}

/// Whether a payload is an envelope: it names a provider of ours, and holds what one sent.
fn is_envelope(root: Node<'_>) -> bool {
    root.get("provider").is_some_and(|name| name.as_text().is_some())
        && ["body", "request", "response"].iter().any(|key| root.get(key).is_some())
}

impl Beside<'_> {
    fn open(&mut self, root: Node<'_>) -> Result<()> {
        for (key, node) in root.entries() {
            if !ENVELOPE.contains(&&*key) {
                let error = Error::new(Code::UnknownKey, format!("unknown key `{key}`"));
                return Err(error.with_allowed(ENVELOPE.iter().copied()).at(node.path()));
            }
        }
        let name = root.need("provider")?.as_text().unwrap_or_default();
        let provider = Provider::parse(&name).map_err(|error| error.at("provider"))?;
        if self.provider.is_some_and(|expected| expected != provider) {
            return Err(Error::new(Code::UnknownPayload, format!("the envelope says `{provider}`")).at("provider"));
        }
        self.provider = Some(provider);
        if let Some(channel) = root.get("channel") {
            self.channel = Some(foreign(channel)?);
        }
        if let Some(at) = root.get("received_at") {
            // The host's own word, of whatever year.
            let unit = if at.as_text().is_some() { value::Unit::Iso } else { value::Unit::Millis };
            if at.as_text().is_none_or(|text| !text.is_empty()) {
                self.received_at = Some(at.as_written(unit)?);
            }
        }
        self.id = root.get("id").map(foreign).transpose()?;
        self.to = root.id("to")?;
        if let Some(sender) = root.get("sender") {
            if !sender.is_object() {
                return Err(sender.wrong("an object"));
            }
            self.sender = read_sender(sender)?;
        }
        Ok(())
    }

    fn context<'c>(&'c self, provider: Provider, reading: &'c mut Reading) -> Context<'c> {
        Context {
            provider,
            options: self.options,
            channel: self.channel.clone().map(|channel| own_kind(provider, channel)),
            received_at: self.received_at,
            id: self.id.as_ref(),
            to: self.to.as_deref(),
            sender: &self.sender,
            reading,
        }
    }
}

/// A channel's id as the provider's own payloads have it: products number theirs, for the others they are texts.
fn own_kind(provider: Provider, channel: ForeignId) -> ForeignId {
    match (provider, channel) {
        (Provider::RespondIo | Provider::Chatwoot, ForeignId::Text(text)) => value::numbered(text.as_ref().to_owned()),
        (Provider::RespondIo | Provider::Chatwoot, channel) => channel,
        (_, channel) => channel.to_text().into_owned().into(),
    }
}

/// An id of the host: a text or an integer, as it came.
fn foreign(node: Node<'_>) -> Result<ForeignId> {
    let id = node.as_id()?.ok_or_else(|| node.wrong("an id"))?;
    Ok(if node.as_number().is_some() { value::numbered(id) } else { id.into() })
}

fn read_sender(node: Node<'_>) -> Result<Sender> {
    let mut sender = Sender::default();
    for (key, found) in node.entries().filter(|(_, found)| !found.is_null()) {
        match &*key {
            "user" => sender.user = Some(foreign(found)?),
            "team" => sender.team = Some(foreign(found)?),
            "broadcast" => sender.broadcast = Some(foreign(found)?),
            "workflow" => sender.workflow = Some(foreign(found)?),
            "bot" => sender.bot = Some(foreign(found)?),
            "ai_agent" => sender.ai_agent = Some(foreign(found)?),
            "integration" => sender.integration = found.as_words(),
            "api" => sender.api = node.flag("api"),
            _ => {
                let allowed = ["user", "team", "broadcast", "workflow", "bot", "ai_agent", "integration", "api"];
                let error = Error::new(Code::UnknownKey, format!("unknown key `{key}`")).with_allowed(allowed);
                return Err(error.at(found.path()));
            }
        }
    }
    Ok(sender)
}

/// Hands a body to the reader of whoever sent it.
fn dispatch(beside: &Beside<'_>, body: Node<'_>, reading: &mut Reading) -> Result<()> {
    if !body.is_object() && !body.is_list() {
        return Err(Error::new(Code::UnknownPayload, format!("a payload is an object, this is {}", body.noun()))
            .at(body.path()));
    }
    let found = recognised(body);
    let provider = match (beside.provider, found) {
        (Some(named), Some(found)) if named != found => {
            return Err(
                Error::new(Code::UnknownPayload, format!("a payload of `{found}`, not of `{named}`")).at(body.path())
            );
        }
        (Some(named), _) => named,
        (None, Some(found)) => found,
        (None, None) => {
            return Err(Error::new(Code::UnknownPayload, "no provider is known to send this")
                .at(body.path())
                .with_hint("name the provider, or hand over the payload as it came"));
        }
    };
    let cx = &mut beside.context(provider, reading);
    let before = cx.told();
    match provider {
        Provider::Whatsapp => whatsapp::read(cx, body),
        Provider::Messenger | Provider::Instagram => messenger::read(cx, body),
        Provider::Telegram => telegram::read(cx, body),
        Provider::Twilio => twilio::read(cx, body),
        Provider::Viber => viber::read(cx, body),
        Provider::Line => line::read(cx, body),
        Provider::RespondIo => respond_io::read(cx, body),
        Provider::Chatwoot => chatwoot::read(cx, body),
        Provider::Zenvia => zenvia::read(cx, body),
    }?;
    if cx.told() == before {
        // Lists with nothing in them: that is said as well.
        cx.ignore(body, "empty", IgnoredReason::UnknownKind);
    }
    Ok(())
}

/// Hands a message of ours to the reader of whoever took it.
fn sent(beside: &Beside<'_>, root: Node<'_>, reading: &mut Reading) -> Result<()> {
    let part = |key: &str| match root.get(key) {
        Some(node) if !node.is_object() => Err(node.wrong("an object")),
        found => Ok(found),
    };
    let request = match root.get("request") {
        Some(node) if node.as_text().is_some() => None,
        _ => part("request")?,
    };
    // A form was sent: Twilio's way.
    let form = root.get("request").and_then(Node::as_text).and_then(|text| as_form(&text));
    let mut memory = Memory::default();
    let request = match &form {
        Some(form) => Some(Tape::read(form, &mut memory)?.root()),
        None => request,
    };
    let response = part("response")?;
    let provider = beside.provider.unwrap_or(Provider::Whatsapp);
    let cx = &mut beside.context(provider, reading);
    match provider {
        Provider::Whatsapp => whatsapp::sent(cx, root, request, response),
        Provider::Messenger | Provider::Instagram => messenger::sent(cx, root, request, response),
        Provider::Telegram => telegram::sent(cx, root, request, response),
        Provider::Twilio => twilio::sent(cx, root, request, response),
        Provider::Viber => viber::sent(cx, root, request, response),
        Provider::Line => line::sent(cx, root, request, response),
        Provider::RespondIo => respond_io::sent(cx, root, request, response),
        Provider::Chatwoot | Provider::Zenvia => match response {
            // Both answer with the message itself.
            Some(response) if provider == Provider::Chatwoot => chatwoot::read(cx, response),
            Some(response) => zenvia::sent(cx, request, response),
            None => Err(root.missing("response")),
        },
    }
}

/// Who sends payloads of this shape; none if nobody is known to.
fn recognised(body: Node<'_>) -> Option<Provider> {
    let has = |key: &str| body.get(key).is_some();
    let says = |key: &str, words: &[&str]| {
        body.get(key).and_then(Node::as_text).is_some_and(|text| words.iter().any(|word| *word == text))
    };
    if body.is_list() {
        return None;
    }
    if let Some(object) = body.get("object").and_then(Node::as_text) {
        match &*object {
            "whatsapp_business_account" => return Some(Provider::Whatsapp),
            "page" => return Some(Provider::Messenger),
            "instagram" => return Some(Provider::Instagram),
            // One app, one address: what Meta tells it of users and permissions comes there, too.
            object if messenger::is_of_app(object, body) => return Some(Provider::Messenger),
            _ => {}
        }
    }
    if has("update_id") {
        return Some(Provider::Telegram);
    }
    if has("destination") && has("events") {
        return Some(Provider::Line);
    }
    let is_resource = |node: Node<'_>| node.get("sid").is_some() && node.get("account_sid").is_some();
    let is_list = || body.get("messages").is_some_and(|list| list.items().next().is_some_and(is_resource));
    if has("MessageSid") || has("SmsSid") || is_resource(body) || is_list() {
        return Some(Provider::Twilio);
    }
    if has("message_token") || (says("event", &["webhook"]) && has("timestamp")) {
        return Some(Provider::Viber);
    }
    if respond_io::is_one(body) {
        return Some(Provider::RespondIo);
    }
    if zenvia::is_one(body) {
        return Some(Provider::Zenvia);
    }
    chatwoot::is_one(body).then_some(Provider::Chatwoot)
}
