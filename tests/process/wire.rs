//! The wire breaks: every kind of fault strikes every kind of request once. The run ends with a code that says so, no
//! secret is printed or written, and a clean run puts everything right.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use crate::judge::{self, Measure, Story};
use crate::station::{Ran, Station, text};
use crate::trials;
use crate::wire_cells::{self, Cell};

/// As many as the day's file needs for every kind of change.
const CLIENTS: u32 = 7;
const AT_ONCE: usize = 12;
/// More tokens than a trial asks for.
const TOKENS: usize = 12;

static MEASURE: LazyLock<Measure> = LazyLock::new(|| Measure::take(CLIENTS));

/// For each kind of struck request: how often it was carried out, and how often not.
type Struck = Mutex<BTreeMap<String, (u32, u32)>>;

#[test]
fn whatever_happens_to_a_request_every_client_is_there_exactly_once() {
    let rounds: Vec<Vec<Cell>> = (0..trials::longer()).map(wire_cells::all).collect();
    let in_a_round = rounds[0].len() as u64;
    let struck = Struck::default();
    trials::each(
        "whatever_happens_to_a_request_every_client_is_there_exactly_once",
        in_a_round * trials::longer(),
        AT_ONCE,
        |number| {
            let round = number / in_a_round;
            let cells = wire_cells::all(round);
            let cell = &cells[usize::try_from(number % in_a_round).unwrap()];
            // One after another in the first round, so that the number of a request says what it is.
            let concurrency = if round == 0 { "1" } else { "8" };
            act_out(cell, concurrency, &struck).map_err(|why| format!("{cell:?}: {why}"))
        },
    );
    for (request, (done, not)) in struck.into_inner().unwrap() {
        trials::say(&format!("{request} struck: {done} times carried out, {not} times not"));
    }
}

fn act_out(cell: &Cell, concurrency: &str, struck: &Struck) -> Result<(), String> {
    let station = MEASURE.station(cell.seed, &[], cell.story);
    station.set_faults(&cell.plan);
    let arguments = ["-vv", "--delete", "delete", "--concurrency", concurrency, "--max-duration", cell.most];
    let ran = station.sync(cell.story.file(), &arguments);
    ran.expect_one_of(&[0, 3, 5], "the struck run")?;
    let requests = station.requests();
    let Some(hit) = requests.iter().find(|request| text(request, "fault") == cell.fault) else {
        return Err("the fault did not strike".to_owned());
    };
    let side = if hit["committed"] == true { (1, 0) } else { (0, 1) };
    let kind = if text(hit, "path").starts_with("/user/") { "token" } else { text(hit, "method") };
    {
        let mut struck = struck.lock().unwrap();
        let sums = struck.entry(kind.to_owned()).or_default();
        *sums = (sums.0 + side.0, sums.1 + side.1);
    }
    MEASURE.every_write_was_intended(&station)?;
    if ran.code == Some(0) {
        MEASURE.server_is_right(&station, cell.story)?;
    }
    station.set_faults("");
    station.lift_limits();
    let tokens = tokens_of(cell.seed);
    if !tokens.contains(&station.token()) {
        return Err("the tokens of a twin sandbox are others".to_owned());
    }
    judge::keeps_secrets(&station, &ran, &tokens)?;
    MEASURE.recovers(&station, cell.story, &[])
}

/// The first tokens of a sandbox with this seed, asked of a twin.
fn tokens_of(seed: u64) -> Vec<String> {
    static KNOWN: Mutex<BTreeMap<u64, Vec<String>>> = Mutex::new(BTreeMap::new());
    let ask = || {
        let twin = Station::open(seed, &[]);
        (0..TOKENS).map(|_| twin.token()).collect()
    };
    KNOWN.lock().unwrap().entry(seed).or_insert_with(ask).clone()
}

/// What a person does on the web page, the judge must find: a twin, a change, a client gone; and a leak as well.
#[test]
fn the_judge_of_the_wire_finds_what_a_person_doctors() {
    let station = MEASURE.station(1, &[], Story::Day);
    MEASURE.recovers(&station, Story::Day, &[]).unwrap();
    MEASURE.server_is_right(&station, Story::Day).unwrap();
    let clients = station.clients();
    let form = |number: usize, act: &str, form: &str| {
        station.submit(&format!("/web/client/{}/{act}", text(&clients[number], "mid")), form);
    };
    let id = |number: usize| text(&clients[number], "client_external_id");
    let judged = || MEASURE.server_is_right(&station, Story::Day);

    form(1, "edit", &format!("client_external_id={}", id(0)));
    assert!(judged().unwrap_err().contains("is there twice"));
    form(1, "edit", &format!("client_external_id={}", id(1)));
    judged().unwrap();
    form(2, "edit", "date_cutoff=5");
    assert!(judged().unwrap_err().contains("first that differs: Some"));
    form(2, "edit", &format!("date_cutoff={}", clients[2]["date_cutoff"]));
    judged().unwrap();
    form(3, "delete", "");
    assert!(judged().unwrap_err().contains("missing [\""));

    let ran = station.sync(Story::Day.file(), &["-vv"]);
    let tokens = tokens_of(1);
    judge::keeps_secrets(&station, &ran, &tokens).unwrap();
    for secret in [&tokens[0], &station.basic_key()] {
        let leak = Ran { stderr: format!("Authorization: {secret}"), ..ran.clone() };
        let judged = judge::keeps_secrets(&station, &leak, &tokens);
        assert_eq!(judged, Err("a secret is in stderr".to_owned()));
    }
}
