// The shapes at the border, for TypeScript. Times are UTC epoch milliseconds; where a request has one, an RFC 3339 text
// is read as well. Missing is null or left out. A test compares this file with the Rust shapes, key by key.

/** An id as the host has it: an integer, a text, or a UUID marked as such. */
export type Id = number | bigint | string | { uuid: string };
/** An id in an answer: integers beyond 2^53 are bigints, UUIDs are texts. */
export type ShownId = number | bigint | string;
/** UTC epoch milliseconds, RFC 3339, or a date. */
export type Time = number | string | Date;

export type Action =
  | "view_contacts"
  | "view_profile"
  | "edit_profile"
  | "add_contact"
  | "import_contacts"
  | "export_contacts"
  | "delete_contacts"
  | "merge_contacts"
  | "unmerge_contacts"
  | "delete_tags"
  | "delete_departments"
  | "view_reports"
  | "change_settings"
  | "change_integrations"
  | "use_shortcuts"
  | "send_messages";
export type BulkActionKind = "tag" | "untag" | "assign" | "edit" | "delete";
export type ChangeKind =
  | "opened"
  | "added"
  | "connected"
  | "told"
  | "edited"
  | "identity_added"
  | "identity_removed"
  | "merged"
  | "unmerged"
  | "deleted"
  | "erased"
  | "refused"
  | "dismissed"
  | "limit_set"
  | "reset_set"
  | "reset_run"
  | "channel_set"
  | "tag_deleted"
  | "department_deleted"
  | "custom_field_set"
  | "custom_field_deleted";
export type ChannelKind =
  | "facebook"
  | "instagram"
  | "whatsapp"
  | "whatsapp_cloud"
  | "360dialog_whatsapp"
  | "twilio_whatsapp"
  | "message_bird_whatsapp"
  | "nexmo_whatsapp"
  | "telegram"
  | "viber"
  | "line"
  | "wechat"
  | "twitter"
  | "tiktok"
  | "sms"
  | "twilio"
  | "message_bird"
  | "nexmo"
  | "email"
  | "gmail"
  | "other_email"
  | "google_business"
  | "rcs"
  | "web_chat"
  | "voice"
  | "custom_channel"
  | (string & {});
export type ChannelState = "active" | "inactive" | "unavailable";
export type ChartKind = "bar" | "pie" | "line";
export type Column =
  | "timestamp"
  | "contact_id"
  | "contact_name"
  | "source"
  | "user"
  | "channel"
  | "content"
  | "delivered_at"
  | "read_at"
  | "type"
  | "subtype"
  | "error";
export type CommandKind =
  | "add_contact"
  | "edit"
  | "add_identity"
  | "remove_identity"
  | "tell"
  | "merge"
  | "unmerge"
  | "delete"
  | "erase"
  | "erase_identity"
  | "dismiss"
  | "set_limit"
  | "set_reset"
  | "run_reset"
  | "set_channel"
  | "delete_tag"
  | "delete_department"
  | "set_custom_field"
  | "delete_custom_field";
export type Component =
  | "overview"
  | "added_by_source"
  | "connected_by_channel"
  | "added_log"
  | "connected_log"
  | "deleted_log"
  | "merged_log"
  | "incoming_by_channel"
  | "outgoing_by_channel"
  | "outgoing_by_source"
  | "outgoing_by_type"
  | "outgoing_by_subtype"
  | "delivery"
  | "incoming_log"
  | "outgoing_log"
  | "failed_log";
export type ContactEventKind =
  | "created"
  | "updated"
  | "deleted"
  | "subscribed"
  | "unsubscribed"
  | "referred"
  | "opened"
  | "button_pressed"
  | "conversation_opened"
  | "conversation_closed"
  | "assigned"
  | "tagged"
  | "untagged"
  | "lifecycle"
  | (string & {});
export type CountReason =
  | "carried"
  | "incoming_message"
  | "outgoing_message"
  | "added"
  | "imported"
  | "identity_added"
  | "identity_removed"
  | "unmerged";
export type CreatedAt = "primary" | "earliest";
export type CsvDelimiter = "comma" | "semicolon" | "tab" | "pipe";
export type CsvHeader = "names" | "titles" | "absent";
export type CsvValues = "labels" | "keys";
export type CustomType = "text" | "list" | "checkbox" | "email" | "number" | "url" | "date" | "time";
export type Delimiter = "auto" | "comma" | "semicolon" | "tab";
export type Direction = "incoming" | "outgoing";
export type Duplicates = "fold" | "trust";
export type EditKind =
  | "set"
  | "set_custom"
  | "add_tags"
  | "remove_tags"
  | "add_to_lists"
  | "remove_from_lists"
  | "add_phone"
  | "remove_phone"
  | "add_email"
  | "remove_email"
  | "add_foreign_key"
  | "subscribe"
  | "block"
  | "open_conversation"
  | "close_conversation";
export type Indexing = "ahead" | "on_demand";
export type EventKind = "added" | "connected" | "deleted" | "merged" | "unmerged" | "refused";
export type Field =
  | "name"
  | "first_name"
  | "last_name"
  | "phone"
  | "email"
  | "language"
  | "country"
  | "locale"
  | "picture"
  | "company"
  | "department"
  | "lifecycle"
  | "assignee"
  | "origin";
export type Filter = "channel" | "contact" | "source" | "type" | "team" | "user" | "broadcast";
export type Format = "auto" | "csv" | "ndjson";
export type Granularity = "hour" | "day" | "week" | "month" | "quarter" | "year" | "auto";
export type Ids = "text" | "integer";
export type IgnoredReason =
  | "template"
  | "account"
  | "feed"
  | "presence"
  | "reaction"
  | "revision"
  | "handover"
  | "note"
  | "group"
  | "verification"
  | "not_delivery"
  | "extra"
  | "catalogue"
  | "unknown_kind";
export type Locale = "en" | "es" | "fr" | "pt";
export type MessageType = "session" | "facebook_message_tag" | "whatsapp_message_template" | (string & {});
export type OutcomeKind =
  | "added"
  | "exists"
  | "edited"
  | "told"
  | "merged"
  | "already_merged"
  | "unmerged"
  | "deleted"
  | "erased"
  | "reset_run"
  | "reset_set"
  | "taken_off"
  | "done"
  | "unchanged"
  | "refused";
export type Period =
  | "today"
  | "yesterday"
  | "last_7_days"
  | "last_14_days"
  | "last_30_days"
  | "this_week"
  | "last_week"
  | "this_month"
  | "last_month"
  | "this_quarter"
  | "last_quarter"
  | "this_year"
  | "last_year"
  | "all_time"
  | "custom";
export type Provider =
  | "twilio"
  | "whatsapp"
  | "messenger"
  | "instagram"
  | "telegram"
  | "viber"
  | "line"
  | "respond_io"
  | "chatwoot"
  | "zenvia";
export type RefusalKind =
  | "quota_exceeded"
  | "not_merged"
  | "already_unmerged"
  | "superseded"
  | "contact_deleted"
  | "contact_unknown"
  | "same_contact"
  | "merged_away"
  | "identity_conflict"
  | "forbidden";
export type ReportKind = "contacts" | "messages";
export type ResetMode = "off" | "all" | "only_tagged" | "all_or_tagged";
export type Restriction =
  | "data_export"
  | "contact_deletion"
  | "settings"
  | "integrations"
  | "shortcuts"
  | "own_team"
  | "own_contacts";
export type Role = "owner" | "admin" | "operator" | "agent";
export type ShowFormat = "json" | "html" | "text" | "csv" | "svg" | "vega";
export type Side = "primary" | "secondary";
export type Source =
  | "user"
  | "contact_import"
  | "developer_api"
  | "incoming_message"
  | "echo_message"
  | "broadcast"
  | "workflow"
  | "bot"
  | "ai_agent"
  | "zapier"
  | "make"
  | "n8n"
  | "click_to_chat_ads"
  | "growth_widget"
  | "app"
  | "campaign"
  | "reset"
  | "unknown"
  | (string & {});
export type Status = "pending" | "sent" | "delivered" | "read" | "failed";
export type SubscriptionStatus = "subscribed" | "unsubscribed";
export type TableKind = "rows" | "buckets" | "funnel" | "failures";
export type Taken = "primary" | "secondary" | "value";
export type TextFormat = "language" | "country" | "locale" | "tag" | "custom_field_name";
export type TimeFormat = "auto" | "seconds" | "milliseconds" | "microseconds" | "twitter";
export type UndefinedFields = "accept" | "refuse";
export type UnitPolicy = "per_channel_identity" | "per_contact" | "monthly_active";
export type Untracked = "sent" | "pending";
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/** What an error of this library carries. */
export interface ErrorData {
  kind: string;
  code: string;
  message: string;
  path: string;
  hint: string | null;
}

export interface StatusUpdate {
  status: Status;
  at?: Time | null;
  error_code?: string | null;
  error?: string | null;
}

/** Raw facts about an outgoing message, from which source and type follow. */
export interface Facts {
  is_echo?: boolean;
  app_id?: string | null;
  is_phone_app_echo?: boolean;
  workflow?: Id | null;
  bot?: Id | null;
  ai_agent?: Id | null;
  integration?: string | null;
  is_api?: boolean;
  template_name?: string | null;
  message_tag?: string | null;
  other_type?: string | null;
}

export interface Message {
  id: Id;
  sent_at: Time;
  direction: Direction;
  contact: Id;
  channel?: Id | null;
  source?: Source | null;
  type?: MessageType | null;
  subtype?: string | null;
  user?: Id | null;
  team?: Id | null;
  broadcast?: Id | null;
  delivery?: StatusUpdate[] | null;
  content?: string | null;
  facts?: Facts | null;
}

export interface ContactEvent {
  sequence?: number | null;
  kind: EventKind;
  at: Time;
  contact: Id;
  name?: string | null;
  secondary?: Id | null;
  source?: Source | null;
  channel?: Id | null;
  user?: Id | null;
}

export interface Channel {
  id: Id;
  kind: ChannelKind;
  name?: string | null;
  removed?: boolean;
}

/** A contact, user, team or broadcast. */
export interface Named {
  id: Id;
  name?: string | null;
  removed?: boolean;
}

export interface ClassifyPolicy {
  own_app_ids?: string[];
  instagram_tags?: boolean;
  human_agent_as_session?: boolean;
  untracked?: Untracked;
}

export interface DatasetOptions {
  duplicates?: Duplicates;
  derive_connections?: boolean;
  classify?: ClassifyPolicy;
  /** When indexes are made that not every report needs; default `on_demand`: when a report asks. */
  index?: Indexing;
}

export interface DatasetRequest {
  messages?: Message[] | null;
  events?: ContactEvent[] | null;
  contacts?: Named[];
  channels?: Channel[];
  users?: Named[];
  teams?: Named[];
  broadcasts?: Named[];
  /** Pairs: merged-away id, the id it went into. */
  merges?: [Id, Id][] | null;
  options?: DatasetOptions;
}

/** How a host's columns become fields. */
export interface ColumnOptions {
  columns?: Record<string, string>;
  ignored_columns?: string[];
  ignore_unknown?: boolean;
}

/** A word, `2026-07-01..2026-07-31`, dates (the last one included), or instants (the end excluded). */
export type PeriodRequest = Period | (string & {}) | { from: string; to: string } | { start: Time; end: Time };

export interface Filters {
  channel?: Id[];
  contact?: Id[];
  contact_text?: string[];
  /** Ids of the contacts of a segment; an empty list is nobody. */
  among?: Id[] | null;
  source?: string[];
  type?: string[];
  team?: Id[];
  user?: Id[];
  /** Ids of broadcasts, or their names. */
  broadcast?: Id[];
}

export interface PeriodPolicies {
  include_today?: boolean;
  week_start?: Weekday;
  whole_unit?: boolean;
  /** `all_time` goes to the end of today; else it ends with the day of the last record. */
  to_today?: boolean;
}

export interface Policies {
  count_all_attempts?: boolean;
  added_has_channel?: boolean;
  include_today?: boolean;
  week_start?: Weekday;
  whole_unit?: boolean;
  /** `all_time` goes to the end of today; else it ends with the day of the last record. */
  to_today?: boolean;
  /** Most counters: time buckets times rows of all breakdowns, a bucket itself as twenty; 4,000,000 where left out. */
  max_cells?: number;
  /** This and the next four: only where the call gives the data as well. */
  untracked?: Untracked;
  own_app_ids?: string[];
  instagram_tags?: boolean;
  human_agent_as_session?: boolean;
  derive_connections?: boolean;
}

export interface LogsRequest {
  limit?: number;
  cursor?: string | null;
  columns?: Column[] | null;
}

export interface ReportRequest {
  zone: string;
  now: Time;
  period?: PeriodRequest;
  granularity?: Granularity;
  filters?: Filters;
  policies?: Policies;
  compare?: boolean;
  distinct_contacts?: boolean;
  logs?: LogsRequest;
  components?: Component[] | null;
  locale?: Locale;
}

export interface ChoicesRequest {
  /** `messages` where left out and the data has messages, else `contacts`. */
  report?: ReportKind | null;
  filter: Filter;
  locale?: Locale;
}

export interface ShowRequest {
  format: ShowFormat;
  component?: Component | null;
  chart?: ChartKind | null;
  table?: TableKind;
  log_rows?: number | null;
  rows?: number | null;
  owner?: string | null;
  width?: number | null;
  colours?: boolean;
  header?: CsvHeader | null;
  values?: CsvValues | null;
  delimiter?: CsvDelimiter | null;
  bom?: boolean;
  harmless?: boolean;
}

export interface ShowReportRequest {
  report: ReportKind;
  options: ReportRequest;
  show: ShowRequest;
}

export interface TableRequest {
  component: Component;
  table?: TableKind;
}

export interface ResolvePeriod {
  zone: string;
  now: Time;
  period: PeriodRequest;
  policies?: PeriodPolicies;
  records?: [number, number] | null;
}

export interface BucketsRequest {
  zone: string;
  now: Time;
  period: PeriodRequest;
  granularity?: Granularity;
  policies?: PeriodPolicies;
  records?: [number, number] | null;
}

export interface DayOf {
  zone: string;
  at: Time;
}

export interface StartOfDay {
  zone: string;
  date: string;
}

export interface ClassifyMessage {
  message: Message;
  channel_kind?: ChannelKind | null;
  policy?: ClassifyPolicy;
}

export interface DeliveryStatus {
  sent_at: Time;
  history?: StatusUpdate[] | null;
  untracked?: Untracked;
}

export interface FoldMessages {
  messages: Message[];
}

export interface Connections {
  messages: Message[];
  events?: ContactEvent[];
  policy?: ClassifyPolicy;
}

export interface ProviderWord {
  provider: Provider;
  word: string;
}

/**
 * A payload, with what the host knows beside it. The body is JSON, or a text that holds JSON or a form; in JavaScript also
 * the bytes of either (a `Buffer`, a `Uint8Array`). `bytes` stand in its stead where they are no UTF-8.
 */
export interface WebhookRequest {
  body?: unknown;
  bytes?: number[] | null;
  provider?: Provider | null;
  channel?: Id | null;
  received_at?: Time | null;
}

export interface ReadWebhooks {
  webhooks: WebhookRequest[];
  policy?: ClassifyPolicy;
}

export interface FactChannel {
  id?: Id;
  kind: ChannelKind;
  name?: string;
  /** What sends through the account where several may: Twilio's messaging service. */
  service?: Id;
}

/** The person that a fact is about. */
export interface FactIdentity {
  external?: string;
  aliases?: string[];
  /** The product's own id of the contact. */
  contact?: Id;
  name?: string;
  phone?: string;
  email?: string;
}

export interface MessageFact {
  fact: "message";
  provider: Provider;
  id: Id;
  channel: FactChannel;
  identity: FactIdentity;
  at: Time;
  direction: Direction;
  source?: Source;
  type?: MessageType;
  subtype?: string;
  decided_by?: DecidedBy;
  user?: Id;
  team?: Id;
  broadcast?: Id;
  content?: string;
  facts?: Facts;
}

/** What a provider charges for, in its own words. */
export interface Pricing {
  model?: string;
  type?: string;
  category?: string;
  billable?: boolean;
}

/** A status of null: called back before it went, and no message. */
export interface StatusFact {
  fact: "status";
  provider: Provider;
  id: Id;
  channel: FactChannel;
  identity: FactIdentity;
  at?: Time;
  status: Status | null;
  word: string;
  error_code?: string;
  error?: string;
  pricing?: Pricing;
}

/** A receipt for every message to somebody up to an instant. */
export interface WatermarkFact {
  fact: "watermark";
  provider: Provider;
  channel: FactChannel;
  identity: FactIdentity;
  at: Time;
  up_to: Time;
  status: Status;
}

export interface IdentityChangeFact {
  fact: "identity_change";
  provider: Provider;
  channel: FactChannel;
  previous: string[];
  current: string[];
  at: Time;
  name: string;
}

export interface ContactEventFact {
  fact: "contact_event";
  provider: Provider;
  channel?: FactChannel;
  identity: FactIdentity;
  kind: ContactEventKind;
  at?: Time;
  source?: Source;
  user?: Id;
  detail?: string;
}

export interface IgnoredFact {
  fact: "ignored";
  provider: Provider;
  name: string;
  reason: IgnoredReason;
  path: string;
}

export type Fact =
  | MessageFact
  | StatusFact
  | WatermarkFact
  | IdentityChangeFact
  | ContactEventFact
  | IgnoredFact;

export interface JournalRequest {
  webhooks?: WebhookRequest[];
  facts?: Fact[];
  policy?: ClassifyPolicy;
}

/** Where a field comes from: a column's name, or one of `column`, `mention`, `constant`. */
export type ImportRule =
  | string
  | { column: string; when?: Record<string, string> }
  | { mention: string; among?: string[]; when?: Record<string, string> }
  | { constant: string; when?: Record<string, string> };

export interface ImportOptions {
  format?: Format;
  delimiter?: Delimiter;
  mapping?: Record<string, ImportRule | ImportRule[]>;
  values?: Record<string, Record<string, string>>;
  zone?: string | null;
  time_format?: TimeFormat;
  ids?: Ids;
  ignored_columns?: string[];
  ignore_unknown?: boolean;
  max_cell_bytes?: number;
}

export interface ImportRequest {
  text: string;
  import?: ImportOptions;
}

export interface SampleRequest {
  seed?: number | null;
  contacts?: number | null;
  messages?: number | null;
  days?: number | null;
  end?: Time | null;
  zone?: string | null;
}

export interface VocabularyRequest {
  locale?: Locale | null;
}

/** A contact id: a UUID, always a text. */
export type ContactId = string;
/** A quota month, `2025-07`. */
export type Month = string;
/** A value of a custom field, under its type. */
export type CustomValue =
  | { text: string }
  | { list: string }
  | { checkbox: boolean }
  | { email: string }
  | { number: number }
  | { url: string }
  | { date: string }
  | { time: string };
export type Assignee = { user: Id } | { team: Id };
export type FieldValue = { text: string } | { assignee: Assignee };

/** Who a contact is on one channel. */
export interface Identity {
  channel: Id;
  external: string;
}

/** What another system calls a contact. */
export interface ForeignKey {
  system: string;
  key: Id;
}

export interface Subscription {
  channel: Id;
  status: SubscriptionStatus;
}

/** First success on a channel. */
export interface Connection {
  channel: Id;
  at: Time;
}

export interface Conversation {
  opened_at: Time;
  closed_at?: Time | null;
  reason?: string | null;
}

export interface LastInteraction {
  at: Time;
  channel?: Id | null;
}

/** How a contact entered. */
export interface Origin {
  source: Source;
  name?: string | null;
  detail?: string | null;
  channel?: Id | null;
  user?: Id | null;
}

/** What a host knows of a contact that it adds. */
export interface Profile {
  foreign_keys?: ForeignKey[];
  name?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  phones?: string[];
  emails?: string[];
  language?: string | null;
  country?: string | null;
  locale?: string | null;
  picture?: string | null;
  company?: string | null;
  department?: string | null;
  lifecycle?: string | null;
  custom?: Record<string, CustomValue>;
  tags?: string[];
  lists?: string[];
  identities?: Identity[];
  subscriptions?: Subscription[];
  assignee?: Assignee | null;
  blocked?: boolean;
}

export interface Contact {
  id: ContactId;
  created_at: Time;
  origin: Origin;
  foreign_keys?: ForeignKey[];
  name?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  phones?: string[];
  emails?: string[];
  language?: string | null;
  country?: string | null;
  locale?: string | null;
  picture?: string | null;
  company?: string | null;
  department?: string | null;
  lifecycle?: string | null;
  custom?: Record<string, CustomValue>;
  tags?: string[];
  lists?: string[];
  identities?: Identity[];
  connections?: Connection[];
  subscriptions?: Subscription[];
  assignee?: Assignee | null;
  conversation?: Conversation | null;
  blocked?: boolean;
  last_interaction?: LastInteraction | null;
  last_incoming?: Time | null;
  last_outgoing?: Time | null;
}

/** One change of a contact. */
export type Edit =
  | { set: { field: Field; value?: FieldValue | null } }
  | { set_custom: { name: string; value?: CustomValue | null } }
  | { add_tags: string[] }
  | { remove_tags: string[] }
  | { add_to_lists: string[] }
  | { remove_from_lists: string[] }
  | { add_phone: string }
  | { remove_phone: string }
  | { add_email: string }
  | { remove_email: string }
  | { add_foreign_key: ForeignKey }
  | { subscribe: { channel: Id; status: SubscriptionStatus } }
  | { block: boolean }
  | { open_conversation: { at: Time } }
  | { close_conversation: { at: Time; reason?: string | null } };

/** Who asks. */
export interface Actor {
  user: Id;
  role: Role;
  teams?: Id[];
  restrictions?: Restriction[];
}

/** A message that came or went, without its content. */
export interface Told {
  identity: Identity;
  direction: Direction;
  source: Source;
  accepted: boolean;
  contact?: ContactId | null;
  name?: string | null;
  phone?: string | null;
  email?: string | null;
}

/** What is chosen in a merge; fields without a choice take the default. */
export interface MergeChoices {
  fields?: Partial<Record<Field, FieldChoice>>;
  custom?: Record<string, CustomChoice>;
}
export type FieldChoice = { side: Side } | { value: FieldValue };
export type CustomChoice = { side: Side } | { value: CustomValue };

/** What a workspace is told to do. */
export type Command =
  | { add_contact: { profile: Profile; origin?: Origin | null } }
  | { edit: { contact: ContactId; edits: Edit[] } }
  | { add_identity: { contact: ContactId; identity: Identity } }
  | { remove_identity: { identity: Identity } }
  | { tell: Told }
  | { merge: { primary: ContactId; secondaries: ContactId[]; choices?: MergeChoices } }
  | { unmerge: { primary: ContactId; secondary: ContactId } }
  | { delete: { contact: ContactId } }
  | { erase: { contact: ContactId } }
  | { erase_identity: { identity: Identity } }
  | { dismiss: { a: ContactId; b: ContactId } }
  | { set_limit: { limit: number | null } }
  | { set_reset: { mode: ResetMode } }
  | "run_reset"
  | { set_channel: { channel: Channel } }
  | { delete_tag: { tag: string } }
  | { delete_department: { department: string } }
  | { set_custom_field: { field: CustomField } }
  | { delete_custom_field: { name: string } };

export interface NormalisePhone {
  text: string;
  country?: string | null;
}

export interface NormaliseEmail {
  text: string;
}

export interface CheckFormat {
  format: TextFormat;
  text: string;
}

export interface CheckCustomValue {
  type: CustomType;
  text: string;
}

export interface MintContactId {
  at: Time;
  /** Ten bytes. */
  random: number[];
}

export interface ForeignContactId {
  system: string;
  key: Id;
}

export interface NewContact {
  profile: Profile;
  at: Time;
  id?: ContactId | null;
  random?: number[] | null;
  country?: string | null;
  origin?: Origin | null;
}

export interface EditContact {
  contact: Contact;
  edits: Edit[];
  country?: string | null;
}

export interface DescribeContact {
  contact: Contact;
  channels?: Channel[];
}

export interface PlanMerge {
  primary: Contact;
  secondary: Contact;
  choices?: MergeChoices;
  created_at?: CreatedAt;
  country?: string | null;
}

export interface ApplyMerge {
  primary: Contact;
  secondary: Contact;
  choices?: MergeChoices;
  created_at?: CreatedAt;
  country?: string | null;
  /** Number of the merge; a later one has a larger number. */
  merge: number;
  at: Time;
}

/** Everything that it takes to undo a merge, years later. */
export interface MergeRecord {
  merge: number;
  at: Time;
  choices: MergeChoices;
  created_at: CreatedAt;
  primary: Contact;
  secondary: Contact;
}

export interface Held {
  identity: Identity;
  contact: ContactId;
}

export interface UndoMerge {
  survivor: Contact;
  record: MergeRecord;
  later?: MergeRecord[];
  held?: Held[];
}

export interface ResolveIds {
  /** Pairs: merged-away id, the id it went into. */
  merges: [Id, Id][];
  ids: Id[];
}

export interface SuggestMerges {
  contacts: Contact[];
  dismissed?: [ContactId, ContactId][];
}

export interface AdmitUnits {
  limit?: number | null;
  used: number;
  units?: number;
}

/** What is counted: an identity, a contact, or an identity that was erased in the month. */
export type Unit = { identity: Identity } | { contact: ContactId } | { erased: string };

export interface UnitLife {
  unit: Unit;
  from: Time;
  until?: Time | null;
}

export interface MonthUsage {
  units: UnitLife[];
  month: Month;
  zone: string;
}

export interface MonthOf {
  zone: string;
  at: Time;
}

export interface ModeRequest {
  mode: ResetMode;
  at: Time;
}

export interface ScheduleReset {
  zone: string;
  requests: ModeRequest[];
  month: Month;
  done?: Month[];
}

export interface AddedContact {
  contact: Contact;
  added_at?: Time | null;
}

export interface RehearseReset {
  contacts: AddedContact[];
  month: Month;
  mode: ResetMode;
  tag?: string | null;
  zone: string;
}

export interface Owner {
  user?: Id | null;
  team?: Id | null;
}

export interface CheckAccess {
  actor: Actor;
  action: Action;
  /** Whose contact it is about; none where no contact is meant. */
  owner?: Owner | null;
}

export interface SettingsRequest {
  zone: string;
  country?: string | null;
  unit?: UnitPolicy | null;
  release_on_delete?: boolean | null;
  created_at?: CreatedAt | null;
  reset_tag?: string | null;
  late_reset_releases?: boolean | null;
  erase_names?: boolean | null;
  undefined_fields?: UndefinedFields | null;
  clock_tolerance?: number | null;
}

export interface OpenWorkspace {
  at: Time;
  /** Ten bytes for the id of the workspace. */
  random?: number[] | null;
  settings: SettingsRequest;
}

export interface ReplayWorkspace {
  events?: WorkspaceEvent[];
}

/** Stored events without what was erased. */
export interface ErasedEvents {
  events: WorkspaceEvent[];
}

export interface Execute {
  at: Time;
  /** The host's present: an `at` further ahead of it than `clock_tolerance` is an error. */
  now?: Time | null;
  /** Ten bytes for the id of a new contact. */
  random: number[];
  actor?: Actor | null;
  source?: Source | null;
  command: Command;
}

export interface ImportContacts {
  at: Time;
  now?: Time | null;
  random: number[];
  actor?: Actor | null;
  source?: Source | null;
  rows: Profile[];
  origin?: Origin | null;
}

/** What is done with every contact of a selection. */
export type BulkAction =
  | { tag: string[] }
  | { untag: string[] }
  | { assign: Assignee | null }
  | { edit: Edit[] }
  | "delete";

export interface BulkRequest {
  at: Time;
  now?: Time | null;
  random: number[];
  actor?: Actor | null;
  source?: Source | null;
  contacts: ContactId[];
  action: BulkAction;
}

/** Definition of a custom field. */
export interface CustomField {
  name: string;
  type: CustomType;
  /** What a list may hold; empty for every other type. */
  options?: string[];
}

export interface Forget {
  /** Number of the last event to forget. */
  to: number;
}

/** No options: `{}`. */
export type NoOptions = Record<string, never>;

export interface ContactAt {
  contact: ContactId;
}

export interface ContactsRequest {
  offset?: number;
  limit?: number;
}

export interface HolderOf {
  identity: Identity;
}

export interface QuotaAt {
  at: Time;
}

export interface AdmitAt {
  at: Time;
  units?: number;
}

export interface PlanMergeOf {
  primary: ContactId;
  secondary: ContactId;
  choices?: MergeChoices;
}

export interface PlanResetOf {
  month: Month;
}

export interface ResetAt {
  at: Time;
}

export interface AccessOf {
  actor: Actor;
  action: Action;
  contact?: ContactId | null;
}

export interface EventsRequest {
  /** Number of the first event. */
  from?: number;
  limit?: number;
}

export interface ReportTablesRequest {
  /** Earlier events, which the handle does not remember. */
  events?: WorkspaceEvent[];
}











export type ContactField =
  | "id"
  | "shown_name"
  | "name"
  | "first_name"
  | "last_name"
  | "phones"
  | "emails"
  | "language"
  | "country"
  | "locale"
  | "picture"
  | "company"
  | "department"
  | "lifecycle"
  | "tags"
  | "lists"
  | "channels"
  | "channel_kinds"
  | "identities"
  | "connected_channels"
  | "unsubscribed"
  | "assignee"
  | "assigned_user"
  | "assigned_team"
  | "conversation_status"
  | "conversation_opened_at"
  | "conversation_closed_at"
  | "close_reason"
  | "blocked"
  | "origin"
  | "origin_name"
  | "origin_detail"
  | "origin_channel"
  | "origin_user"
  | "foreign_keys"
  | "created_at"
  | "last_interaction"
  | "last_incoming"
  | "last_outgoing"
  | "since_last_incoming"
  | "last_channel";
export type FieldType =
  | "text"
  | "texts"
  | "id"
  | "ids"
  | "number"
  | "flag"
  | "instant"
  | "duration"
  | "date"
  | "time";
export type Operator =
  | "equal"
  | "not_equal"
  | "contains"
  | "not_contains"
  | "starts_with"
  | "exists"
  | "not_exists"
  | "greater"
  | "less"
  | "between"
  | "before"
  | "after"
  | "within_last"
  | "older_than"
  | "any_of"
  | "all_of"
  | "none_of";
export type TimeUnit =
  | "minutes"
  | "hours"
  | "days"
  | "weeks"
  | "months"
  | "years";
export type Letters =
  | "bare"
  | "exact";
export type ImportMode = "create" | "update" | "both";
export type MatchBy = "id" | "phone" | "email";
export type MappedBy = "given" | "guessed" | "unknown";
export type SkipReason = "exists" | "not_found" | "empty";
/** `pdf` and `xlsx` only in builds that have them. */
export type FileFormat = "csv" | "pdf" | "xlsx";
export type RowOutcome = "created" | "updated" | "unchanged" | "skipped" | "refused" | "failed";
export type UnknownColumns = "refuse" | "ignore" | "custom";
/** `no_model`: the host gave none, and the package has no model (that for browsers). */
export type SatisfactionOrigin = "host" | "texts" | "no_model";
export type Mood = "satisfied" | "neutral" | "dissatisfied" | "unknown";
/** Why a text says nothing of who wrote it. */
export type UnknownReason = "too_little" | "unsupported_language" | "not_measured";
export type Fit =
  | "exact"
  | "prefix"
  | "inside";

/** A field of a contact, or a custom one as `custom.<name>`. */
export type FieldRef = ContactField | (string & {});
/** A length of time before now, with one unit: `{ days: 7 }`. */
export type Ago = Partial<Record<TimeUnit, number>>;
export type Operand = string | number | boolean | Ago | (string | number | boolean | Ago)[];

/** A condition on one field; `exists` and `not_exists` take no value. */
export interface Condition {
  field: FieldRef;
  operator: Operator;
  value?: Operand;
}

/** A tree of conditions. */
export type Segment = { and: Segment[] } | { or: Segment[] } | { not: Segment } | Condition;

export interface SegmentPolicies {
  letters?: Letters;
  max_depth?: number;
  max_conditions?: number;
}

export interface Sort {
  field: FieldRef;
  descending?: boolean;
}

/** The contacts that are looked at. */
export interface FindIn {
  contacts?: Contact[];
  channels?: Channel[];
  custom_fields?: Record<string, CustomType>;
}

export interface SelectContacts {
  zone: string;
  now: Time;
  segment: Segment;
  policies?: SegmentPolicies;
}

export interface ExplainSegment {
  zone: string;
  now: Time;
  segment: Segment;
  contact: ContactId;
  policies?: SegmentPolicies;
}

export interface CheckSegment {
  zone: string;
  now: Time;
  segment: Segment;
  custom_fields?: Record<string, CustomType>;
  policies?: SegmentPolicies;
}

/** Which column becomes what; `ignore` is nothing. */
export interface ContactImportOptions {
  mapping?: Record<string, FieldRef>;
  unknown_columns?: UnknownColumns;
  mode?: ImportMode;
  match_by?: MatchBy[];
  separator?: string;
  delimiter?: Delimiter;
  encoding?: string | null;
  custom_fields?: Record<string, CustomType>;
  ids?: Ids;
  harmless?: boolean;
  max_cell_bytes?: number;
  file_name?: string | null;
}

/** The whole file as `text`, or its bytes in any encoding as `base64`. */
export interface ReadContacts {
  text?: string | null;
  base64?: string | null;
  import?: ContactImportOptions;
}

/** Imports the whole file: as `text`, or its bytes in any encoding as `base64`. */
export interface ImportContactFile {
  at: Time;
  now?: Time | null;
  random: number[];
  actor?: Actor | null;
  source?: Source | null;
  text?: string | null;
  base64?: string | null;
  import?: ContactImportOptions;
}

/** Asks for contacts as a file; `fonts` are bytes of TrueType or OpenType as base64, for `pdf`. */
export interface ContactFileRequest {
  format: FileFormat;
  export: ExportContacts;
  title?: string | null;
  fonts?: string[];
}

export interface EngagementPolicies {
  days?: number;
  answer_hours?: number;
  untracked?: Untracked;
}

/** Messages, contacts and channels of one contact, or of all. */
export interface ProfileOf {
  messages?: Message[];
  contacts?: Contact[];
  channels?: Channel[];
  /** Wins over what texts would say. */
  satisfaction?: HostSatisfaction | null;
}

/** Texts, or answers to a survey, of each mood. */
export interface HostSatisfaction {
  satisfied: number;
  neutral: number;
  dissatisfied: number;
  unknown?: number;
  /** What counted them; `host` where absent. */
  model?: string | null;
}

export interface ProfileRequest {
  zone: string;
  now: Time;
  clicked?: Id[];
  /** Of the texts; that of the one contact, else found by each text's words, where absent. */
  language?: string | null;
  policies?: EngagementPolicies;
}

export interface JudgeTexts {
  texts: string[];
  /** The contact's language; found by each text's words where absent. */
  language?: string | null;
}

export interface SearchContacts {
  query: string;
  limit?: number;
}

export interface ContactsPage {
  zone: string;
  now: Time;
  segment?: Segment | null;
  search?: string | null;
  /** Default: name, phones, e-mails, channels, tags, assignee, last interaction, created. The name is always there. */
  columns?: FieldRef[];
  sort?: Sort;
  limit?: number;
  cursor?: string | null;
  locale?: Locale;
  policies?: SegmentPolicies;
}

export interface ExportContacts {
  zone: string;
  now: Time;
  segment?: Segment | null;
  search?: string | null;
  /** Default: name, phones, e-mails, channels, tags, assignee, last interaction, created. The name is always there. */
  columns?: FieldRef[];
  sort?: Sort;
  header?: CsvHeader | null;
  values?: CsvValues | null;
  delimiter?: CsvDelimiter | null;
  bom?: boolean;
  harmless?: boolean;
  locale?: Locale;
  policies?: SegmentPolicies;
}

export interface Change {
  previous: number;
  absolute: number;
  /** None on a zero base. */
  relative: number | null;
}

/** A key of by subtype. */
export interface Pair {
  type: string;
  subtype: string;
}

export interface Row {
  key: ShownId | Pair | null;
  label: string;
  count: number;
  share: number | null;
  percent: number | null;
  contacts: number | null;
  buckets: number[];
  change: Change | null;
}

export interface Breakdown {
  state: "data";
  kind: "breakdown";
  total: number;
  rows: Row[];
  without_subtype?: number;
  change: Change | null;
}

export interface Overview {
  state: "data";
  kind: "overview";
  rows: Row[];
}

export interface Funnel {
  sent: number;
  delivered: number;
  read: number;
}

export interface FailureRow {
  code: string | null;
  error: string | null;
  count: number;
}

export interface NotSupported {
  delivered: number;
  read: number;
}

export interface Delivery {
  state: "data";
  kind: "delivery";
  total: number;
  rows: Row[];
  funnel: Funnel;
  failures: FailureRow[];
  not_supported: NotSupported;
  change: Change | null;
}

/** A page of a log, as columns: the keys are the columns that were asked for. */
export interface Log {
  state: "data";
  kind: "log";
  total_rows: number;
  truncated: boolean;
  cursor: string | null;
  /** Message ids or sequences; null for a connection that follows from messages. */
  ids: (ShownId | null)[];
  columns: Partial<Record<Column, (ShownId | null)[]>>;
}

export interface NotApplicable {
  state: "not_applicable";
  filters: Filter[];
}

export interface NoData {
  state: "no_data";
  reason: "nothing_matched" | "no_records" | "outside" | "before_first_record";
  /** Of `before_first_record`: local date of the first record. */
  date?: string;
  /** Of `outside`: the first and the last record of this kind that was given, epoch milliseconds. */
  first?: number;
  last?: number;
  /** Of `outside`: all instants of the table lie before 1990, as seconds do that are read as milliseconds. */
  suspicious_times?: boolean;
}

/** What a reader of a report should know about its numbers. */
export type Note = "suspicious_times" | "templates_without_channels";

export interface Part {
  component: Component;
  title: string;
  outcome: Breakdown | Overview | Delivery | Log | NotApplicable | NoData;
}

export interface Bucket {
  key: string;
  start: number;
  end: number;
}

export interface ReportPeriod {
  preset: Period;
  start: number;
  end: number;
  dates: [string, string] | null;
  previous: [number, number] | null;
}

export interface ReportPolicies {
  count_all_attempts: boolean;
  added_has_channel: boolean;
}

export interface Report {
  report: ReportKind;
  period: ReportPeriod;
  zone: string;
  tzdb_version: string;
  rules_version: number;
  now: number;
  granularity: Granularity;
  buckets: Bucket[];
  filters: Required<Filters>;
  policies: ReportPolicies;
  notes: Note[];
  locale: Locale;
  components: Part[];
}

export interface Choice {
  key: ShownId;
  label: string;
}

export interface Choices {
  choices: Choice[];
}

export interface Span {
  start: number;
  end: number;
}

export interface ResolvedPeriod {
  start: number;
  end: number;
  dates: [string, string] | null;
  previous: Span | null;
}

export interface BucketList {
  granularity: Granularity;
  edges: number[];
  keys: string[];
}

export interface LocalDate {
  date: string;
}

export interface StartInstant {
  start: number;
}

export interface DecidedBy {
  source: string;
  type: string;
}

export interface Classification {
  source: Source | null;
  type: MessageType | null;
  subtype: string | null;
  user: ShownId | null;
  team: ShownId | null;
  decided_by: DecidedBy | null;
}

export interface CurrentDelivery {
  status: Status;
  accepted: boolean;
  sent_at: number | null;
  delivered_at: number | null;
  read_at: number | null;
  failed_at: number | null;
  error_code: string | null;
  error: string | null;
}

export interface FoldedMessages {
  messages: Message[];
  folded: number;
}

export interface Events {
  events: ContactEvent[];
}

export interface ProviderStatus {
  outcome: "status" | "not_a_message" | "not_delivery";
  status?: Status;
}

export interface WebhookReading {
  facts: Fact[];
  errors: ErrorData[];
}

export interface WebhookReadings {
  readings: WebhookReading[];
}

/** What a message is to a workspace. */
export interface Telling {
  at: number;
  identity: Identity;
  direction: Direction;
  source: Source;
  accepted: boolean;
  name?: string;
  phone?: string;
  email?: string;
}

/** Something that payloads told and that is in no row, by its name. */
export interface IgnoredKind {
  provider: Provider;
  reason: IgnoredReason;
  name: string;
}

export interface JournalAnswer {
  messages: Message[];
  events: ContactEvent[];
  contacts: Named[];
  channels: Channel[];
  tellings: Telling[];
  unmatched: number;
  ignored: IgnoredKind[];
  errors: ErrorData[];
}

export interface ImportedRows<T> {
  rows: T[];
  blank_lines: number;
}

export interface SampleTables {
  messages: Message[];
  events: ContactEvent[];
  contacts: Named[];
  channels: Channel[];
  users: Named[];
  teams: Named[];
  broadcasts: Named[];
}

/** Null where the part has nothing to show. */
export interface Shown {
  text: string | null;
}

export interface NormalisedPhone {
  phone: string;
  /** For look-ups and suggestions only. */
  match_key: string;
}

export interface NormalisedEmail {
  email: string;
  match_key: string;
}

export interface CheckedText {
  value: string;
}

export interface CheckedCustomValue {
  value: CustomValue;
}

export interface MintedId {
  contact: ContactId;
}

/** A contact with what is shown of it. */
export interface ContactCard {
  contact: Required<Contact>;
  shown_name: string;
  initials: string;
}

export interface EditedContact {
  contact: Required<Contact>;
  /** The edits that changed something, in their stored form. */
  edits: Edit[];
}

export interface ChannelOfContact {
  channel: number | string;
  state: ChannelState;
  subscription: SubscriptionStatus;
}

export interface ContactDescription {
  shown_name: string;
  initials: string;
  channels: ChannelOfContact[];
}

/** Why a command was refused; nothing was changed. */
export type Refusal =
  | { refusal: "quota_exceeded"; limit: number; used: number }
  | { refusal: "not_merged" }
  | { refusal: "already_unmerged" }
  | { refusal: "superseded"; merge: number }
  | { refusal: "contact_deleted"; contact: ContactId }
  | { refusal: "contact_unknown"; contact: ContactId }
  | { refusal: "same_contact" }
  | { refusal: "merged_away"; survivor: ContactId }
  | { refusal: "identity_conflict"; identity: Identity; holder: ContactId }
  | { refusal: "forbidden"; role: Role; action: Action; restriction: Restriction | null };

export interface FieldPlan {
  field: Field;
  primary: string | null;
  secondary: string | null;
  default: Side;
  taken: Taken;
  value: string | null;
}

export interface CustomPlan {
  name: string;
  primary: CustomValue | null;
  secondary: CustomValue | null;
  default: Side;
  value: CustomValue | null;
}

/** The preview of a merge. */
export interface MergePlan {
  primary: Required<Contact>;
  secondary: Required<Contact>;
  fields: FieldPlan[];
  custom: CustomPlan[];
  tags_gained: string[];
  lists_gained: string[];
  identities_moved: Identity[];
  connections_gained: Connection[];
  closes_conversation: boolean;
  merged: Required<Contact>;
}

export interface AppliedMerge {
  survivor: Required<Contact>;
  record: MergeRecord;
}

export interface UndoneMerge {
  primary: Required<Contact>;
  secondary: Required<Contact>;
  /** The later merges, rewritten: store them. */
  later: MergeRecord[];
}

export interface ResolvedIds {
  survivors: (number | string)[];
}

export type Reason = { phone: string } | { email: string };

export interface Suggestion {
  pair: [ContactId, ContactId];
  reasons: Reason[];
  automatic: boolean;
}

export interface Suggestions {
  suggestions: Suggestion[];
}

export type Admission = { kind: "admitted" } | { kind: "quota_exceeded"; limit: number; used: number };

export interface Usage {
  carried: number;
  new: number;
  used: number;
}

export interface QuotaMonth {
  month: Month;
  start: number;
  end: number;
  deadline: string;
}

export interface ResetSchedule {
  from: Month[];
  due: Month | null;
  mode: ResetMode | null;
}

export interface Going {
  contact: ContactId;
  name: string;
  channels: (number | string)[];
  tags: string[];
}

/** Who would go at the reset of a month. */
export interface ResetPlan {
  month: Month;
  mode: ResetMode;
  boundary: number;
  going: Going[];
  by_channel: [number | string, number][];
  by_tag: [string, number][];
}

export interface Forbidden {
  role: Role;
  action: Action;
  restriction: Restriction | null;
}

export interface Access {
  allowed: boolean;
  forbidden: Forbidden | null;
}

/** What the host must purge from its own store. */
export interface Purge {
  contact: ContactId;
  merged: ContactId[];
  identities: Identity[];
}

/** Answer to a command. */
export type Outcome =
  | { kind: "added"; contact: ContactId }
  | { kind: "exists"; contact: ContactId }
  | { kind: "edited"; contact: ContactId; given: ContactId | null }
  | { kind: "told"; contact: ContactId; is_new: boolean; connected: boolean; given: ContactId | null; subscription: SubscriptionStatus | null; failure?: string }
  | { kind: "merged"; survivor: ContactId; merges: number[] }
  | { kind: "already_merged"; survivor: ContactId }
  | { kind: "unmerged"; primary: ContactId; secondary: ContactId }
  | { kind: "deleted"; purge: Purge[] }
  | { kind: "erased"; purge: Purge[] }
  | { kind: "reset_run"; month: Month; purge: Purge[] }
  | { kind: "reset_set"; from: Month }
  | { kind: "taken_off"; contacts: number }
  | { kind: "done" }
  | { kind: "unchanged" }
  | ({ kind: "refused" } & Refusal);

/** What happened in a workspace: the durable truth, numbered without gaps. */
export interface WorkspaceEvent {
  sequence: number;
  /** The workspace that it happened in. */
  workspace?: string;
  /** How many events of the same command follow. */
  following?: number;
  at: Time;
  change: WorkspaceChange;
}

export type WorkspaceChange =
  | { opened: Settings }
  | { added: { contact: Contact; reason: CountReason; automation: boolean } }
  | { connected: { contact: ContactId; name: string; channel: Id; source: Source; user: Id | null } }
  | { told: { contact: ContactId; channel: Id; direction: Direction } }
  | { edited: { contact: ContactId; edit: Edit } }
  | { identity_added: { contact: ContactId; identity: Identity; reason: CountReason } }
  | { identity_removed: { identity: Identity } }
  | { merged: MergedChange }
  | { unmerged: UnmergedChange }
  | { deleted: { contact: ContactId; name: string | null; source: Source; user: Id | null; reset: Month | null } }
  | { erased: { contacts: ContactId[]; key: string; marks: string[]; state: string | null } }
  | { refused: { identities: Identity[]; contact: ContactId | null; reason: CountReason; source: Source } }
  | { dismissed: [ContactId, ContactId] }
  | { limit_set: number | null }
  | { reset_set: { mode: ResetMode; from: Month } }
  | { reset_run: { month: Month } }
  | { channel_set: Channel }
  | { tag_deleted: { tag: string } }
  | { department_deleted: { department: string } }
  | { custom_field_set: CustomField }
  | { custom_field_deleted: { name: string } };

export interface MergedChange {
  primary: ContactId;
  secondary: ContactId;
  name: string;
  source: Source;
  user: Id | null;
  choices: MergeChoices;
  closed_conversation: boolean;
  automation: boolean;
}

export interface UnmergedChange {
  merge: number;
  primary: ContactId;
  secondary: ContactId;
  name: string;
  source: Source;
  user: Id | null;
  automation: boolean;
}

export interface Settings {
  zone: string;
  country: string | null;
  unit: UnitPolicy;
  release_on_delete: boolean;
  created_at: CreatedAt;
  reset_tag: string;
  late_reset_releases: boolean;
  erase_names: boolean;
  undefined_fields: UndefinedFields;
  /** How many milliseconds `at` may lie ahead of `now`. */
  clock_tolerance: number;
  id: string;
}

/** An answer, with the events to store before it is given to anybody. */
export interface Reply {
  outcome: Outcome;
  events: WorkspaceEvent[];
}

export type BulkItem = Outcome | { kind: "error"; error: ErrorData };

export interface BulkAnswer {
  /** One for each item that was reached, in order. */
  items: BulkItem[];
  /** Why the items after these were not reached; null where all were. */
  stopped: ImportStop | null;
  /** Number of the first event that was made. */
  from: number;
  /** Number of the last; less than `from` where none was made. */
  to: number;
}

export interface Forgotten {
  forgotten: number;
}

export interface AboutWorkspace {
  settings: Settings;
  sequence: number;
  contacts: number;
  events: number;
}

/** Nulls where the id is unknown or deleted. */
export interface FoundContact {
  contact: Required<Contact> | null;
  shown_name: string | null;
  initials: string | null;
}

export interface ContactPage {
  contacts: ContactCard[];
  total: number;
  next: number | null;
}

export interface ChannelStates {
  channels: ChannelOfContact[];
}

export interface Resolved {
  survivor: ContactId;
}

export interface IdentityHolder {
  contact: ContactId | null;
}

export interface Records {
  records: MergeRecord[];
}

export interface ChannelOfWorkspace {
  id: number | string;
  channel: Channel | null;
}

export interface ListedChannels {
  channels: ChannelOfWorkspace[];
}

export interface TagCounts {
  /** How many contacts carry each tag. */
  tags: Record<string, number>;
}

export interface DefinedFields {
  custom_fields: CustomField[];
}

/** The quota of a month, explained. */
export interface Quota {
  month: Month;
  /** The month that decides what a command at that instant may. */
  decides: Month;
  unit: UnitPolicy;
  limit: number | null;
  used: number;
  carried: number;
  new: number;
  refused: number;
  remaining: number | null;
}

export interface CountedUnit {
  unit: Unit;
  at: number;
  reason: CountReason;
}

export interface UnitList {
  units: CountedUnit[];
}

export interface ResetStatus {
  month: Month;
  mode: ResetMode;
  due: Month | null;
}

export interface EventPage {
  events: WorkspaceEvent[];
  next: number | null;
}

/** What reports take of a workspace: part of a `DatasetRequest`. */
export interface ReportTables {
  events: ContactEvent[];
  contacts: Named[];
  channels: Channel[];
  merges: [Id, Id][];
}

export interface CodeName {
  code: string;
  kind: string;
}

export interface ContactFieldName {
  field: ContactField;
  type: FieldType;
}

export interface ComponentName {
  component: Component;
  report: ReportKind;
  columns: Column[];
  filters: Filter[];
}

export interface Vocabulary {
  version: string;
  rules_version: number;
  tzdb_version: string;
  operations: string[];
  workspace_reads: string[];
  workspace_changes: string[];
  kinds: string[];
  codes: CodeName[];
  labels: Record<string, string[]>;
  components: ComponentName[];
  contact_fields: ContactFieldName[];
  operators: Record<FieldType, Operator[]>;
  columns: Record<string, string[]>;
  row_fields: Record<string, string[]>;
  request_fields: Record<string, string[]>;
  words: Record<string, string>;
}

/** A part of a whole; `rate` is null where the whole is zero. */
export interface Rate {
  count: number;
  of: number;
  rate: number | null;
}

/** A rate is null where no channel can tell it. */
export interface ChannelEngagement {
  channel: Id | null;
  attempted: number;
  delivery: Rate | null;
  open: Rate | null;
  click: Rate | null;
  response: Rate | null;
}

export interface Engagement {
  start: number;
  end: number;
  channels: ChannelEngagement[];
  total: ChannelEngagement;
}

export interface Tickets {
  open: number;
  resolved: number;
  all: number;
}

export interface Interaction {
  days: Rate;
}

export interface BaseInteraction {
  contacts: Rate;
}

export interface ProfileFigures {
  engagement: Engagement;
  interaction: Interaction;
  base: BaseInteraction;
  satisfaction: ProfileSatisfaction;
  tickets: Tickets;
}

/** What the texts of incoming messages in the window say of who wrote them, or what the host gave. */
export interface ProfileSatisfaction {
  origin: SatisfactionOrigin;
  figures: Satisfaction | null;
  /** In which all texts were judged; null where it was found by each text's words. */
  language: string | null;
  /** What the model says of itself, where it judged. */
  model: SatisfactionModelFacts | null;
}

export interface Judgement {
  mood: Mood;
  /** Why the mood is unknown. */
  reason: UnknownReason | null;
  certainty: number;
}

/** All texts of a contact together; the mood is unknown where no text could be judged. */
export interface Satisfaction {
  satisfied: number;
  neutral: number;
  dissatisfied: number;
  unknown: number;
  /** Texts by reason, those without one left out. */
  unknown_reasons: Partial<Record<UnknownReason, number>>;
  mood: Mood;
  index: Rate;
  model: string;
}

/** How often a model was right on labelled texts that it was not tuned on. */
export interface Measured {
  language: string;
  set: string;
  texts: number;
  judged: SampleShare;
  accuracy: SampleShare;
  /** What who always says the most frequent mood is right in. */
  majority: number;
  moods: MoodPrecision[];
}

/** A share that was found in a sample, with its 95 % interval (Wilson). */
export interface SampleShare {
  count: number;
  of: number;
  share: number;
  low: number;
  high: number;
}

/** How often a mood was right where it was given. */
export interface MoodPrecision {
  mood: Mood;
  labelled: number;
  precision: SampleShare;
}

export interface SatisfactionModelFacts {
  name: string;
  languages: string[];
  measured: Measured[];
}

export interface JudgedTexts {
  judgements: Judgement[];
  satisfaction: Satisfaction;
  model: SatisfactionModelFacts;
}

export interface MappedColumn {
  header: string;
  target: FieldRef | null;
  by: MappedBy;
}

export interface ContactColumnsOf {
  columns: MappedColumn[];
}

export interface RowError {
  code: string;
  path: string;
}

export interface ReadContact {
  row: number;
  line: number;
  id: ContactId | null;
  profile: Profile | null;
  blocked: boolean | null;
  error: RowError | null;
}

export interface ReadContactRows {
  columns: MappedColumn[];
  rows: ReadContact[];
  blank_lines: number;
}

/** A row of an import and what became of it; other keys go with the outcome. */
export interface RowAnswer {
  /** Place among the rows, from 1. */
  row: number;
  /** Line of the file, from 1. */
  line: number;
  outcome: RowOutcome;
  /** Whom it made, changed, found as it is, or met. */
  contact?: ContactId;
  /** Why it was skipped. */
  reason?: SkipReason;
  /** Why it was refused, or its identities were. */
  refusal?: Refusal;
  /** Why identities of a row that changed a contact were not all taken. */
  refused?: Refusal;
  /** What is wrong with the row. */
  code?: string;
  message?: string;
  path?: string;
}

export interface ImportCounts {
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  refused: number;
  failed: number;
  blank_lines: number;
}

/** Why an import ended before its file did: `cancelled` or `read_failed`. */
export interface ImportStop {
  code: string;
  message: string;
  path: string;
}

/** An import, row by row. */
export interface ContactImport {
  counts: ImportCounts;
  columns: MappedColumn[];
  encoding: string;
  rows: RowAnswer[];
  /** Null where the file was read to its end. */
  stopped: ImportStop | null;
}

export interface ImportedContactFile {
  counts: ImportCounts;
  columns: MappedColumn[];
  encoding: string;
  rows: RowAnswer[];
  stopped: ImportStop | null;
  /** Number of the first event that was made. */
  from: number;
  /** Number of the last; less than `from` where none was made. */
  to: number;
}

/** A file; its bytes as base64. */
export interface ContactFile {
  rows: number;
  media_type: string;
  base64: string;
}

export interface Selected {
  total: number;
  contacts: ContactId[];
}

/** Whether a contact meets one node of a segment; `path` is empty for the whole. */
export interface Verdict {
  path: string;
  met: boolean;
  field?: FieldRef;
  operator?: Operator;
  missing?: boolean;
}

export interface Explanation {
  met: boolean;
  nodes: Verdict[];
}

export interface CheckedSegment {
  fields: FieldRef[];
}

/** Ranges are start and end in Unicode characters (code points) of `text`. */
export interface Highlight {
  field: FieldRef;
  text: string;
  ranges: [number, number][];
}

export interface Hit {
  contact: ContactId;
  fit: Fit;
  highlights: Highlight[];
}

export interface Found {
  total: number;
  hits: Hit[];
}

export interface ShownContacts {
  total: number;
  contacts: ContactId[];
  table: Table;
  cursor: string | null;
}

export interface ExportedContacts {
  rows: number;
  text: string;
}

export interface TableColumn {
  name: string;
  title: string;
  type: "text" | "int" | "float" | "time" | "bool" | "id" | "category";
  values: (string | number | boolean | null)[] | CategoryValues;
}

export interface CategoryValues {
  codes: (number | null)[];
  entries: Entry[];
}

/** Named columns of equal length. */
export interface Table {
  columns: TableColumn[];
}

/** A key with what is shown for it. */
export interface Entry {
  key: Id;
  label: string | null;
}

/** Operations on plain data: what each is asked and answers. */
export interface Operations {
  messages_report: { given: DatasetRequest; options: ReportRequest; answer: Report };
  contacts_report: { given: DatasetRequest; options: ReportRequest; answer: Report };
  choices: { given: DatasetRequest; options: ChoicesRequest; answer: Choices };
  show_report: { given: DatasetRequest; options: ShowReportRequest; answer: Shown };
  resolve_period: { options: ResolvePeriod; answer: ResolvedPeriod };
  buckets: { options: BucketsRequest; answer: BucketList };
  day_of: { options: DayOf; answer: LocalDate };
  start_of_day: { options: StartOfDay; answer: StartInstant };
  classify_message: { options: ClassifyMessage; answer: Classification };
  delivery_status: { options: DeliveryStatus; answer: CurrentDelivery };
  fold_messages: { options: FoldMessages; answer: FoldedMessages };
  connections: { options: Connections; answer: Events };
  provider_status: { options: ProviderWord; answer: ProviderStatus };
  read_webhooks: { options: ReadWebhooks; answer: WebhookReadings };
  journal: { options: JournalRequest; answer: JournalAnswer };
  normalise_phone: { options: NormalisePhone; answer: NormalisedPhone };
  normalise_email: { options: NormaliseEmail; answer: NormalisedEmail };
  check_format: { options: CheckFormat; answer: CheckedText };
  check_custom_value: { options: CheckCustomValue; answer: CheckedCustomValue };
  mint_contact_id: { options: MintContactId; answer: MintedId };
  foreign_contact_id: { options: ForeignContactId; answer: MintedId };
  new_contact: { options: NewContact; answer: ContactCard };
  edit_contact: { options: EditContact; answer: EditedContact };
  describe_contact: { options: DescribeContact; answer: ContactDescription };
  plan_merge: { options: PlanMerge; answer: MergePlan | Refusal };
  apply_merge: { options: ApplyMerge; answer: AppliedMerge | Refusal };
  undo_merge: { options: UndoMerge; answer: UndoneMerge | Refusal };
  resolve_ids: { options: ResolveIds; answer: ResolvedIds };
  suggest_merges: { options: SuggestMerges; answer: Suggestions };
  admit_units: { options: AdmitUnits; answer: Admission };
  month_usage: { options: MonthUsage; answer: Usage };
  erased_events: { options: ReplayWorkspace; answer: ErasedEvents };
  month_of: { options: MonthOf; answer: QuotaMonth };
  schedule_reset: { options: ScheduleReset; answer: ResetSchedule };
  plan_reset: { options: RehearseReset; answer: ResetPlan };
  check_access: { options: CheckAccess; answer: Access };
  import_messages: { options: ImportRequest; answer: ImportedRows<Message> };
  import_events: { options: ImportRequest; answer: ImportedRows<ContactEvent> };
  import_channels: { options: ImportRequest; answer: ImportedRows<Channel> };
  import_named: { options: ImportRequest; answer: ImportedRows<Named> };
  select_contacts: { given: FindIn; options: SelectContacts; answer: Selected };
  explain_segment: { given: FindIn; options: ExplainSegment; answer: Explanation };
  check_segment: { options: CheckSegment; answer: CheckedSegment };
  search_contacts: { given: FindIn; options: SearchContacts; answer: Found };
  contacts_page: { given: FindIn; options: ContactsPage; answer: ShownContacts };
  export_contacts: { given: FindIn; options: ExportContacts; answer: ExportedContacts };
  contact_file: { given: FindIn; options: ContactFileRequest; answer: ContactFile };
  contact_columns: { options: ReadContacts; answer: ContactColumnsOf };
  read_contacts: { options: ReadContacts; answer: ReadContactRows };
  profile_figures: { given: ProfileOf; options: ProfileRequest; answer: ProfileFigures };
  judge_texts: { options: JudgeTexts; answer: JudgedTexts };
  sample: { options: SampleRequest; answer: SampleTables };
  vocabulary: { options: VocabularyRequest; answer: Vocabulary };
}

/** Operations of a workspace: what each is asked and answers. */
export interface WorkspaceOperations {
  about: { options: NoOptions; answer: AboutWorkspace };
  contact: { options: ContactAt; answer: FoundContact };
  contacts: { options: ContactsRequest; answer: ContactPage };
  channel_states: { options: ContactAt; answer: ChannelStates };
  resolve: { options: ContactAt; answer: Resolved | Refusal };
  holder: { options: HolderOf; answer: IdentityHolder };
  merged_into: { options: ContactAt; answer: Records };
  channels: { options: NoOptions; answer: ListedChannels };
  tags: { options: NoOptions; answer: TagCounts };
  custom_fields: { options: NoOptions; answer: DefinedFields };
  select_contacts: { options: SelectContacts; answer: Selected };
  explain_segment: { options: ExplainSegment; answer: Explanation };
  search_contacts: { options: SearchContacts; answer: Found };
  contacts_page: { options: ContactsPage; answer: ShownContacts };
  export_contacts: { options: ExportContacts; answer: ExportedContacts };
  contact_file: { options: ContactFileRequest; answer: ContactFile };
  try_contact_file: { options: ImportContactFile; answer: ContactImport };
  quota: { options: QuotaAt; answer: Quota };
  units: { options: QuotaAt; answer: UnitList };
  admit: { options: AdmitAt; answer: Admission };
  plan_merge: { options: PlanMergeOf; answer: MergePlan | Refusal };
  suggest_merges: { options: NoOptions; answer: Suggestions };
  plan_reset: { options: PlanResetOf; answer: ResetPlan };
  reset_status: { options: ResetAt; answer: ResetStatus };
  check_access: { options: AccessOf; answer: Access };
  events: { options: EventsRequest; answer: EventPage };
  report_tables: { options: ReportTablesRequest; answer: ReportTables };
  execute: { options: Execute; answer: Reply };
  import_contacts: { options: ImportContacts; answer: BulkAnswer };
  import_contact_file: { options: ImportContactFile; answer: ImportedContactFile };
  bulk: { options: BulkRequest; answer: BulkAnswer };
  forget_events: { options: Forget; answer: Forgotten };
}
