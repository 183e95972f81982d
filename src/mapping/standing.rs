//! Whether a row counts, and whether its client or its person is active.
//!
//! In: the raw cell that a filter or an activity looks at. Out: the verdict; a value that nobody named is told as
//! unknown, never taken for one of the others.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::record::canonical;
use crate::settings::rules::{Activity, Filter, Sense};

use super::MappingError;
use super::headers::{Headers, fold};

/// How a row stands to its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// It counts.
    #[default]
    Counts,
    /// It lies outside of what is asked for.
    Outside,
    /// It says that its client is no longer active.
    Inactive,
}

/// A filter whose column is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sieve {
    cell: usize,
    values: Vec<String>,
    sense: Sense,
}

impl Sieve {
    pub(super) fn find(headers: &Headers<'_>, filter: &Filter) -> Result<Self, MappingError> {
        let cell = headers.find(&filter.column, "`[[input.where]]`")?;
        Ok(Self { cell, values: folded(&filter.values), sense: filter.sense })
    }

    /// The cell it looks at.
    pub(super) fn cell(&self) -> usize {
        self.cell
    }

    /// Whether a row passes.
    pub(super) fn passes(&self, cells: &[String]) -> bool {
        let among = is_among(raw(cells, self.cell), &self.values);
        match self.sense {
            Sense::Is => among,
            Sense::IsNot => !among,
        }
    }
}

/// An activity whose column is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Switch {
    cell: usize,
    /// The header, for messages.
    pub(super) label: String,
    active: Vec<String>,
    inactive: Vec<String>,
    /// Both, as they were written.
    known: Vec<String>,
}

/// What a cell says of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict<'a> {
    Active,
    Inactive,
    /// The cell holds something else.
    Unknown(&'a str),
}

impl Switch {
    pub(super) fn find(headers: &Headers<'_>, activity: &Activity, key: &str) -> Result<Self, MappingError> {
        let cell = headers.find(&activity.column, key)?;
        let known = activity.active.iter().chain(&activity.inactive).cloned().collect();
        let (active, inactive) = (folded(&activity.active), folded(&activity.inactive));
        Ok(Self { cell, label: headers.written[cell].clone(), active, inactive, known })
    }

    /// The cell it looks at.
    pub(super) fn cell(&self) -> usize {
        self.cell
    }

    /// What a row says.
    pub(super) fn judge<'a>(&self, cells: &'a [String]) -> Verdict<'a> {
        let text = raw(cells, self.cell);
        match (is_among(text, &self.active), is_among(text, &self.inactive)) {
            (true, false) => Verdict::Active,
            (false, true) => Verdict::Inactive,
            // Both, when the values differ in nothing that counts.
            (false, false) | (true, true) => Verdict::Unknown(text),
        }
    }

    /// The values that are known.
    pub(super) fn known(&self) -> Vec<String> {
        self.known.clone()
    }
}

fn folded(values: &[String]) -> Vec<String> {
    values.iter().map(|value| fold(value)).collect()
}

fn raw(cells: &[String], cell: usize) -> &str {
    cells.get(cell).map(|text| canonical(text)).unwrap_or_default()
}

fn is_among(text: &str, values: &[String]) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    let text = if plain { Cow::from(text) } else { Cow::from(fold(text)) };
    values.iter().any(|value| *value == *text)
}
