//! The exploration: breadth first over every state, and from each of them the fair way to its end.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use leapsync::operation::State;

use crate::world::{Broken, Life, Rules, Step, World, Write};
use crate::{process, surroundings};

/// More fair steps than any history needs.
const FAIR_STEPS: usize = 80;

/// What an exploration found.
pub(crate) struct Found {
    pub(crate) states: usize,
    pub(crate) transitions: usize,
    /// The shortest history to each broken invariant.
    pub(crate) broken: BTreeMap<Broken, String>,
}

/// By which step each state was first reached, and from which state; states are known by their hash.
type Origins = HashMap<u64, (u64, &'static str)>;

fn hash(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    hasher.finish()
}

/// Explores every state, or until `wanted` is broken.
pub(crate) fn explore(rules: Rules, wider: u8, wanted: Option<Broken>) -> Found {
    let beginning = World::beginning(wider);
    let mut origins: Origins = HashMap::from([(hash(&beginning), (0, "beginning"))]);
    let mut queue = VecDeque::from([beginning]);
    let mut ends_well = HashSet::new();
    let mut found = Found { states: 0, transitions: 0, broken: BTreeMap::new() };
    while let Some(world) = queue.pop_front() {
        if wanted.is_some_and(|wanted| found.broken.contains_key(&wanted)) {
            break;
        }
        found.states += 1;
        if !reaches_an_end(&world, rules, &mut ends_well) {
            found.note(Broken::NoEnd, &origins, &world, "fair steps");
        }
        for step in process::steps(&world, rules).into_iter().chain(surroundings::steps(&world)) {
            found.transitions += 1;
            let Step { name, to, broken } = step;
            let broken = broken.or_else(|| to.broken());
            if let Some(broken) = broken {
                found.note(broken, &origins, &world, name);
            }
            // Behind a twin everything is wrong; behind the other faults the history goes on to what they lead to.
            if matches!(broken, Some(Broken::TwoByUs | Broken::Illegal)) {
                continue;
            }
            if let Entry::Vacant(vacant) = origins.entry(hash(&to)) {
                vacant.insert((hash(&world), name));
                queue.push_back(to);
            }
        }
    }
    found
}

impl Found {
    fn note(&mut self, broken: Broken, origins: &Origins, world: &World, last: &str) {
        self.broken.entry(broken).or_insert_with(|| {
            let mut names = vec![last];
            let mut at = hash(world);
            while let Some((before, name)) = origins.get(&at) {
                names.push(name);
                at = *before;
            }
            names.reverse();
            format!("{broken:?}: {} — from {world:?}", names.join(" → "))
        });
    }
}

/// Whether fair steps lead from here to an end.
fn reaches_an_end(world: &World, rules: Rules, ends_well: &mut HashSet<u64>) -> bool {
    let mut at = world.clone();
    let mut way = Vec::new();
    // A conflict and a namesake are looked at once in a run, not for ever.
    let mut looked = false;
    for _ in 0..FAIR_STEPS {
        if ends_well.contains(&hash(&at)) || is_an_end(&at) && (looked || !waits_for_people(&at)) {
            ends_well.extend(way);
            return true;
        }
        way.push(hash(&at));
        let look = at.life == Life::Idle && waits_for_people(&at) && !looked;
        looked |= look;
        match fair_step(&at, rules, look) {
            Some(to) => at = to,
            None => return is_an_end(&at),
        }
    }
    false
}

fn waits_for_people(world: &World) -> bool {
    world.state == State::Conflict || world.namesake_known
}

/// Whether nothing is open: the client is as the file wants it, or waits for a person.
fn is_an_end(world: &World) -> bool {
    if world.life != Life::Idle || !world.list_read {
        return false;
    }
    match world.state {
        State::Creating | State::Patching | State::Removing => false,
        State::Linked if world.wanted => !world.differs || world.row_refused,
        State::Linked => world.removal_refused,
        State::New | State::Removed => !world.wanted || world.namesake_known,
        State::Refused => !world.wanted || world.row_refused || world.namesake_known,
        State::Missing | State::Conflict => true,
    }
}

/// The next step when nothing goes wrong any more and nobody interferes.
fn fair_step(world: &World, rules: Rules, look: bool) -> Option<World> {
    if let Life::Waiting(write) = world.life {
        let at = world.flights.iter().position(|flight| flight.awaited)?;
        let there = write == Write::Create || world.is_there(world.flights[at].mid);
        if !world.flights[at].committed && there {
            return Some(surroundings::lands(world, at).to);
        }
        // The first answer that ends the operation: 404, or done.
        let answers = process::steps(world, rules);
        return answers.into_iter().find(|step| !step.to.in_doubt()).map(|step| step.to);
    }
    if world.life == Life::Idle && world.in_doubt() && !world.ripe {
        return surroundings::settle_time_passes(world).map(|step| step.to);
    }
    let steps = process::steps(world, rules);
    let reads = look || !world.list_read || world.in_doubt() || world.life != Life::Idle;
    let fair = |step: &&Step| step.name != "a person lets go" && (reads || step.name != "begin to read");
    steps.iter().find(fair).map(|step| step.to.clone())
}
