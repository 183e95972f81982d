//! Pairs of measurements, both sides in turn, and the middle of them.
//!
//! In: two things to be run. Out: the median of the ratios, and of the walls and peaks of both sides.

use std::time::Duration;

use crate::measure::Weighed;

/// Both sides of a comparison, each by its medians.
pub(crate) struct Compared {
    /// Our wall as a multiple of the other one: the median of the pairs' ratios.
    pub(crate) ratio: f64,
    pub(crate) ours: Side,
    pub(crate) theirs: Side,
}

/// One side.
#[derive(Clone, Copy)]
pub(crate) struct Side {
    pub(crate) wall: Duration,
    /// In bytes; the largest of all runs.
    pub(crate) peak: u64,
}

/// Runs both sides in turn: once to warm up, which does not count, then `pairs` times.
pub(crate) fn compare(
    pairs: usize,
    mut ours: impl FnMut() -> anyhow::Result<Weighed>,
    mut theirs: impl FnMut() -> anyhow::Result<Weighed>,
) -> anyhow::Result<Compared> {
    let mut measured = Vec::new();
    for pair in 0..=pairs {
        let both = (ours()?, theirs()?);
        if pair > 0 {
            measured.push(both);
        }
    }
    let ratios = measured.iter().map(|(ours, theirs)| ours.wall.as_secs_f64() / theirs.wall.as_secs_f64());
    Ok(Compared {
        ratio: median(ratios.collect()),
        ours: side(measured.iter().map(|(ours, _)| ours)),
        theirs: side(measured.iter().map(|(_, theirs)| theirs)),
    })
}

/// The medians of some runs of the same.
pub(crate) fn side<'a>(runs: impl Iterator<Item = &'a Weighed> + Clone) -> Side {
    let wall = median(runs.clone().map(|run| run.wall.as_secs_f64()).collect());
    Side { wall: Duration::from_secs_f64(wall), peak: runs.map(|run| run.peak).max().unwrap_or_default() }
}

/// The middle one; of an even number the upper one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
