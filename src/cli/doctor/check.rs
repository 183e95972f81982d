//! One check and what came of it, as people read it and as scripts do.

use leapsync::texts::Texts;
use serde_json::{Value, json};

use crate::cli::table::{padded, width};

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// All is well.
    Ok,
    /// A run works, and something is worth a look.
    Warn,
    /// No run works.
    Fail,
    /// It could not be made.
    Skipped,
}

impl State {
    /// The word that scripts read.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Ok => "doctor-ok",
            Self::Warn => "doctor-warn",
            Self::Fail => "doctor-fail",
            Self::Skipped => "doctor-skipped",
        }
    }
}

/// What is checked, in the order in which it is shown: the word that scripts read, and the text for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subject(&'static str, &'static str);

pub(crate) const CONFIGURATION: Subject = Subject("configuration", "doctor-configuration");
pub(crate) const SETTINGS: Subject = Subject("settings", "doctor-settings");
pub(crate) const INPUT: Subject = Subject("input", "doctor-input");
pub(crate) const LEDGER: Subject = Subject("ledger", "doctor-ledger");
pub(crate) const CREDENTIALS: Subject = Subject("credentials", "doctor-credentials");
pub(crate) const SERVER: Subject = Subject("server", "doctor-server");
pub(crate) const ACCOUNT: Subject = Subject("account", "doctor-account");
pub(crate) const CLOCK: Subject = Subject("clock", "doctor-clock");
pub(crate) const QUOTA: Subject = Subject("quota", "doctor-quota");
pub(crate) const CONTRACT: Subject = Subject("contract", "doctor-contract");

const ALL: [Subject; 10] =
    [CONFIGURATION, SETTINGS, INPUT, LEDGER, CREDENTIALS, SERVER, ACCOUNT, CLOCK, QUOTA, CONTRACT];

/// A check and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub(crate) subject: Subject,
    pub(crate) state: State,
    pub(crate) said: String,
    /// Further lines.
    pub(crate) more: Vec<String>,
    /// The next step.
    pub(crate) next: Option<String>,
}

impl Check {
    pub(crate) fn new(subject: Subject, state: State, said: String) -> Self {
        Self { subject, state, said, more: Vec::new(), next: None }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.subject.0
    }

    /// Makes it a warning unless it is worse, and says why and what next.
    pub(crate) fn warn(&mut self, why: String, next: Option<String>) {
        if self.state == State::Ok {
            self.state = State::Warn;
        }
        self.more.push(why);
        self.next = self.next.take().or(next);
    }

    /// Makes it a failure, and says why and what next.
    pub(crate) fn fail(&mut self, why: String, next: Option<String>) {
        self.state = State::Fail;
        self.more.push(why);
        self.next = next.or(self.next.take());
    }

    /// The check as text: one line, and further ones below it.
    pub(crate) fn text(&self, texts: Texts) -> String {
        let states = [State::Ok, State::Warn, State::Fail, State::Skipped];
        let widest = |words: &mut dyn Iterator<Item = String>| words.map(|it| width(&it)).max().unwrap_or(0);
        let (state, subject) = (texts.say(self.state.key()), texts.say(self.subject.1));
        let state_width = widest(&mut states.iter().map(|state| texts.say(state.key())));
        let subject_width = widest(&mut ALL.iter().map(|subject| texts.say(subject.1)));
        let head = format!("{}  {}", padded(&state, state_width), padded(&subject, subject_width));
        let indent = " ".repeat(state_width + 2 + subject_width + 2);
        let mut text = format!("{head}  {}\n", self.said);
        for line in &self.more {
            text.push_str(&format!("{indent}{line}\n"));
        }
        if let Some(next) = &self.next {
            text.push_str(&format!("{indent}{}\n", texts.say_with("doctor-next", &[("step", next.into())])));
        }
        text
    }

    /// The check as scripts read it.
    pub(crate) fn json(&self) -> Value {
        let Self { subject, state, said, more, next } = self;
        json!({"name": subject.0, "status": state.name(), "said": said, "more": more, "next": next})
    }
}
