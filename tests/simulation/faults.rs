//! Random fault plans, drawn from every fault that the sandbox knows.

use fastrand::Rng;
use leapsync::sandbox::Fault;

/// At most so many faults, each at a request of its own or by chance.
pub(crate) fn plan(chance: &mut Rng, most: usize) -> String {
    let count = chance.usize(0..=most);
    let rules: Vec<String> = (0..count).map(|_| rule(chance)).collect();
    rules.join(",")
}

fn rule(chance: &mut Rng) -> String {
    let fault = Fault::ALL[chance.usize(0..Fault::ALL.len())];
    let concerns = match chance.u8(0..6) {
        0 => ":POST:/client/",
        1 => ":PATCH",
        2 => ":GET",
        3 => ":DELETE",
        _ => "",
    };
    let when = match chance.u8(0..8) {
        0 => format!(":p=0.{:02}:times={}", chance.u8(1..20), chance.u8(1..6)),
        1 => format!(":every={}:times={}", chance.u8(2..15), chance.u8(1..4)),
        _ => format!(":nth={}", chance.u8(1..60)),
    };
    let lasts = match fault {
        // Later than the settle time nothing may land: the one condition of the whole protocol.
        Fault::LateCommit => format!(":for={}s", chance.u8(1..95)),
        Fault::Delay => format!(":for={}s", chance.u8(1..40)),
        Fault::Storm | Fault::StormDate => format!(":for={}s", chance.u8(1..90)),
        Fault::Dribble => format!(":for={}ms", chance.u16(10..4_000)),
        Fault::LowerLimits => format!(":to={}", chance.u8(5..100)),
        _ => String::new(),
    };
    format!("{}{concerns}{when}{lasts}", fault.name())
}
