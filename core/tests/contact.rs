//! The contact model: C2, C3, C5.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use omnicontact::{
    Channel, ChannelKind, ChannelState, Code, Contact, ContactId, CustomType, CustomValue, Edit, Field, FieldValue,
    Identity, Instant, Origin, Phone, Profile, Source,
};

fn contact(profile: Profile) -> Contact {
    let at = Instant::from_millis(0).unwrap();
    profile.check(Some("EC")).unwrap().into_contact(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User))
}

#[test]
fn national_numbers_take_the_calling_code_and_drop_the_trunk_prefix() {
    for (text, country, expected) in [
        ("0991234567", "EC", "+593991234567"),
        ("06 20 123 4567", "HU", "+36201234567"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("06 6982", "IT", "+39066982"),
        ("612 34 56 78", "ES", "+34612345678"),
        ("1 (212) 555-0100", "US", "+12125550100"),
        ("212.555.0100", "US", "+12125550100"),
        ("+44 20 7946 0958", "EC", "+442079460958"),
    ] {
        assert_eq!(Phone::parse(text, Some(country)).unwrap().as_str(), expected, "{text} in {country}");
    }
    for text in ["12", "+0123456789", "+210123456789", "abc", "", "+1234567890123456", "++5939912345"] {
        let error = Phone::parse(text, None).unwrap_err();
        assert_eq!(error.code(), Code::InvalidPhone, "{text}");
        assert!(error.message().contains(text));
    }
    assert_eq!(Phone::parse("099 123 4567", Some("XX")).unwrap_err().code(), Code::InvalidCountry);
}

#[test]
fn every_malformed_field_is_refused_by_its_name() {
    for (profile, code, path) in [
        (Profile::default().phone("123"), Code::InvalidPhone, "phones[0]"),
        (Profile::default().email("a@b.co").email("a"), Code::InvalidEmail, "emails[1]"),
        (Profile::default().tag(""), Code::InvalidTag, "tags[0]"),
        (Profile::default().custom("x".repeat(51), CustomValue::Checkbox(true)), Code::InvalidCustomField, "custom"),
    ] {
        let error = profile.check(None).unwrap_err();
        assert_eq!((error.code(), error.path()), (code, path));
    }
    let twice = Identity::new("wa", "1").unwrap();
    let error = Profile::default().identity(twice.clone()).identity(twice).check(None).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidIdentity, "identities[1]"));
    for (field, value, code) in [
        (Field::Language, "spa", Code::InvalidLanguage),
        (Field::Country, "ECU", Code::InvalidCountry),
        (Field::Locale, "es_EC", Code::InvalidLocale),
        (Field::Phone, "x", Code::InvalidPhone),
        (Field::Email, "x", Code::InvalidEmail),
    ] {
        let error = Edit::set(field, value).check(None).unwrap_err();
        assert_eq!((error.code(), error.path()), (code, field.as_str()));
        assert!(error.message().contains(value), "the value is named");
    }
    assert_eq!(Edit::set(Field::Origin, "user").check(None).unwrap_err().code(), Code::MalformedValue);
    assert!(Edit::empty(Field::Origin).check(None).is_err());
    assert!(Field::Assignee.check(&FieldValue::Text("x".into()), None).is_err());
}

#[test]
fn custom_values_follow_their_type() {
    for (kind, good, bad) in [
        (CustomType::Number, "-12.5", "1,5"),
        (CustomType::Number, "0", "NaN"),
        (CustomType::Url, "https://example.org/a?b", "example.org"),
        (CustomType::Date, "2024-02-29", "2023-02-29"),
        (CustomType::Date, "2024-02-09", "2024-2-9"),
        (CustomType::Time, "23:59", "24:00"),
        (CustomType::Time, "09:05", "9:05"),
        (CustomType::Checkbox, "true", "maybe"),
        (CustomType::Email, "a@b.co", "a"),
    ] {
        let value = CustomValue::parse(kind, good).unwrap();
        assert_eq!((value.to_text().as_str(), value.kind()), (good, kind));
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<CustomValue>(&json).unwrap(), value);
        assert_eq!(CustomValue::parse(kind, bad).unwrap_err().code(), Code::InvalidCustomValue, "{bad}");
    }
    assert!(!CustomValue::parse(CustomType::Number, "0").unwrap().is_blank(), "0 is a value (D14)");
    assert!(!CustomValue::Checkbox(false).is_blank(), "false is a value (D14)");
    assert!(serde_json::from_str::<CustomValue>(r#"{"time":"9:05"}"#).is_err());
}

#[test]
fn the_shown_name_falls_back_to_phone_email_and_id() {
    let mut ana = contact(Profile::named("  ").phone("0991234567").email("a@b.co"));
    assert_eq!(ana.shown_name(), "+593991234567");
    assert_eq!(ana.initials(), "#", "a phone has no initials");
    ana.phones.clear();
    assert_eq!((&*ana.shown_name(), ana.initials().as_str()), ("a@b.co", "A"));
    ana.emails.clear();
    assert_eq!(ana.shown_name(), ana.id.to_string());
    ana.first_name = Some("Ana".into());
    assert_eq!(ana.shown_name(), "Ana");
    ana.last_name = Some("ßmith".into());
    assert_eq!(ana.initials(), "ASS", "upper case may be longer");
    ana.name = Some("🇪🇨 n\u{303}ato".into());
    assert_eq!(ana.initials(), "🇪🇨N\u{303}", "a flag is one cluster of two characters");
}

#[test]
fn channel_states_need_the_right_address() {
    let mut ana = contact(Profile::named("Ana").email("a@b.co"));
    let whatsapp = Channel::new("wa", ChannelKind::WhatsappCloud);
    let mail = Channel::new("mail", ChannelKind::Gmail);
    let messenger = Channel::new("fb", ChannelKind::Facebook);
    assert_eq!(ana.channel_state(&whatsapp), ChannelState::Unavailable, "an e-mail opens no WhatsApp");
    assert_eq!(ana.channel_state(&mail), ChannelState::Inactive);
    assert_eq!(ana.channel_state(&messenger), ChannelState::Unavailable, "the person has to write first");
    ana.identities.push(Identity::new("wa", "EC.1349").unwrap());
    assert_eq!(ana.channel_state(&whatsapp), ChannelState::Inactive, "a business-scoped id has no phone");
    assert_eq!(ana.channel_state(&mail.removed()), ChannelState::Unavailable);
}

#[test]
fn the_main_phone_is_replaced_and_the_others_stay() {
    let phones = |contact: &Contact| contact.phones.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut ana = contact(Profile::named("Ana").phone("0991234567").phone("0997654321"));
    Edit::set(Field::Phone, "0990000000").check(Some("EC")).unwrap().apply(&mut ana).unwrap();
    assert_eq!(phones(&ana), ["+593990000000", "+593997654321"]);
    Edit::set(Field::Phone, "+593997654321").check(None).unwrap().apply(&mut ana).unwrap();
    assert_eq!(phones(&ana), ["+593997654321", "+593990000000"], "a known one moves to the front");
    assert_eq!(Edit::set(Field::Name, "  ").check(None).unwrap(), Edit::empty(Field::Name), "blank is no value");
}
