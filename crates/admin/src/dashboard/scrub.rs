//! Which period of a trend a reader points at, with the keyboard or a pointer.

/// The period after pressing `key`; none when the key means nothing here.
pub(crate) fn step(at: Option<usize>, key: &str, periods: usize) -> Option<usize> {
    let last = periods.checked_sub(1)?;
    let at = at.unwrap_or(last).min(last);
    match key {
        "ArrowLeft" | "ArrowDown" => Some(at.saturating_sub(1)),
        "ArrowRight" | "ArrowUp" => Some((at + 1).min(last)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// Where the middle of a tooltip `size` wide goes, so that it stays within a chart `width` wide.
pub(crate) fn tooltip_x(x: f64, width: f64, size: f64) -> f64 {
    let half = size.min(width) / 2.0;
    x.clamp(half, width - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_and_stop_at_both_ends() {
        assert_eq!(step(Some(3), "ArrowLeft", 5), Some(2));
        assert_eq!(step(Some(0), "ArrowLeft", 5), Some(0));
        assert_eq!(step(Some(4), "ArrowRight", 5), Some(4));
        assert_eq!([step(Some(2), "Home", 5), step(Some(2), "End", 5)], [Some(0), Some(4)]);
    }

    #[test]
    fn the_first_step_starts_from_the_newest_period() {
        assert_eq!(step(None, "ArrowLeft", 5), Some(3));
        assert_eq!(step(Some(90), "ArrowLeft", 5), Some(3));
    }

    #[test]
    fn other_keys_and_empty_charts_are_left_alone() {
        assert_eq!(step(Some(2), "Tab", 5), None);
        assert_eq!(step(None, "Home", 0), None);
    }

    #[test]
    fn a_tooltip_stays_within_its_chart() {
        assert_eq!([5.0, 200.0, 395.0].map(|x| tooltip_x(x, 400.0, 160.0)), [80.0, 200.0, 320.0]);
        assert_eq!(tooltip_x(5.0, 100.0, 160.0), 50.0);
    }
}
