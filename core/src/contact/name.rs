//! The shown name and the initials (C3).

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::{Contact, is_blank};

impl Contact {
    /// The name that is shown: the name, else first and last name, else phone, else e-mail, else the id (C3).
    pub fn shown_name(&self) -> Cow<'_, str> {
        self.own_name().unwrap_or_else(|| Cow::Owned(self.id.to_string()))
    }

    /// As [`Contact::shown_name`], and none where only the id is left to show (D41).
    pub(crate) fn own_name(&self) -> Option<Cow<'_, str>> {
        if let Some(name) = filled(self.name.as_deref()) {
            return Some(Cow::Borrowed(name));
        }
        match (filled(self.first_name.as_deref()), filled(self.last_name.as_deref())) {
            (Some(first), Some(last)) => return Some(Cow::Owned(format!("{first} {last}"))),
            (Some(one), None) | (None, Some(one)) => return Some(Cow::Borrowed(one)),
            (None, None) => {}
        }
        let phone = self.phones.first().map(crate::contact::Phone::as_str);
        phone.or_else(|| self.emails.first().map(crate::contact::Email::as_str)).map(Cow::Borrowed)
    }

    /// One or two initials for the avatar, where there is no picture (C3): the first grapheme clusters of the first and
    /// the last word that begin with a letter, a digit or an emoji; `#` where there is none.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Contact, ContactId, Instant, Origin, Source};
    /// let at = Instant::from_millis(0)?;
    /// let mut contact = Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
    /// contact.name = Some("e\u{301}mile (el primo) zola".into());
    /// assert_eq!(contact.initials(), "E\u{301}Z");
    /// contact.name = Some("👩‍👩‍👧 familia".into());
    /// assert_eq!(contact.initials(), "👩‍👩‍👧F");
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn initials(&self) -> String {
        let shown = self.shown_name();
        let mut firsts = shown.split_whitespace().filter_map(|word| {
            let cluster = word.graphemes(true).next()?;
            cluster.chars().next().filter(|c| c.is_alphanumeric() || !c.is_ascii()).map(|_| cluster)
        });
        let Some(first) = firsts.next() else { return "#".to_owned() };
        let mut initials = first.to_uppercase();
        if let Some(last) = firsts.next_back() {
            initials.push_str(&last.to_uppercase());
        }
        initials
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !is_blank(text))
}
