use super::*;

const FRAME: Frame = Frame { width: 400.0, height: 240.0, top: 10.0, right: 0.0, bottom: 30.0, left: 40.0 };

fn dot(nps: f64) -> Reading {
    Reading { n: 50.0, nps: Some(nps), interval: Some(Interval { low: nps - 0.1, high: nps + 0.1 }) }
}

fn few() -> Reading {
    Reading { n: 4.0, nps: None, interval: Some(Interval { low: -0.5, high: 0.6 }) }
}

const NONE: Reading = Reading { n: 0.0, nps: None, interval: None };

#[test]
fn a_gap_and_a_period_with_few_answers_break_the_band() {
    let trend = Trend::new(&FRAME, &[dot(0.1), dot(0.2), NONE, dot(0.3), few(), dot(0.1), dot(0.0)], 40.0);
    assert_eq!(trend.bands.len(), 2);
    assert_eq!(trend.lines.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(trend.bands[0].len(), 4);
    assert_eq!(trend.slots[2].mark, Mark::Nothing);
    assert!(matches!(trend.slots[3].mark, Mark::Dot { alone: true, .. }));
    assert!(matches!(trend.slots[4].mark, Mark::Bar { .. }));
    assert!(matches!(trend.slots[5].mark, Mark::Dot { alone: false, .. }));
}

#[test]
fn every_mark_lies_within_the_plot() {
    let readings = [dot(-0.9), dot(0.9), few(), dot(0.1)];
    let trend = Trend::new(&FRAME, &readings, 40.0);
    for slot in &trend.slots {
        assert!(slot.left >= 40.0 && slot.left + slot.width <= 400.001);
        if let Mark::Dot { high, low, .. } | Mark::Bar { high, low } = slot.mark {
            assert!(10.0 <= high && high < low && low <= 210.0, "{slot:?}");
        }
    }
}

#[test]
fn ticks_are_round_and_reach_no_further_than_the_intervals_need() {
    let trend = Trend::new(&FRAME, &[dot(0.75), dot(0.26)], 40.0);
    assert_eq!(trend.ticks.iter().map(|tick| tick.points).collect::<Vec<_>>(), [0.0, 50.0, 100.0]);
}

#[test]
fn without_any_answer_the_whole_range_is_shown() {
    let trend = Trend::new(&FRAME, &[NONE, NONE], 40.0);
    let points: Vec<_> = trend.ticks.iter().map(|tick| tick.points).collect();
    assert_eq!((points[0], points[points.len() - 1]), (-100.0, 100.0));
    assert!(trend.bands.is_empty());
}

#[test]
fn labels_leave_room_for_each_other_and_the_newest_has_one() {
    let readings = [dot(0.1); 90];
    let trend = Trend::new(&FRAME, &readings, 40.0);
    let labelled: Vec<_> = trend.slots.iter().filter(|slot| slot.labelled).map(|slot| slot.x).collect();
    assert!(labelled.windows(2).all(|pair| pair[1] - pair[0] >= 40.0));
    assert!(trend.slots[89].labelled);
}

#[test]
fn a_pointer_finds_its_period_and_the_nearest_one_outside() {
    let trend = Trend::new(&FRAME, &[dot(0.1), dot(0.2), dot(0.3)], 40.0);
    assert_eq!([0.0, 41.0, 200.0, 399.0, 900.0].map(|x| trend.slot_at(x)), [0, 0, 1, 2, 2].map(Some));
    assert_eq!(Trend::new(&FRAME, &[], 40.0).slot_at(5.0), None);
}

#[test]
fn more_answers_make_a_larger_dot() {
    let trend =
        Trend::new(&FRAME, &[Reading { n: 10.0, ..dot(0.1) }, Reading { n: 200.0, ..dot(0.1) }], 40.0);
    let radii: Vec<_> = trend
        .slots
        .iter()
        .filter_map(|slot| if let Mark::Dot { radius, .. } = slot.mark { Some(radius) } else { None })
        .collect();
    assert!(radii[0] < radii[1]);
}
