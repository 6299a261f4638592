//! A score over time with its intervals: a band and a line through periods with enough answers, an upright bar where
//! there are too few for a point, nothing where there are none.

use core::ops::Range;

use super::{Frame, Point, Scale, Ticks};
use crate::Interval;

/// One period, in time order; periods without answers are there too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// How many answers, for the size of the point.
    pub n: f64,
    /// The score, -1 to 1; none when there are too few answers to show one.
    pub nps: Option<f64>,
    /// Its interval; none without answers.
    pub interval: Option<Interval>,
}

/// What stands in a slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// No answers.
    Nothing,
    /// Too few answers for a point: the interval as an upright bar.
    Bar {
        /// The y of the upper limit.
        high: f64,
        /// The y of the lower limit.
        low: f64,
    },
    /// A point on the line; with its own upright bar where no neighbour makes a band.
    Dot {
        /// The y of the score.
        y: f64,
        /// Larger for more answers.
        radius: f64,
        /// The y of the upper limit.
        high: f64,
        /// The y of the lower limit.
        low: f64,
        /// No neighbour to make a band with.
        alone: bool,
    },
}

/// One period's column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// The column's middle.
    pub x: f64,
    /// The column's left edge.
    pub left: f64,
    /// The column's width.
    pub width: f64,
    /// Whether there is room for its label.
    pub labelled: bool,
    /// What is drawn in it.
    pub mark: Mark,
}

/// A horizontal line with its value in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TickLine {
    /// In points, -100 to 100.
    pub points: f64,
    /// Where it lies.
    pub y: f64,
}

/// The whole drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Horizontal lines, from the lowest value up.
    pub ticks: Vec<TickLine>,
    /// One a period, in time order.
    pub slots: Vec<Slot>,
    /// Closed outlines of the intervals, one a run of neighbouring dots.
    pub bands: Vec<Vec<Point>>,
    /// Lines through the dots of each run.
    pub lines: Vec<Vec<Point>>,
}

/// Fewest pixels between two horizontal lines.
const TICK_PIXELS: f64 = 44.0;

/// Radii of the dots for the fewest and for the most answers.
const RADII: (f64, f64) = (2.5, 6.5);

impl Trend {
    /// Lays out `readings` in `frame`; a label of the x axis takes `label_width` pixels.
    pub fn new(frame: &Frame, readings: &[Reading], label_width: f64) -> Self {
        let ticks = score_ticks(frame, readings);
        let y = Scale { values: ticks.ends(), pixels: (frame.floor(), frame.top) };
        let slots = slots(frame, readings, label_width, y);
        let runs = runs(&slots);
        Self {
            ticks: ticks.values.iter().map(|&points| TickLine { points, y: y.at(points) }).collect(),
            bands: runs.iter().map(|run| band(&slots[run.clone()])).collect(),
            lines: runs.iter().map(|run| line(&slots[run.clone()])).collect(),
            slots,
        }
    }

    /// The period at `x` pixels from the left, for a pointer; the nearest one outside the plot.
    pub fn slot_at(&self, x: f64) -> Option<usize> {
        let last = self.slots.len().checked_sub(1)?;
        Some(self.slots.iter().position(|slot| x < slot.left + slot.width).unwrap_or(last))
    }
}

/// Ticks in points around all intervals, within -100 to 100.
fn score_ticks(frame: &Frame, readings: &[Reading]) -> Ticks {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for interval in readings.iter().filter_map(|reading| reading.interval) {
        low = low.min(interval.low * 100.0);
        high = high.max(interval.high * 100.0);
    }
    if low > high {
        (low, high) = (-100.0, 100.0);
    }
    let intervals = (frame.plot_height() / TICK_PIXELS).clamp(2.0, 8.0) as u32;
    Ticks::enclosing(low, high, intervals)
}

fn slots(frame: &Frame, readings: &[Reading], label_width: f64, y: Scale) -> Vec<Slot> {
    let width = frame.plot_width() / readings.len().max(1) as f64;
    let step = (label_width / width.max(1e-9)).ceil().max(1.0) as usize;
    let most = readings.iter().map(|reading| reading.n).fold(0.0, f64::max);
    let biggest = RADII.1.min(width / 2.0).max(RADII.0);
    let radius = Scale { values: (0.0, most.sqrt()), pixels: (RADII.0, biggest) };
    let dotted = |index: usize| readings.get(index).is_some_and(|reading| reading.nps.is_some());
    let mark = |index: usize, reading: &Reading| {
        let Some(interval) = reading.interval else { return Mark::Nothing };
        let (high, low) = (y.at(interval.high * 100.0), y.at(interval.low * 100.0));
        let Some(nps) = reading.nps else { return Mark::Bar { high, low } };
        let alone = !(index.checked_sub(1).is_some_and(dotted) || dotted(index + 1));
        Mark::Dot { y: y.at(nps * 100.0), radius: radius.at(reading.n.sqrt()), high, low, alone }
    };
    readings
        .iter()
        .enumerate()
        .map(|(index, reading)| {
            let left = frame.left + width * index as f64;
            // Counted from the newest, so that the newest always has its label.
            let labelled = (readings.len() - 1 - index).is_multiple_of(step);
            Slot { x: left + width / 2.0, left, width, labelled, mark: mark(index, reading) }
        })
        .collect()
}

/// Neighbouring dots, two or more.
fn runs(slots: &[Slot]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for end in 0..=slots.len() {
        if !slots.get(end).is_some_and(|slot| matches!(slot.mark, Mark::Dot { .. })) {
            if end > start + 1 {
                runs.push(start..end);
            }
            start = end + 1;
        }
    }
    runs
}

/// Along the upper limits and back along the lower ones.
fn band(run: &[Slot]) -> Vec<Point> {
    let edge = |slot: &Slot, upper: bool| match slot.mark {
        Mark::Dot { high, low, .. } => Some(Point { x: slot.x, y: if upper { high } else { low } }),
        _ => None,
    };
    let upper = run.iter().filter_map(|slot| edge(slot, true));
    upper.chain(run.iter().rev().filter_map(|slot| edge(slot, false))).collect()
}

fn line(run: &[Slot]) -> Vec<Point> {
    run.iter()
        .filter_map(|slot| match slot.mark {
            Mark::Dot { y, .. } => Some(Point { x: slot.x, y }),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
