//! What happens to a run from outside: requests land, time passes, processes die, people and files change, a ledger is
//! lost.

use leapsync::operation::State;

use crate::world::{Client, Flight, Life, Shelf, Step, World, Write};

/// Everything that may happen now.
pub(crate) fn steps(world: &World) -> Vec<Step> {
    let mut steps = Vec::new();
    for at in (0..world.flights.len()).filter(|at| !world.flights[*at].committed) {
        steps.push(lands(world, at));
    }
    steps.extend(settle_time_passes(world));
    steps.extend(crashes(world));
    steps.extend(loses_ledger(world));
    steps.extend(people_act(world));
    steps.extend(file_changes(world));
    steps
}

/// The server does what a request asks for, whoever waits for it.
pub(crate) fn lands(world: &World, at: usize) -> Step {
    let mut to = world.clone();
    let flight: &mut Flight = &mut to.flights[at];
    match flight.write {
        Write::Create => {
            to.made += 1;
            flight.mid = to.made;
            to.clients.push(Client { mid: flight.mid, by_us: true, shelf: Shelf::Live });
        }
        Write::Patch if world.is_there(flight.mid) => {}
        Write::Remove if world.is_there(flight.mid) => to.clients.retain(|client| client.mid != flight.mid),
        Write::Patch | Write::Remove => {
            // It finds nothing: the answer, if somebody waits, is a 404.
            if !flight.awaited {
                to.flights.remove(at);
            }
            return Step::new("finds nothing", to);
        }
    }
    flight.committed = true;
    if !flight.awaited {
        to.flights.remove(at);
    }
    Step::new("lands", to)
}

/// The settle time passes: what nobody waits for any more has landed by now or never will.
pub(crate) fn settle_time_passes(world: &World) -> Option<Step> {
    let busy = world.flights.iter().any(|flight| flight.awaited) || matches!(world.life, Life::Prepared(_));
    let nothing_new = world.ripe && world.flights.is_empty();
    (!busy && !nothing_new)
        .then(|| Step::new("settle time passes", World { ripe: true, flights: Vec::new(), ..world.clone() }))
}

fn crashes(world: &World) -> Option<Step> {
    if world.left.crashes == 0 || world.life == Life::Down {
        return None;
    }
    let mut to = World { life: Life::Down, ..world.clone() };
    to.left.crashes -= 1;
    to.flights.retain(|flight| !flight.committed);
    to.flights.iter_mut().for_each(|flight| flight.awaited = false);
    Some(Step::new("crash", to))
}

fn loses_ledger(world: &World) -> Option<Step> {
    if world.left.losses == 0 || world.life != Life::Down || !world.flights.is_empty() {
        return None;
    }
    let mut to = World {
        state: State::New,
        mid: 0,
        list_read: false,
        namesake_known: false,
        row_refused: false,
        removal_refused: false,
        ..world.clone()
    };
    to.left.losses -= 1;
    Some(Step::new("the ledger is lost", to))
}

fn people_act(world: &World) -> Vec<Step> {
    if world.left.people == 0 {
        return Vec::new();
    }
    let mut base = world.clone();
    base.left.people -= 1;
    let mut steps = Vec::new();
    for at in 0..world.clients.len() {
        let mut to = base.clone();
        to.clients.remove(at);
        steps.push(Step::new("people delete", to));
        let mut to = base.clone();
        let client = &mut to.clients[at];
        client.shelf = if client.shelf == Shelf::Live { Shelf::Archived } else { Shelf::Live };
        if let Life::Reading { moved, .. } = &mut to.life {
            if *moved {
                continue;
            }
            *moved = true;
        }
        steps.push(Step::new("people archive or unarchive", to));
    }
    if world.clients.iter().all(|client| client.by_us) {
        let mut to = base.clone();
        to.made += 1;
        to.clients.push(Client { mid: to.made, by_us: false, shelf: Shelf::Live });
        steps.push(Step::new("people give the id to a client", to));
    }
    steps.push(Step::new("people make or rename a namesake", World { namesake: !world.namesake, ..base }));
    steps
}

fn file_changes(world: &World) -> Vec<Step> {
    // A run reads the file once: it changes between two of them.
    if world.left.rows == 0 || !matches!(world.life, Life::Down | Life::Idle) {
        return Vec::new();
    }
    let mut base = world.clone();
    base.left.rows -= 1;
    let edited = World { differs: true, row_refused: false, ..base.clone() };
    let turned = World { wanted: !world.wanted, ..base };
    vec![Step::new("the row changes", edited), Step::new("the row comes or goes", turned)]
}
