//! The state of the model: one client in ledger, file, process and server, and what may still happen to it.

use leapsync::operation::State;

/// The rules of the protocol, each of which can be switched off.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each rule is on or off, and named where it is switched")]
pub(crate) struct Rules {
    /// The intent is committed before the POST leaves.
    pub(crate) intent_before_post: bool,
    /// A POST in doubt is not sent again before it is settled.
    pub(crate) no_blind_repeat: bool,
    /// A reading proves an absence only when the settle time has passed.
    pub(crate) settle_time: bool,
    /// The archived list is read too.
    pub(crate) archived_list: bool,
    /// A list counts as read only when it is complete.
    pub(crate) complete_reading: bool,
    /// The live list is looked at once more behind the archived one.
    pub(crate) last_look: bool,
    /// A ledger that knows nothing reads the list before it creates.
    pub(crate) first_reading: bool,
    /// A create waits when a client without an id has the same name.
    pub(crate) same_name: bool,
    /// Nothing is written to a client that is missing or in conflict.
    pub(crate) people_decide: bool,
    /// A refused row is not sent again before something changes.
    pub(crate) refusals_wait: bool,
    /// What is in doubt is settled.
    pub(crate) settles: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            intent_before_post: true,
            no_blind_repeat: true,
            settle_time: true,
            archived_list: true,
            complete_reading: true,
            last_look: true,
            first_reading: true,
            same_name: true,
            people_decide: true,
            refusals_wait: true,
            settles: true,
        }
    }
}

/// What must never be, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Broken {
    /// Two clients that we made carry the id.
    TwoByUs,
    /// A POST left without an intent in the ledger.
    PostWithoutIntent,
    /// A POST left while an earlier one might still land.
    PostWhileOneMayLand,
    /// A write to a client that is missing or in conflict.
    WriteToMissingOrConflict,
    /// A client that is there, or may still come, was settled as absent.
    AbsenceNotReal,
    /// A row was sent again that the server had refused.
    RefusalRepeated,
    /// A client was created beside a customer of the same name that a reading had shown.
    TwinOfNamesake,
    /// Fair steps do not end, or end in a state that is no end.
    NoEnd,
    /// The transition function refused what the protocol wanted to write.
    Illegal,
}

/// Where a client stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Shelf {
    Live,
    Archived,
}

/// A client on the server that carries the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Client {
    pub(crate) mid: u8,
    pub(crate) by_us: bool,
    pub(crate) shelf: Shelf,
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Write {
    Create,
    Patch,
    Remove,
}

/// A request that has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Flight {
    pub(crate) write: Write,
    /// The client it is about, or has made.
    pub(crate) mid: u8,
    /// Somebody waits for its answer.
    pub(crate) awaited: bool,
    pub(crate) committed: bool,
}

/// What the process is at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Life {
    /// There is none.
    Down,
    Idle,
    /// The intent is in the ledger, the request has not left.
    Prepared(Write),
    /// It waits for the answer.
    Waiting(Write),
    /// It reads: mids seen live, then mids seen archived; whether people moved a client meanwhile.
    Reading {
        live: Option<Vec<u8>>,
        archived: Option<Vec<u8>>,
        moved: bool,
    },
}

/// What may still happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Left {
    pub(crate) crashes: u8,
    pub(crate) doubts: u8,
    pub(crate) people: u8,
    pub(crate) rows: u8,
    pub(crate) losses: u8,
}

/// The whole state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "the ledger's marks are what they are")]
pub(crate) struct World {
    pub(crate) state: State,
    /// The mid that the ledger knows; 0 for none.
    pub(crate) mid: u8,
    pub(crate) list_read: bool,
    pub(crate) namesake_known: bool,
    /// The row as it is now was refused.
    pub(crate) row_refused: bool,
    pub(crate) removal_refused: bool,
    /// The settle time has passed since the last intent.
    pub(crate) ripe: bool,
    /// The file names the client.
    pub(crate) wanted: bool,
    /// The row differs from what the server confirmed.
    pub(crate) differs: bool,
    pub(crate) life: Life,
    pub(crate) clients: Vec<Client>,
    pub(crate) flights: Vec<Flight>,
    pub(crate) made: u8,
    /// The server has a client without an id and of the same name.
    pub(crate) namesake: bool,
    pub(crate) left: Left,
}

impl World {
    pub(crate) fn beginning(wider: u8) -> Self {
        Self {
            state: State::New,
            mid: 0,
            list_read: false,
            namesake_known: false,
            row_refused: false,
            removal_refused: false,
            ripe: true,
            wanted: true,
            differs: false,
            life: Life::Down,
            clients: Vec::new(),
            flights: Vec::new(),
            made: 0,
            namesake: false,
            left: Left {
                crashes: 1 + wider,
                doubts: 2 + wider,
                people: 2 + wider,
                rows: 1 + wider,
                losses: 1,
            },
        }
    }

    pub(crate) fn is_there(&self, mid: u8) -> bool {
        self.clients.iter().any(|client| client.mid == mid)
    }

    pub(crate) fn on(&self, place: Shelf) -> Vec<u8> {
        self.clients.iter().filter(|client| client.shelf == place).map(|client| client.mid).collect()
    }

    pub(crate) fn in_doubt(&self) -> bool {
        matches!(self.state, State::Creating | State::Patching | State::Removing)
    }

    /// What is wrong with the state itself.
    pub(crate) fn broken(&self) -> Option<Broken> {
        let ours = self.clients.iter().filter(|client| client.by_us).count();
        (ours > 1).then_some(Broken::TwoByUs)
    }

    /// Equal worlds are written alike.
    pub(crate) fn in_order(mut self) -> Self {
        self.clients.sort_unstable();
        self.flights.sort_unstable();
        self
    }
}

/// A step: what it is called, where it leads, and what it breaks on its way.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) to: World,
    pub(crate) broken: Option<Broken>,
}

impl Step {
    pub(crate) fn new(name: &'static str, world: World) -> Self {
        Self { name, to: world.in_order(), broken: None }
    }

    pub(crate) fn broken(self, broken: Option<Broken>) -> Self {
        Self { broken: self.broken.or(broken), ..self }
    }
}
