//! What was changed: which clients were updated and how, who is new, who was deleted, who is gone and was left alone.

use maud::{Markup, html};

use super::Reader;
use super::words::{Foreign, Prose, code, grouped};
use crate::record::Field;
use crate::report::account::{Account, Touched};
use crate::report::difference::Difference;
use crate::report::listed::Listed;
use crate::report::words;

/// So many clients that were only created, deleted or found gone are named: their list is to be looked over, not read.
const NAMED: usize = 100;

/// The section of changes; nothing when nothing was changed.
pub(super) fn section(account: &Account, reader: &Reader) -> Markup {
    let Account { created, updated, deleted, archived, gone, .. } = account;
    if [created, updated, deleted, archived, gone].into_iter().all(Listed::is_empty) {
        return Markup::default();
    }
    html! {
        section {
            h2 { (reader.say("report-changes")) }
            (group("report-updated", updated, reader))
            (group("report-created", created, reader))
            (group("report-archived", archived, reader))
            (group("report-deleted", deleted, reader))
            (group("report-gone", gone, reader))
        }
    }
}

fn group(name: &str, list: &Listed<Touched>, reader: &Reader) -> Markup {
    if list.is_empty() {
        return Markup::default();
    }
    let with_rows = list.first.iter().any(|it| it.line.is_some());
    let with_details = list.first.iter().any(|it| !it.differences.is_empty() || it.why.is_some());
    let shown = if with_details { list.first.len() } else { list.first.len().min(NAMED) };
    let rest = list.total.saturating_sub(shown as u64);
    html! {
        h3 { span { (reader.say(name)) } span.many { (grouped(list.total)) } }
        @if shown > 0 {
            table.fold {
                thead {
                    tr {
                        @if with_rows { th.row scope="col" { (reader.say("report-row")) } }
                        th.code scope="col" { (reader.say("report-code")) }
                        th.name scope="col" { (reader.say("report-name")) }
                        @if with_details { th scope="col" { (reader.say("report-what")) } }
                    }
                }
                tbody {
                    @for touched in &list.first[..shown] {
                        tr {
                            @if with_rows {
                                td.row data-label=(reader.say("report-row")) {
                                    @if let Some(line) = touched.line { (line) }
                                }
                            }
                            td.code { (code(reader, touched.external_id.as_ref())) }
                            td.name { (Foreign(&touched.name)) }
                            @if with_details { td.why { (details(touched, reader)) } }
                        }
                    }
                }
            }
        }
        @if rest > 0 {
            p.rest { (reader.texts.say_with("report-more-changes", &[("count", rest.into())])) }
        }
    }
}

fn details(touched: &Touched, reader: &Reader) -> Markup {
    html! {
        @if !touched.differences.is_empty() { (edits(&touched.differences, reader)) }
        @if let Some(why) = &touched.why { (Prose(&words::why(reader.texts, why))) }
    }
}

/// What changes, each with what it was and what it is.
pub(super) fn edits(differences: &[Difference], reader: &Reader) -> Markup {
    let mut before: Option<&str> = None;
    html! {
        dl.edit {
            @for difference in differences {
                @match difference {
                    Difference::Field { whose, field, from, to } => {
                        @if let Some(whose) = whose && before.replace(whose) != Some(whose) {
                            dt.whose { (Foreign(whose)) }
                        }
                        dt { (field_name(*field, reader)) }
                        dd { del { (value(from, reader)) } span.to { " → " } ins { (value(to, reader)) } }
                    }
                    Difference::Added(who) => {
                        dt { (reader.say("report-contact")) }
                        dd { ins { "+ " (Foreign(who)) } }
                    }
                    Difference::Removed(who) => {
                        dt { (reader.say("report-contact")) }
                        dd { "− " (Foreign(who)) }
                    }
                }
            }
        }
    }
}

fn value(text: &str, reader: &Reader) -> Markup {
    html! {
        @if text.is_empty() { span.empty { (reader.say("report-empty")) } } @else { (Foreign(text)) }
    }
}

/// A field as people call it.
pub(super) fn field_name(field: Field, reader: &Reader) -> String {
    reader.say(match field {
        Field::Name => "report-field-name",
        Field::FamilyName => "report-field-family-name",
        Field::GivenName => "report-field-given-name",
        Field::Title => "report-field-title",
        Field::Department => "report-field-department",
        Field::Email => "report-field-email",
        Field::PhoneNumber => "report-field-phone",
        Field::FaxNumber => "report-field-fax",
        Field::PostalCode => "report-field-postal-code",
        Field::Country => "report-field-country",
        Field::Region => "report-field-region",
        Field::Locality => "report-field-locality",
        Field::StreetAddress => "report-field-street",
        Field::ExtendedAddress => "report-field-building",
        Field::LangCode => "report-field-language",
        Field::DateCutoff => "report-field-closing-day",
        Field::TaxRegistrationNumber => "report-field-registration-number",
    })
}
