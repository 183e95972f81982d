//! What leapsync does: every step that a run may take in a state, written into the ledger by the real transition
//! function.

use leapsync::operation::{Happening, State, Verdict, next};

use crate::answers::{Truth, answers_to};
use crate::world::{Broken, Flight, Life, Rules, Shelf, Step, World, Write};

/// The steps of the process.
pub(crate) fn steps(world: &World, rules: Rules) -> Vec<Step> {
    match &world.life {
        Life::Down => vec![Step::new("start", World { life: Life::Idle, ..world.clone() })],
        Life::Idle => idle(world, rules),
        Life::Prepared(write) => vec![send(world, *write)],
        Life::Waiting(write) => answered(world, *write, rules),
        Life::Reading { .. } => reading(world, rules),
    }
}

/// Lets something befall the client in the ledger; without a rule it may be what the protocol does not know.
fn befall(world: &mut World, happening: Happening) -> Option<Broken> {
    match next(world.state, happening) {
        Ok(state) => {
            world.state = state;
            None
        }
        Err(_) => Some(Broken::Illegal),
    }
}

fn idle(world: &World, rules: Rules) -> Vec<Step> {
    let mut steps = Vec::new();
    if world.in_doubt() && rules.settles && (world.ripe || !rules.settle_time) {
        steps.push(if world.state == State::Creating { begin_reading(world) } else { look_again(world) });
    }
    if !world.list_read || world.state == State::Conflict || world.namesake_known {
        steps.push(begin_reading(world));
    }
    steps.extend(create(world, rules));
    if world.state == State::Linked && world.wanted && world.differs && !world.row_refused {
        steps.push(intend("intend PATCH", world, Happening::IntendPatch, Write::Patch));
    }
    if world.state == State::Linked && !world.wanted && !world.removal_refused {
        steps.push(intend("intend DELETE", world, Happening::IntendRemove, Write::Remove));
    }
    if world.state == State::Missing && world.wanted && world.left.people > 0 {
        let mut to = world.clone();
        to.left.people -= 1;
        to.mid = 0;
        let broken = befall(&mut to, Happening::LetGo);
        steps.push(Step::new("a person lets go", to).broken(broken));
    }
    steps
}

fn intend(name: &'static str, world: &World, happening: Happening, write: Write) -> Step {
    let mut to = World { life: Life::Prepared(write), ripe: false, ..world.clone() };
    let broken = befall(&mut to, happening);
    Step::new(name, to).broken(broken)
}

fn create(world: &World, rules: Rules) -> Option<Step> {
    let waits_for_people = matches!(world.state, State::Missing | State::Conflict);
    let refused = world.state == State::Refused && world.row_refused;
    let fresh = matches!(world.state, State::New | State::Refused | State::Removed);
    let may = world.wanted
        && (fresh || waits_for_people && !rules.people_decide)
        && (world.list_read || !rules.first_reading)
        && !(world.namesake_known && rules.same_name)
        && !(refused && rules.refusals_wait);
    if !may {
        return None;
    }
    let mut to =
        World { life: Life::Prepared(Write::Create), ripe: false, row_refused: false, ..world.clone() };
    let broken = if waits_for_people {
        to.state = State::Creating;
        Some(Broken::WriteToMissingOrConflict)
    } else if refused {
        Some(Broken::RefusalRepeated)
    } else if world.namesake_known {
        Some(Broken::TwinOfNamesake)
    } else {
        None
    };
    if !rules.intent_before_post {
        // The ledger learns of the POST only when its answer is in.
        return Some(send(&to_without_intent(world), Write::Create));
    }
    let illegal = if waits_for_people { None } else { befall(&mut to, Happening::IntendCreate) };
    Some(Step::new("intend POST", to).broken(broken).broken(illegal))
}

fn to_without_intent(world: &World) -> World {
    World { row_refused: false, ..world.clone() }
}

/// The request leaves.
fn send(world: &World, write: Write) -> Step {
    let mut to = World { life: Life::Waiting(write), ..world.clone() };
    let mut broken = None;
    if write == Write::Create {
        if world.state != State::Creating {
            broken = Some(Broken::PostWithoutIntent);
        } else if world.flights.iter().any(|flight| flight.write == Write::Create) {
            broken = Some(Broken::PostWhileOneMayLand);
        }
    }
    to.flights.push(Flight { write, mid: world.mid, awaited: true, committed: false });
    Step::new("send", to).broken(broken)
}

/// Every answer that can arrive now.
fn answered(world: &World, write: Write, rules: Rules) -> Vec<Step> {
    let Some(at) = world.flights.iter().position(|flight| flight.awaited) else { return Vec::new() };
    let flight = world.flights[at];
    let gone = write != Write::Create && !world.is_there(flight.mid) && !flight.committed;
    let mut steps = Vec::new();
    if gone {
        let mut to = ended(world, at);
        let happening = if write == Write::Remove { Happening::Remove } else { Happening::Vanish };
        let broken = befall(&mut to, happening);
        steps.push(Step::new("404", to).broken(broken));
    }
    for (truth, judged) in answers_to(write) {
        let possible = match *truth {
            Truth::Did => flight.committed,
            Truth::DidNot => !flight.committed && !gone,
            Truth::Either => world.left.doubts > 0,
        };
        if possible {
            steps.push(took(world, at, *truth, judged.0, rules));
        }
    }
    steps
}

/// The world without that request and its answer taken in.
fn ended(world: &World, at: usize) -> World {
    let mut to = World { life: Life::Idle, ..world.clone() };
    to.flights.remove(at);
    to
}

fn took(world: &World, at: usize, truth: Truth, verdict: Verdict, rules: Rules) -> Step {
    let flight = world.flights[at];
    let mut to = ended(world, at);
    if truth == Truth::Either {
        to.left.doubts -= 1;
        if !flight.committed {
            to.flights.push(Flight { awaited: false, ..flight });
        }
    }
    let mut broken = None;
    if flight.write == Write::Create && world.state != State::Creating {
        // The rule that the intent comes first is off: it comes now, with the answer.
        broken = befall(&mut to, Happening::IntendCreate);
    }
    let happening = match (flight.write, verdict) {
        (Write::Create, Verdict::Done) => {
            to.mid = flight.mid;
            to.differs = false;
            Some(Happening::Link)
        }
        (Write::Create, Verdict::NotDone | Verdict::Absent) => Some(Happening::NotCreated),
        (Write::Create, Verdict::Refused) => {
            to.row_refused = true;
            Some(Happening::RefuseCreate)
        }
        (Write::Create, Verdict::InDoubt) if !rules.no_blind_repeat => {
            to.life = Life::Prepared(Write::Create);
            None
        }
        (_, Verdict::InDoubt) => None,
        (Write::Patch, Verdict::Done) => {
            to.differs = false;
            Some(Happening::EndPatch)
        }
        (Write::Patch, Verdict::Refused) => {
            to.row_refused = true;
            Some(Happening::EndPatch)
        }
        (Write::Patch, Verdict::NotDone | Verdict::Absent) => Some(Happening::EndPatch),
        (Write::Remove, Verdict::Done | Verdict::Absent) => {
            to.mid = 0;
            Some(Happening::Remove)
        }
        (Write::Remove, Verdict::Refused) => {
            to.removal_refused = true;
            Some(Happening::KeepDespiteRemove)
        }
        (Write::Remove, Verdict::NotDone) => Some(Happening::KeepDespiteRemove),
    };
    let illegal = happening.and_then(|happening| befall(&mut to, happening));
    Step::new("answer", to).broken(broken).broken(illegal)
}

/// An update or a delete that was cut off: the client is read by its mid.
fn look_again(world: &World) -> Step {
    let mut to = world.clone();
    let there = world.is_there(world.mid);
    let happening = match (world.state, there) {
        (State::Removing, true) => Happening::KeepDespiteRemove,
        (State::Removing, false) => Happening::Remove,
        (_, true) => Happening::EndPatch,
        (_, false) => Happening::Vanish,
    };
    if happening == Happening::Remove {
        to.mid = 0;
    }
    let broken = befall(&mut to, happening);
    Step::new("look again", to).broken(broken)
}

fn begin_reading(world: &World) -> Step {
    let life = Life::Reading { live: None, archived: None, moved: false };
    Step::new("begin to read", World { life, ..world.clone() })
}

fn reading(world: &World, rules: Rules) -> Vec<Step> {
    let Life::Reading { live, archived, moved } = &world.life else { return Vec::new() };
    let at = |live: Vec<u8>, archived| World {
        life: Life::Reading { live: Some(live), archived, moved: *moved },
        ..world.clone()
    };
    match (live, archived) {
        (None, _) => {
            let seen = world.on(Shelf::Live);
            let mut steps = vec![Step::new("read live", at(seen.clone(), None))];
            if !rules.complete_reading && !seen.is_empty() {
                // The list shifted under its reader: one client stood on neither page.
                steps.push(Step::new("read live, shifted", at(seen[1..].to_vec(), None)));
            }
            steps
        }
        (Some(live), None) => {
            let archived = if rules.archived_list { world.on(Shelf::Archived) } else { Vec::new() };
            vec![Step::new("read archived", at(live.clone(), Some(archived)))]
        }
        (Some(live), Some(_))
            if rules.last_look && rules.complete_reading && *live != world.on(Shelf::Live) =>
        {
            vec![begin_reading(world)]
        }
        (Some(live), Some(archived)) => {
            let mut seen: Vec<u8> = live.iter().chain(archived).copied().collect();
            seen.sort_unstable();
            seen.dedup();
            vec![conclude(world, &seen)]
        }
    }
}

/// What a reading that showed these clients means for the ledger.
fn conclude(world: &World, seen: &[u8]) -> Step {
    let mut to = World { life: Life::Idle, list_read: true, namesake_known: world.namesake, ..world.clone() };
    let mut broken = None;
    let happening = match (world.state, seen) {
        (State::Creating, []) => {
            let there = world.clients.iter().any(|client| client.by_us)
                || world.flights.iter().any(|flight| flight.write == Write::Create);
            broken = there.then_some(Broken::AbsenceNotReal);
            Some(Happening::NotCreated)
        }
        (State::New | State::Creating | State::Refused | State::Removed | State::Conflict, [mid]) => {
            to.mid = *mid;
            to.differs = true;
            to.row_refused = false;
            Some(Happening::Link)
        }
        (State::New | State::Creating | State::Refused | State::Removed, [_, _, ..]) => {
            Some(Happening::Duplicate)
        }
        _ => None,
    };
    let illegal = happening.and_then(|happening| befall(&mut to, happening));
    Step::new("conclude", to).broken(broken).broken(illegal)
}
