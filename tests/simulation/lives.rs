//! The lives of one seed: what the file, the people and the faults do, and what is looked at after each of them.

use std::time::Duration;

use fastrand::Rng;
use leapsync::journal::Outcome;
use leapsync::sandbox::Options;
use leapsync::settings::{Limits, OnGone};

use crate::check;
use crate::faults;
use crate::file::File;
use crate::judge;
use crate::night::{Night, line};
use crate::people::{Moment, People};
use crate::way::{self, Spoilt};
use crate::world::{Cut, TestWorld, Twins};

const DAY: Duration = Duration::from_hours(24);
/// So many lives without faults must bring quiet.
const LIVES_TO_QUIET: u32 = 8;

/// What a seed came to.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Story {
    pub(crate) lives: u64,
    pub(crate) cut_off: u64,
    pub(crate) requests: u64,
    pub(crate) struck: u64,
    pub(crate) clients: u64,
    /// A guard held the deletes of a small account back to the end.
    pub(crate) held: u64,
}

struct Trial {
    world: TestWorld,
    people: People,
    file: File,
    chance: Rng,
    before: File,
    lowered: bool,
    story: Story,
}

/// Lives through `seed`; what is wrong, with the number of the life.
pub(crate) async fn live(seed: u64, spoilt: Spoilt) -> Result<Story, String> {
    let mut trial = Trial::new(seed, spoilt);
    let lives = trial.chance.u8(1..=6);
    for life in 1..=lives {
        trial.life().await.map_err(|faults| format!("life {life}: {faults}"))?;
        trial.overnight().await;
    }
    trial.quiet_down().await?;
    let log = trial.world.sandbox.log();
    trial.story.requests = log.len() as u64;
    trial.story.struck = log.iter().filter(|entry| entry.fault.is_some()).count() as u64;
    trial.story.clients = trial.world.sandbox.clients().len() as u64;
    Ok(trial.story)
}

impl Trial {
    fn new(seed: u64, spoilt: Spoilt) -> Self {
        let mut chance = Rng::with_seed(seed);
        let rows = match chance.u8(0..100) {
            0 | 1 => 200,
            2..10 => chance.u32(60..120),
            10..40 => chance.u32(20..41),
            _ => chance.u32(4..20),
        };
        let per_minute = if chance.u8(0..3) == 0 { chance.u32(20..120) } else { 120 };
        let per_day = if chance.u8(0..8) == 0 { chance.u32(40..200) } else { 5_000 };
        let limits = Limits { per_minute: Some(per_minute), per_day: Some(per_day) };
        let options = Options {
            seed,
            per_minute: limits.per_minute,
            per_day: limits.per_day,
            seed_clients: 0,
            ..Options::default()
        };
        let mut world = TestWorld::with(options);
        world.pace.limits = limits;
        world.pace.concurrency = chance.usize(1..=8);
        world.twins = Twins::Made;
        world.on_gone = if chance.bool() { OnGone::Delete } else { OnGone::Report };
        world.between = Some(way::between(seed, spoilt));
        if spoilt == Spoilt::SettleTime {
            world.settle = Duration::ZERO;
        }
        let file = File::invent(rows, &mut chance);
        Self {
            world,
            people: People::default(),
            before: file.clone(),
            file,
            chance,
            lowered: false,
            story: Story::default(),
        }
    }

    /// One run, with faults and people, cut off or not.
    async fn life(&mut self) -> Result<(), String> {
        let most = if self.chance.u8(0..4) == 0 { 40 } else { 8 };
        let plan = faults::plan(&mut self.chance, most);
        self.lowered |= plan.contains("lower-limits");
        self.world.faults(&plan);
        let cut = self.cut();
        let meanwhile = (self.chance.u8(0..4) == 0).then(|| self.chance.u64(100..60_000));
        self.run(cut, meanwhile.map(Duration::from_millis)).await.map(drop)
    }

    fn cut(&mut self) -> Cut {
        let nth = self.chance.u32(1..60);
        let time = Duration::from_millis(self.chance.u64(1..20_000));
        match self.chance.u8(0..10) {
            0 | 1 => Cut::Before(nth),
            2 | 3 => Cut::After(nth),
            4 | 5 => Cut::In(time),
            6 => Cut::In(time * 10),
            7 => Cut::Stop(nth),
            8 => Cut::StopIn(time),
            _ => Cut::Never,
        }
    }

    async fn run(&mut self, cut: Cut, meanwhile: Option<Duration>) -> Result<Option<Night>, String> {
        let csv = self.file.csv(&mut self.chance);
        let before = self.world.sandbox.log().len();
        let names = self.names();
        let Self { world, people, chance, .. } = self;
        let sandbox = world.sandbox.clone();
        let others = async {
            if let Some(time) = meanwhile {
                tokio::time::sleep(time).await;
                people.act(&sandbox, chance, Moment::During, &names);
            }
        };
        let (night, ()) = futures::join!(world.run_unchecked(&csv, cut), others);
        self.story.lives += 1;
        self.story.cut_off += u64::from(night.is_none());
        // What a run that is gone had sent is still on its way.
        self.world.pass(Duration::from_secs(30)).await;
        if std::env::var_os("LEAPSYNC_SIMULATION_SEED").is_some() {
            self.tell(cut, night.as_ref(), before);
        }
        let faults = self.faults(night.as_ref(), before);
        self.before = self.file.clone();
        if faults.is_empty() { Ok(night) } else { Err(faults.join("; ")) }
    }

    /// Tells a life of a seed that is replayed.
    fn tell(&self, cut: Cut, night: Option<&Night>, before: usize) {
        println!("\nlife {}: {cut:?}, faults {}", self.story.lives, self.world.sandbox.faults());
        println!("people: {:?}", self.people.touched);
        for entry in self.world.sandbox.log().split_off(before) {
            let (line, at, status) = (line(&entry), entry.at, entry.status);
            let body = entry.body.map(|body| body.to_string()).unwrap_or_default();
            println!("{at} {line} {status} {:?} {:?} {body}", entry.fault, entry.landed_at);
        }
        let Some(night) = night else { return };
        println!("{:?} {:?}", night.end(), night.error);
        for ending in night.endings().filter(|ending| ending.outcome != Outcome::Unchanged) {
            println!("{ending:?}");
        }
    }

    fn faults(&self, night: Option<&Night>, before: usize) -> Vec<String> {
        let world = &self.world;
        let mut faults = match night {
            Some(Night { error: Some(error), .. }) if error.code() != 5 => {
                vec![format!("ended by {error:?}")]
            }
            Some(night) => check::faults(world, night),
            None => check::faults_of_world(world),
        };
        faults.extend(judge::after_a_life(world, &self.people, &self.file));
        let log = world.sandbox.log().split_off(before);
        let mut named: std::collections::BTreeSet<String> = self.file.clients.keys().cloned().collect();
        named.extend(self.before.clients.keys().cloned());
        faults.extend(judge::outside_the_plan(&log, &named, world.on_gone == OnGone::Delete));
        // A limit that the server lowers unsaid is met once; any other 429 is leapsync's own doing.
        let throttled = log.iter().filter(|entry| entry.throttled && entry.fault.is_none()).count();
        if throttled > 0 && !self.lowered {
            faults.push(format!("{throttled} requests met the limit"));
        }
        faults
    }

    /// Ids and names of the file's companies.
    fn names(&self) -> Vec<(String, String)> {
        let clients = self.file.clients.values();
        clients.filter_map(|client| Some((client.id.clone(), client.company.clone()?))).collect()
    }

    /// What happens between two runs.
    async fn overnight(&mut self) {
        let pause = match self.chance.u8(0..6) {
            0..3 => Duration::from_secs(self.chance.u64(0..20)),
            3 => Duration::from_mins(1),
            4 => Duration::from_mins(3),
            _ => Duration::from_hours(self.chance.u64(1..30)),
        };
        self.world.pass(pause).await;
        let landed = pause > Duration::from_mins(2);
        let moment = if landed { Moment::Quiet } else { Moment::During };
        let names = self.names();
        for _ in 0..self.chance.u8(0..4) {
            self.people.act(&self.world.sandbox, &mut self.chance, moment, &names);
        }
        if self.chance.bool() {
            self.file.change(&mut self.chance);
        }
        // What was in flight when a ledger was lost is known to nobody: it is lost in quiet hours only.
        let day = self.world.pace.limits.per_day == Some(5_000);
        if landed && day && self.chance.u8(0..12) == 0 && self.world.settle > Duration::ZERO {
            self.world.lose_ledger();
        }
    }

    /// Lives without faults until one has nothing left to send; then the account is looked at closely.
    async fn quiet_down(&mut self) -> Result<(), String> {
        self.world.faults("");
        let limits = self.world.pace.limits;
        self.world.sandbox.set_limits(limits.per_minute, limits.per_day);
        self.file.mend();
        for life in 1..=LIVES_TO_QUIET {
            let pause = if limits.per_day == Some(5_000) { Duration::from_mins(3) } else { DAY };
            self.world.pass(pause).await;
            let night =
                self.run(Cut::Never, None).await.map_err(|faults| format!("quiet life {life}: {faults}"))?;
            let night = night.unwrap();
            let now = self.world.clock.now();
            let holds = self.world.ledger().open_holds().unwrap();
            if holds.iter().any(|hold| !hold.is_approved(now)) {
                // In lists as short as these, much is held back that a person then finds right.
                self.story.held += 1;
                self.world.approve();
                continue;
            }
            if night.writes().is_empty() && matches!(night.code(), 0 | 3 | 4) {
                let faults = judge::at_the_end(&self.world, &self.people, &self.file, &night);
                return if faults.is_empty() {
                    Ok(())
                } else {
                    Err(format!("at the end: {}", faults.join("; ")))
                };
            }
            if life == LIVES_TO_QUIET {
                return Err(format!("no quiet: {:?}, {:?}", night.end(), night.writes()));
            }
        }
        Ok(())
    }
}
