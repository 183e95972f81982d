//! Every threshold of the guard lets its number pass and stops one more.

use super::*;
use crate::settings::Bound;

fn judged(candidates: &Candidates, linked: u64, named: u64, before: Option<u64>) -> Vec<Stop> {
    judge(Situation { candidates, linked, named, before, bounds: Bounds::default() })
}

/// The kinds of stop that a number of something gives in a ledger of 1,000 clients.
fn kinds(candidates: &Candidates) -> Vec<&'static str> {
    judged(candidates, 1_000, 1_000, Some(1_000)).iter().map(Stop::kind).collect()
}

#[test]
fn each_threshold_of_deletes_lets_its_number_pass_and_stops_one_more() {
    for (linked, most) in [(1_000, 50), (200, 10), (100, 10), (20, 9), (21, 10), (3, 1), (2, 0)] {
        let judged = |deletes| {
            let candidates = Candidates { deletes, gone: deletes, ..Candidates::default() };
            judged(&candidates, linked, linked, Some(linked))
        };
        assert_eq!(judged(most), [], "{most} of {linked}");
        assert_eq!(judged(most + 1), [Stop::TooManyDeletes { deletes: most + 1, linked, most }]);
    }
}

#[test]
fn a_person_may_move_the_threshold_but_never_to_half_of_the_list() {
    let candidates = |deletes| Candidates { deletes, ..Candidates::default() };
    let passes = |deletes, bound| {
        let bounds = Bounds { deletes: Some(bound), updates: None };
        let candidates = candidates(deletes);
        let situation = Situation { candidates: &candidates, linked: 100, named: 100, before: None, bounds };
        judge(situation).is_empty()
    };
    assert!(passes(3, Bound::Count(3)) && !passes(4, Bound::Count(3)));
    assert!(passes(30, Bound::Percent(30)) && !passes(31, Bound::Percent(30)));
    assert!(passes(49, Bound::Percent(100)) && !passes(50, Bound::Percent(100)));
    assert!(passes(0, Bound::Count(0)) && !passes(1, Bound::Count(0)));
}

#[test]
fn removals_updates_and_fields_have_thresholds_of_their_own() {
    let removals = |removals| kinds(&Candidates { removals, ..Candidates::default() });
    assert_eq!((removals(50), removals(51)), (vec![], vec!["removals"]));
    let updates = |updates| kinds(&Candidates { updates, ..Candidates::default() });
    assert_eq!((updates(300), updates(301)), (vec![], vec!["updates"]));
    let field = |clients| {
        let fields = BTreeMap::from([(Field::PhoneNumber, Touched { clients, emptied: 0 })]);
        kinds(&Candidates { fields, ..Candidates::default() })
    };
    assert_eq!((field(500), field(501)), (vec![], vec!["field"]));
}

#[test]
fn in_a_short_list_a_few_changes_are_never_too_many() {
    let updates = |updates| {
        let candidates = Candidates { updates, ..Candidates::default() };
        judged(&candidates, 20, 20, None).len()
    };
    assert_eq!((updates(20), updates(21)), (0, 1));
    let field = |clients| {
        let fields = BTreeMap::from([(Field::Name, Touched { clients, emptied: clients })]);
        judged(&Candidates { fields, ..Candidates::default() }, 12, 12, None).len()
    };
    assert_eq!((field(10), field(11)), (0, 1));
}

#[test]
fn a_file_may_lose_a_fifth_of_its_clients_and_not_one_more() {
    let shrunk = |named, before| judged(&Candidates::default(), 1_000, named, Some(before));
    assert_eq!(shrunk(800, 1_000), []);
    assert_eq!(shrunk(799, 1_000), [Stop::Shrunk { clients: 799, before: 1_000 }]);
    assert_eq!(shrunk(2, 4), [], "two of four are no broken file");
    assert_eq!(shrunk(7, 10), [Stop::Shrunk { clients: 7, before: 10 }]);
    assert_eq!(judged(&Candidates::default(), 1_000, 5, None), [], "nothing to compare with");
}

#[test]
fn codes_that_are_others_stop_the_run_only_when_most_of_both_sides_are() {
    let rekeyed = |created, gone| {
        let candidates = Candidates { created, gone, ..Candidates::default() };
        judged(&candidates, 1_000, 1_000, Some(1_000)).iter().map(Stop::kind).collect::<Vec<_>>()
    };
    assert_eq!(rekeyed(501, 501), ["rekeyed"]);
    assert!(rekeyed(500, 501).is_empty() && rekeyed(501, 500).is_empty());
}

#[test]
fn a_field_that_is_new_or_another_is_a_change_and_one_that_is_gone_is_none() {
    let parts = |pairs: &[(&str, &str)]| {
        let owned = |(part, hash): &(&str, &str)| ((*part).to_owned(), (*hash).to_owned());
        pairs.iter().map(owned).collect::<BTreeMap<_, _>>()
    };
    let filled = parts(&[("name", "1"), ("email", "2")]);
    let changed = |pairs| match compare(&filled, &parts(pairs)) {
        Some(Stop::MappingChanged { parts }) => parts,
        _ => Vec::new(),
    };
    assert_eq!(changed(&[("name", "1")]), Vec::<String>::new());
    assert_eq!(changed(&[("name", "9"), ("region", "3")]), ["name", "region"]);
}

#[test]
fn an_empty_file_stops_the_run_only_when_there_are_clients_to_lose() {
    let nothing = Candidates::default();
    assert_eq!(judged(&nothing, 0, 0, None), []);
    assert_eq!(judged(&nothing, 7, 0, Some(7)), [Stop::EmptyInput { linked: 7 }]);
}
