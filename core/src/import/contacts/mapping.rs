//! Which column of a file is which field of a contact: guessed from headers in four languages, and correctable (S4).

use std::collections::{BTreeMap, HashSet};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::contact::custom_field_name;
use crate::error::{Code, Error, Result};
use crate::label::{Locale, labels, word};
use crate::letters;
use crate::segment::{ContactField, FieldRef};

/// Fields that a file can fill; `id` and `foreign_keys` also find the contact.
pub const CONTACT_COLUMNS: &[ContactField] = &[
    ContactField::Id,
    ContactField::ShownName,
    ContactField::Name,
    ContactField::FirstName,
    ContactField::LastName,
    ContactField::Phones,
    ContactField::Emails,
    ContactField::Language,
    ContactField::Country,
    ContactField::Locale,
    ContactField::Picture,
    ContactField::Company,
    ContactField::Department,
    ContactField::Lifecycle,
    ContactField::Tags,
    ContactField::Lists,
    ContactField::Identities,
    ContactField::Unsubscribed,
    ContactField::AssignedUser,
    ContactField::AssignedTeam,
    ContactField::Blocked,
    ContactField::ForeignKeys,
];

/// What people write above such columns, in bare letters and digits only.
const HEADERS: &[(ContactField, &[&str])] = &[
    (ContactField::Id, &["contactid", "idcontacto", "idcontact", "idcontato", "idcontact", "uuid"]),
    (ContactField::ShownName, &["displayname", "nombremostrado", "nomaffiche", "nomeexibido"]),
    (
        ContactField::Name,
        &[
            "contactname",
            "nombredelcontacto",
            "nombrecontacto",
            "nombreyapellido",
            "nomducontact",
            "nomedocontato",
            "contact",
            "contacto",
            "contato",
        ],
    ),
    (
        ContactField::FirstName,
        &["firstname", "givenname", "nombres", "primernombre", "nombredepila", "prenom", "primeironome"],
    ),
    (
        ContactField::LastName,
        &["lastname", "surname", "familyname", "apellidos", "nomdefamille", "sobrenome", "apelido", "ultimonome"],
    ),
    (
        ContactField::Phones,
        &[
            "phone",
            "phonenumber",
            "mobile",
            "mobilephone",
            "cell",
            "cellphone",
            "whatsapp",
            "whatsappnumber",
            "tel",
            "telefono",
            "numerodetelefono",
            "celular",
            "movil",
            "numero",
            "telephone",
            "portable",
            "mobilenumber",
            "numerodetelephone",
            "telefone",
            "numerodetelefone",
            "telemovel",
        ],
    ),
    (
        ContactField::Emails,
        &[
            "email",
            "emailaddress",
            "mail",
            "correo",
            "correoelectronico",
            "emails",
            "courriel",
            "adressemail",
            "adresseemail",
            "enderecodeemail",
        ],
    ),
    (ContactField::Language, &["lang", "lengua", "lingua"]),
    (ContactField::Country, &["countrycode", "codigodepais", "codepays", "codigodopais"]),
    (ContactField::Picture, &["photo", "avatar", "image", "imagen", "imagem", "pictureurl"]),
    (
        ContactField::Company,
        &["organization", "organisation", "compania", "organizacion", "societe", "organizacao", "companhia", "negocio"],
    ),
    (ContactField::Department, &["departement", "area"]),
    (ContactField::Lifecycle, &["lifecycle", "stage", "etapa", "etape", "ciclodevida", "cycledevie", "estagio"]),
    (ContactField::Tags, &["tag", "labels", "label", "etiqueta", "etiquette", "marcadores", "tagsdocontato"]),
    (ContactField::Lists, &["list", "lista", "liste"]),
    (
        ContactField::AssignedUser,
        &["agent", "agente", "owner", "propietario", "responsable", "responsavel", "assignedto"],
    ),
    (ContactField::AssignedTeam, &["team", "equipo", "equipe"]),
    (ContactField::Blocked, &["isblocked", "bloqueada", "bloque"]),
    (ContactField::ForeignKeys, &["externalid", "foreignkey", "idexterno", "idexterne", "identifiantexterne"]),
];

/// What a column becomes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A field, or a custom field as `custom.<name>`.
    Field(FieldRef),
    /// Nothing; written `ignore`.
    Ignore,
}

const IGNORE: &str = "ignore";

impl Target {
    /// Reads a field's name or `ignore`.
    ///
    /// # Errors
    /// `unknown_field`, also for fields that no file can fill.
    pub fn parse(text: &str) -> Result<Self> {
        if text == IGNORE {
            return Ok(Self::Ignore);
        }
        let field = FieldRef::parse(text)?;
        if let FieldRef::Own(own) = field
            && !CONTACT_COLUMNS.contains(&own)
        {
            return Err(Error::new(Code::UnknownField, format!("`{own}` cannot be imported"))
                .with_allowed(CONTACT_COLUMNS.iter().map(ContactField::as_str).chain(["custom.<name>", IGNORE])));
        }
        Ok(Self::Field(field))
    }
}

impl Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Field(field) => field.serialize(serializer),
            Self::Ignore => serializer.serialize_str(IGNORE),
        }
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(Error::into_serde)
    }
}

labels! { closed
    /// How a column came to its field.
    MappedBy, "origin of a mapping" {
        /// The options say so.
        Given = "given",
        /// Its header is the name of a field, or a word for one.
        Guessed = "guessed",
        /// Nobody knows the header.
        Unknown = "unknown",
    }
}

labels! { closed
    /// Policy: what becomes of a column that nobody knows.
    UnknownColumns, "policy" {
        /// The file is refused, with the column named.
        Refuse = "refuse",
        /// The column is left out.
        Ignore = "ignore",
        /// It becomes a custom field under its header.
        Custom = "custom",
    }
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappedColumn {
    /// Its header as it is written.
    pub header: String,
    /// What it becomes; nothing is decided for an unknown one.
    pub target: Option<Target>,
    /// How that was decided.
    pub by: MappedBy,
}

/// Decides what each column becomes.
pub(super) fn mapped(
    header: &[String],
    given: &BTreeMap<String, Target>,
    unknown: UnknownColumns,
) -> Result<Vec<MappedColumn>> {
    if let Some(name) = given.keys().find(|name| !header.iter().any(|header| header.trim() == name.trim())) {
        return Err(Error::new(Code::MissingColumn, format!("the file has no column `{name}`"))
            .with_allowed(header.iter().take(50).map(|header| header.trim()))
            .at(name)
            .at("mapping"));
    }
    let by_options = |name: &str| given.iter().find(|(key, _)| key.trim() == name).map(|(_, target)| target.clone());
    let guesses = Guesses::new();
    let mut columns: Vec<MappedColumn> = Vec::with_capacity(header.len());
    for name in header {
        let name = name.trim();
        let (target, by) = match (by_options(name), guesses.of(name)) {
            (Some(target), _) => (Some(target), MappedBy::Given),
            (None, Some(target)) => (Some(target), MappedBy::Guessed),
            (None, None) => (None, MappedBy::Unknown),
        };
        let target = match (target, unknown) {
            (Some(target), _) => Some(target),
            (None, UnknownColumns::Ignore) => Some(Target::Ignore),
            (None, UnknownColumns::Custom) => match custom_field_name(name) {
                Ok(name) => Some(Target::Field(FieldRef::Custom(name))),
                Err(_) => None,
            },
            (None, UnknownColumns::Refuse) => None,
        };
        columns.push(MappedColumn { header: name.to_owned(), target, by });
    }
    // A file of ours has both: the shown name says nothing that the name does not.
    let has_name = columns.iter().any(|column| column.target == Some(Target::Field(ContactField::Name.into())));
    for column in &mut columns {
        let is_shown = column.target == Some(Target::Field(ContactField::ShownName.into()));
        if is_shown && column.by == MappedBy::Guessed && has_name {
            column.target = Some(Target::Ignore);
        }
    }
    Ok(columns)
}

/// Checks that every column has a target and no field of one value has two columns.
pub(super) fn check(columns: &[MappedColumn]) -> Result<()> {
    let mut seen = HashSet::new();
    for (place, column) in columns.iter().enumerate() {
        let Some(target) = &column.target else {
            let shown: String = column.header.chars().take(60).collect();
            return Err(Error::new(Code::UnknownColumn, format!("nobody knows the column `{shown}`"))
                .with_hint("say in `mapping` which field it is, or `ignore`")
                .at_row(place)
                .at("column"));
        };
        let several = matches!(
            target,
            Target::Ignore
                | Target::Field(FieldRef::Own(
                    ContactField::Phones
                        | ContactField::Emails
                        | ContactField::Tags
                        | ContactField::Lists
                        | ContactField::Identities
                        | ContactField::Unsubscribed
                        | ContactField::ForeignKeys
                ))
        );
        if !several && !seen.insert(target) {
            let shown: String = column.header.chars().take(60).collect();
            return Err(Error::new(
                Code::DuplicateColumn,
                format!("the column `{shown}` is a second one for its field"),
            )
            .at_row(place)
            .at("column"));
        }
    }
    Ok(())
}

/// What headers mean: every way to write each field, worked out once a file.
struct Guesses(FxHashMap<String, usize>);

impl Guesses {
    fn new() -> Self {
        let mut keys = FxHashMap::default();
        for (place, field) in ContactField::ALL.iter().enumerate() {
            let titles = Locale::ALL.iter().filter_map(|locale| word(&format!("contact_field.{field}"), *locale));
            let words = HEADERS.iter().filter(|(of, _)| of == field).flat_map(|(_, words)| words.iter().copied());
            let ways = titles.map(key).chain(words.map(str::to_owned)).chain([key(field.as_str())]);
            for way in ways {
                keys.entry(way).or_insert(place);
            }
        }
        Self(keys)
    }

    /// The field that a header means.
    fn of(&self, header: &str) -> Option<Target> {
        if let Ok(field) = FieldRef::parse(header) {
            return Some(Target::parse(header).unwrap_or(Target::Ignore))
                .filter(|_| !matches!(field, FieldRef::Custom(ref name) if name.is_empty()));
        }
        let wanted = key(header);
        if wanted.is_empty() {
            return None;
        }
        // Several numbered columns are values of one field.
        let bare = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
        let place = [wanted.as_str(), bare].into_iter().filter_map(|way| self.0.get(way)).min()?;
        let field = ContactField::ALL.get(*place)?;
        Some(Target::parse(field.as_str()).unwrap_or(Target::Ignore))
    }
}

/// Letters and digits of a header, bare.
fn key(text: &str) -> String {
    letters::bare(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_guessed_in_four_languages() {
        for (header, field) in [
            ("phones", ContactField::Phones),
            ("Phone number", ContactField::Phones),
            ("TELÉFONO 2", ContactField::Phones),
            ("Celular", ContactField::Phones),
            ("Telefone", ContactField::Phones),
            ("Téléphone", ContactField::Phones),
            ("E-Mail", ContactField::Emails),
            ("Correo electrónico", ContactField::Emails),
            ("Courriel", ContactField::Emails),
            ("Nome", ContactField::ShownName),
            ("Prénom", ContactField::FirstName),
            ("Apellidos", ContactField::LastName),
            ("Sobrenome", ContactField::LastName),
            ("Etiquetas", ContactField::Tags),
            ("Étiquettes", ContactField::Tags),
            ("País", ContactField::Country),
            ("Pays", ContactField::Country),
            ("Empresa", ContactField::Company),
        ] {
            assert_eq!(Guesses::new().of(header), Some(Target::Field(field.into())), "{header}");
        }
        assert_eq!(Guesses::new().of("custom.plan"), Some(Target::Field(FieldRef::custom("plan"))));
        assert_eq!(Guesses::new().of("created_at"), Some(Target::Ignore), "known, and nothing to import");
        assert_eq!(Guesses::new().of("Última interacción"), Some(Target::Ignore));
        assert_eq!(Guesses::new().of("Shoe size"), None);
        assert_eq!(Guesses::new().of("¡!"), None);
    }

    #[test]
    fn titles_of_every_language_lead_back_to_their_fields() {
        for field in CONTACT_COLUMNS {
            for locale in Locale::ALL {
                let title = word(&format!("contact_field.{field}"), *locale).unwrap();
                assert_eq!(Guesses::new().of(title), Some(Target::Field((*field).into())), "{title}");
            }
        }
    }

    #[test]
    fn a_shown_name_beside_a_name_says_nothing_more() {
        let header = ["shown_name".to_owned(), "name".to_owned()];
        let columns = mapped(&header, &BTreeMap::new(), UnknownColumns::Refuse).unwrap();
        assert_eq!(columns[0].target, Some(Target::Ignore));
        let twice = ["País".to_owned(), "country".to_owned()];
        let columns = mapped(&twice, &BTreeMap::new(), UnknownColumns::Refuse).unwrap();
        let error = check(&columns).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::DuplicateColumn, "column[1]"));
    }
}
