//! Validation of what a request writes, with Django REST Framework's rules, order and error shapes.
//!
//! In: raw JSON and a table of fields. Out: the values as they will be stored, or the errors by field. It never looks at the store.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::email;
use super::fields::{ADDRESS, CONTACT, EMAIL, Field, Kind};
use super::regions;
use super::texts::{Lang, Text};

/// Values or errors by field name.
pub(super) type Fields = Map<String, Value>;

/// Whether fields that are missing stay as they are or must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// A create or a PUT.
    Whole,
    /// A PATCH.
    Partial,
}

/// Checks the plain fields of an object; the second map is empty when all is well. Contacts and links need the store, so
/// they are left to the caller.
pub(super) fn plain(table: &[Field], body: &Fields, extent: Extent, lang: Lang) -> (Fields, Fields) {
    let mut values = Fields::new();
    let mut errors = Fields::new();
    for field in table.iter().filter(|field| !field.read_only) {
        let Some(raw) = body.get(field.name) else {
            if field.required && extent == Extent::Whole {
                errors.insert(field.name.into(), texts(&Text::Required, lang));
            }
            continue;
        };
        if matches!(field.kind, Kind::Contacts | Kind::Link) {
            continue;
        }
        match value(field.kind, raw, body, lang) {
            Ok(value) => {
                values.insert(field.name.into(), value);
            }
            Err(error) => {
                errors.insert(field.name.into(), error);
            }
        }
    }
    (values, errors)
}

/// A list of one message, the form of every error of a field.
pub(super) fn texts(text: &Text<'_>, lang: Lang) -> Value {
    json!([text.say(lang)])
}

/// An error of an object as a whole.
pub(super) fn non_field(text: &Text<'_>, lang: Lang) -> Value {
    json!({"non_field_errors": [text.say(lang)]})
}

/// The object in `raw`, or the error that says what else it is.
pub(super) fn object(raw: &Value, lang: Lang) -> Result<&Fields, Value> {
    raw.as_object().ok_or_else(|| non_field(&Text::NotObject(type_name(raw)), lang))
}

/// What Python calls the type of a JSON value.
pub(super) fn type_name(raw: &Value) -> &'static str {
    match raw {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn value(kind: Kind, raw: &Value, siblings: &Fields, lang: Lang) -> Result<Value, Value> {
    let nullable = matches!(kind, Kind::Integer { .. } | Kind::Time | Kind::Email);
    if raw.is_null() {
        return if nullable { Ok(Value::Null) } else { Err(texts(&Text::Null, lang)) };
    }
    let plain = match kind {
        Kind::Text { max } => text(raw, max).map(Value::from),
        Kind::Name { max } => text(raw, max).and_then(not_blank).map(Value::from),
        Kind::Choice(choices) => choice(raw, choices),
        Kind::Integer { min, max } => integer(raw, min, max),
        Kind::TaxNumber => text(raw, 14).and_then(tax_number),
        Kind::Country => text(raw, 255).and_then(country),
        Kind::Region => text(raw, 255).and_then(|slug| region(slug, siblings)),
        Kind::Flag => raw.as_bool().map(Value::from).ok_or(Text::NotFlag),
        Kind::Time => time(raw),
        Kind::Email => return email_object(raw, lang),
        Kind::Addresses => return addresses(raw, lang),
        Kind::Contacts | Kind::Link | Kind::Opaque => Ok(raw.clone()),
    };
    plain.map_err(|error| texts(&error, lang))
}

/// A text, trimmed at both ends as Python trims, its length counted in code points.
fn text(raw: &Value, max: usize) -> Result<String, Text<'static>> {
    let text = match raw {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(Text::NotAString),
    };
    let text = text.trim_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c));
    if text.contains('\0') {
        return Err(Text::NullCharacters);
    }
    if text.chars().count() > max {
        return Err(Text::TooLong(max));
    }
    Ok(text.to_owned())
}

fn not_blank(text: String) -> Result<String, Text<'static>> {
    if text.is_empty() { Err(Text::Blank) } else { Ok(text) }
}

fn choice<'a>(raw: &'a Value, choices: &[(&str, &str)]) -> Result<Value, Text<'a>> {
    let Some(chosen) = raw.as_str() else { return Err(Text::NotChoice("")) };
    if choices.iter().any(|(value, _)| *value == chosen) {
        Ok(Value::from(chosen))
    } else {
        Err(Text::NotChoice(chosen))
    }
}

fn integer(raw: &Value, min: i64, max: i64) -> Result<Value, Text<'static>> {
    let number = match raw {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number {
        None => Err(Text::NotInteger),
        Some(number) if number < min => Err(Text::TooSmall(min)),
        Some(number) if number > max => Err(Text::TooLarge(max)),
        Some(number) => Ok(Value::from(number)),
    }
}

fn tax_number(text: String) -> Result<Value, Text<'static>> {
    let digits = text.strip_prefix('T');
    let fits =
        digits.is_some_and(|digits| digits.len() == 13 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    if text.is_empty() || fits { Ok(Value::from(text)) } else { Err(Text::NotTaxNumber) }
}

fn country(text: String) -> Result<Value, Text<'static>> {
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if text.is_empty() || fits { Ok(Value::from(text)) } else { Err(Text::NotAmong(text)) }
}

/// Japanese regions are slugs; without a country an address is taken to be Japanese.
fn region(slug: String, siblings: &Fields) -> Result<Value, Text<'static>> {
    let country = siblings.get("country").and_then(Value::as_str).unwrap_or_default().trim();
    let japanese = matches!(country, "" | "JP");
    if slug.is_empty() || !japanese || regions::known(&slug) {
        Ok(Value::from(slug))
    } else {
        Err(Text::NotAmong(slug))
    }
}

fn time(raw: &Value) -> Result<Value, Text<'static>> {
    let parsed = raw.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    parsed.map(|time| Value::from(time.to_string())).ok_or(Text::NotTime)
}

fn email_object(raw: &Value, lang: Lang) -> Result<Value, Value> {
    let (values, mut errors) = plain(EMAIL, object(raw, lang)?, Extent::Whole, lang);
    if let Some(address) = values.get("address").and_then(Value::as_str)
        && !email::acceptable(address)
    {
        errors.insert("address".into(), texts(&Text::NotEmail, lang));
    }
    if errors.is_empty() { Ok(Value::Object(values)) } else { Err(Value::Object(errors)) }
}

fn addresses(raw: &Value, lang: Lang) -> Result<Value, Value> {
    let Some(items) = raw.as_array() else { return Err(non_field(&Text::NotList(type_name(raw)), lang)) };
    let checked: Vec<_> = items.iter().map(|item| address(item, lang)).collect();
    each(checked).map(Value::from)
}

fn address(raw: &Value, lang: Lang) -> Result<Value, Value> {
    let mut body = object(raw, lang)?.clone();
    for (other, name) in [("address_format", "format"), ("country_name", "country")] {
        if let Some(value) = body.remove(other) {
            body.entry(name).or_insert(value);
        }
    }
    let (mut values, errors) = plain(ADDRESS, &body, Extent::Whole, lang);
    if !errors.is_empty() {
        return Err(Value::Object(errors));
    }
    for field in ADDRESS {
        let default = if field.name == "format" { "jp_default" } else { "" };
        values.entry(field.name).or_insert_with(|| Value::from(default));
    }
    Ok(Value::Object(values))
}

/// Puts the results of list items together: all values, or one error entry for each item.
pub(super) fn each<T>(items: Vec<Result<T, Value>>) -> Result<Vec<T>, Value> {
    if items.iter().all(Result::is_ok) {
        return Ok(items.into_iter().flatten().collect());
    }
    Err(Value::Array(items.into_iter().map(|item| item.err().unwrap_or_else(|| json!({}))).collect()))
}

/// Checks a contact. `stored` is what the contact holds already (nothing, when it is new).
pub(super) fn contact(
    raw: &Value,
    stored: Option<&Fields>,
    extent: Extent,
    lang: Lang,
) -> Result<Fields, Value> {
    let (values, mut errors) = plain(CONTACT, object(raw, lang)?, extent, lang);
    let held = |name: &str| {
        values.get(name).or_else(|| stored?.get(name)).and_then(Value::as_str).unwrap_or_default()
    };
    let named_before = stored.is_some() && extent == Extent::Partial && !values.contains_key("name");
    let old_type = stored.and_then(|stored| stored.get("contact_type"));
    if old_type.zip(values.get("contact_type")).is_some_and(|(old, new)| old != new) {
        errors.entry("contact_type").or_insert_with(|| texts(&Text::ContactTypeFixed, lang));
    }
    match held("contact_type") {
        "organization" if !named_before && !errors.contains_key("name") && held_is_blank(&values) => {
            let text = if values.contains_key("name") { Text::Blank } else { Text::Required };
            errors.insert("name".into(), texts(&text, lang));
        }
        "person" if errors.is_empty() && held("family_name").is_empty() && held("given_name").is_empty() => {
            return Err(non_field(&Text::NamelessPerson, lang));
        }
        _ => {}
    }
    if errors.is_empty() { Ok(values) } else { Err(Value::Object(errors)) }
}

fn held_is_blank(values: &Fields) -> bool {
    values.get("name").and_then(Value::as_str).unwrap_or_default().is_empty()
}
