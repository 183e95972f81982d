//! A model of the account, one line for each external id, beside the real thing: any sequence of changes to the file,
//! runs, faults, crashes and people's acts ends with the server as the model says.
//!
//! `LEAPSYNC_MODEL_CASES=5000` runs that many sequences instead of the usual ones; a failure is told with its shortest
//! sequence of steps.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a proof says how much it has looked at")]

#[path = "../shared/check.rs"]
mod check;
#[path = "../shared/night.rs"]
#[expect(dead_code, reason = "told stories ask a night more than this model does")]
mod night;
#[path = "../shared/world.rs"]
#[expect(dead_code, reason = "told stories ask a world more than this model does")]
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::Value;

use world::{Cut, TestWorld, Twins};

const USUAL_CASES: u32 = 500;
const STEPS: std::ops::RangeInclusive<usize> = 20..=60;
/// Faults that may strike a run, each some of its requests.
const FAULTS: [&str; 10] = [
    "lost-after:POST:/client/:every=3:times=2",
    "lost-before:p=0.1:times=3",
    "late-commit:POST:/client/:nth=2:for=90s",
    "5xx-after:every=5:times=3",
    "garbled:POST:/client/:nth=1",
    "429-storm:nth=6:for=20s",
    "no-connection:nth=5",
    "revoke-token:nth=7",
    "not-json-2xx:every=4:times=2",
    "list-shift:nth=2:times=1",
];

#[derive(Debug, Clone)]
enum Step {
    Add,
    Change(usize),
    Leave(usize),
    Run,
    Fault(usize),
    Crash(u32),
    Delete(usize),
    Archive(usize),
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Add),
        3 => any::<usize>().prop_map(Step::Change),
        1 => any::<usize>().prop_map(Step::Leave),
        4 => Just(Step::Run),
        2 => (0..FAULTS.len()).prop_map(Step::Fault),
        2 => (1_u32..20).prop_map(Step::Crash),
        1 => any::<usize>().prop_map(Step::Delete),
        1 => any::<usize>().prop_map(Step::Archive),
        1 => (1_u64..400).prop_map(Step::Pass),
    ]
}

/// What the model knows: the rows of the file, and whom people deleted.
#[derive(Default)]
struct Model {
    rows: BTreeMap<String, (String, u8)>,
    ever: BTreeSet<String>,
    deleted: BTreeSet<String>,
}

impl Model {
    fn nth(&self, at: usize) -> Option<String> {
        self.rows.keys().nth(at.checked_rem(self.rows.len())?).cloned()
    }

    fn csv(&self) -> String {
        let rows = self.rows.iter().map(|(id, (name, cutoff))| format!("{id},{name},{cutoff}\n"));
        format!("client_external_id,name,date_cutoff\n{}", rows.collect::<String>())
    }

    async fn take(&mut self, world: &TestWorld, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Add => {
                let id = format!("M{:03}", self.ever.len());
                self.ever.insert(id.clone());
                self.rows.insert(id.clone(), (format!("模型商事{id}"), 31));
            }
            Step::Change(at) => {
                if let Some((name, cutoff)) = self.nth(*at).and_then(|id| self.rows.get_mut(&id)) {
                    name.push('改');
                    *cutoff = *cutoff % 31 + 1;
                }
            }
            Step::Leave(at) => drop(self.nth(*at).and_then(|id| self.rows.remove(&id))),
            Step::Run => self.run(world, Cut::Never).await?,
            Step::Crash(nth) => self.run(world, Cut::After(*nth)).await?,
            Step::Fault(at) => world.faults(FAULTS[*at]),
            Step::Delete(at) | Step::Archive(at) => {
                let id = self.nth(*at).unwrap_or_default();
                for client in world.clients_of(&id).iter().filter(|_| !id.is_empty()) {
                    if matches!(step, Step::Archive(_)) {
                        world.sandbox.archive_client(world::mid(client));
                    } else {
                        world.sandbox.delete_client(world::mid(client));
                        self.deleted.insert(id.clone());
                    }
                }
            }
            Step::Pass(seconds) => world.pass(Duration::from_secs(*seconds)).await,
        }
        Ok(())
    }

    async fn run(&self, world: &TestWorld, cut: Cut) -> Result<(), TestCaseError> {
        let night = world.run_unchecked(&self.csv(), cut).await;
        let faults = match &night {
            Some(night) => check::faults(world, night),
            None => check::faults_of_world(world),
        };
        prop_assert!(faults.is_empty(), "{:?}", faults);
        // In a list as short as this, much is held back that a person then finds right.
        if night.is_some_and(|night| night.code() == 4) {
            world.approve();
        }
        Ok(())
    }

    /// Without faults, until a run sends nothing: then the server is what the model says.
    async fn end(&self, world: &TestWorld) -> Result<(), TestCaseError> {
        world.faults("");
        for _ in 0..4 {
            world.pass(Duration::from_mins(3)).await;
            self.run(world, Cut::Never).await?;
        }
        let night = world.run_unchecked(&self.csv(), Cut::Never).await.unwrap();
        prop_assert_eq!(night.writes(), Vec::<String>::new());
        for (id, (name, cutoff)) in &self.rows {
            let found = world.clients_of(id);
            if self.deleted.contains(id) && found.is_empty() {
                continue;
            }
            let is: Vec<(&Value, &Value)> =
                found.iter().map(|client| (&client["display_name"], &client["date_cutoff"])).collect();
            prop_assert_eq!(is, [(&Value::from(name.as_str()), &Value::from(*cutoff))], "{}", id);
        }
        for client in world.sandbox.clients() {
            let id = client["client_external_id"].as_str().unwrap();
            prop_assert!(id.is_empty() || self.ever.contains(id), "nobody wanted {}", id);
        }
        Ok(())
    }
}

fn play(steps: &[Step], spoil: fn(&mut TestWorld)) -> Result<(), TestCaseError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut world = TestWorld::new();
        world.twins = Twins::Forbidden;
        spoil(&mut world);
        let mut model = Model::default();
        for step in steps {
            model.take(&world, step).await?;
        }
        model.end(&world).await
    })
}

fn cases() -> u32 {
    std::env::var("LEAPSYNC_MODEL_CASES").map_or(USUAL_CASES, |text| text.parse().unwrap())
}

fn all(cases: u32, spoil: fn(&mut TestWorld)) -> Result<(), TestError<Vec<Step>>> {
    let config = Config { failure_persistence: None, max_shrink_iters: 200, ..Config::with_cases(cases) };
    let steps = prop::collection::vec(step(), STEPS);
    TestRunner::new(config).run(&steps, |steps| play(&steps, spoil))
}

#[test]
fn whatever_happens_in_whatever_order_the_server_is_what_the_model_says() {
    let outcome = all(cases(), |_| ());
    println!("{} sequences of {STEPS:?} steps", cases());
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn the_model_notices_when_nobody_waits_for_a_late_commit() {
    let late = |world: &mut TestWorld| world.settle = Duration::ZERO;
    let add = || std::iter::repeat_n(Step::Add, 4);
    let steps: Vec<Step> = add().chain([Step::Fault(2), Step::Run]).collect();
    assert!(play(&steps, |_| ()).is_ok());
    assert!(play(&steps, late).is_err());
}
