//! Upright bars over a floor, and one lying bar divided into shares.

use super::{Frame, Scale};

/// One upright bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Never below 0.
    pub width: f64,
    /// From the floor; at least [`SLIVER`] for a value above 0.
    pub height: f64,
}

/// Height in pixels of the smallest bar that is not nothing, so that one answer among a million is still seen.
pub const SLIVER: f64 = 2.0;

/// The share of its slot that a bar takes; the rest is air.
const BAR_SHARE: f64 = 0.72;

/// One bar a value, from the frame's floor, the highest reaching its top.
///
/// ```
/// use suara_insight::chart::{Frame, bars};
/// let frame = Frame { width: 100.0, height: 60.0, top: 10.0, right: 0.0, bottom: 0.0, left: 0.0 };
/// let bars = bars(&frame, &[5.0, 10.0]);
/// assert_eq!((bars[0].height, bars[1].height), (25.0, 50.0));
/// ```
pub fn bars(frame: &Frame, values: &[f64]) -> Vec<Bar> {
    let highest = values.iter().copied().fold(0.0, f64::max);
    let slot = frame.plot_width() / (values.len().max(1)) as f64;
    let width = slot * BAR_SHARE;
    let scale = Scale { values: (0.0, highest), pixels: (0.0, frame.plot_height()) };
    let height = |value: f64| if value > 0.0 { scale.at(value).max(SLIVER) } else { 0.0 };
    values
        .iter()
        .enumerate()
        .map(|(index, &value)| Bar {
            x: frame.left + slot * index as f64 + (slot - width) / 2.0,
            y: frame.floor() - height(value),
            width,
            height: height(value),
        })
        .collect()
}

/// One part of a lying bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Left edge.
    pub x: f64,
    /// 0 for a part without answers.
    pub width: f64,
}

/// A bar of `width` divided in proportion to `parts`, with `gap` between the parts that are not empty.
pub fn stack(width: f64, gap: f64, parts: &[f64]) -> Vec<Segment> {
    let total: f64 = parts.iter().sum();
    let filled = parts.iter().filter(|part| **part > 0.0).count();
    let room = (width - gap * filled.saturating_sub(1) as f64).max(0.0);
    let mut x = 0.0;
    parts
        .iter()
        .map(|&part| {
            let share = if total > 0.0 { part / total } else { 0.0 };
            let segment = Segment { x, width: room * share };
            x += segment.width + if part > 0.0 { gap } else { 0.0 };
            segment
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 110.0, height: 100.0, top: 0.0, right: 0.0, bottom: 0.0, left: 0.0 };

    #[test]
    fn bars_of_nothing_have_no_height() {
        assert!(bars(&FRAME, &[0.0; 11]).iter().all(|bar| bar.height == 0.0 && bar.y == 100.0));
        assert!(bars(&FRAME, &[]).is_empty());
    }

    #[test]
    fn one_answer_among_a_million_is_still_seen() {
        assert_eq!(bars(&FRAME, &[1.0, 1e6])[0].height, SLIVER);
    }

    #[test]
    fn a_divided_bar_fills_its_width_and_leaves_out_empty_parts() {
        let parts = stack(100.0, 2.0, &[30.0, 0.0, 10.0]);
        assert_eq!(parts[0], Segment { x: 0.0, width: 73.5 });
        assert_eq!(parts[1].width, 0.0);
        assert_eq!(parts[2], Segment { x: 75.5, width: 24.5 });
    }
}
