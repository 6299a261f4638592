use super::*;

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn parse(query: &str) -> Scope {
    let pairs: Vec<_> =
        query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('=')).collect();
    Scope::parse(|name| pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned()))
}

#[test]
fn every_scope_survives_its_way_through_the_address() {
    let custom = Period::Custom { from: Some(day("2016-06-09")), to: None };
    for period in Period::READY.into_iter().chain([custom, Period::Custom { from: None, to: None }]) {
        for grain in [None, Some(Grain::Day), Some(Grain::Week), Some(Grain::Month), Some(Grain::Quarter)] {
            for marked in [Marked::LeftOut, Marked::Counted] {
                let scope = Scope { period, grain, marked };
                assert_eq!(parse(&scope.query()), scope, "{}", scope.query());
            }
        }
    }
}

#[test]
fn an_unknown_period_or_a_date_that_does_not_exist_is_as_if_not_there() {
    assert_eq!(parse("?period=century&by=decade"), Scope::default());
    let scope = parse("?period=custom&from=2017-02-30&to=2017-03-01");
    assert_eq!(scope.period, Period::Custom { from: None, to: Some(day("2017-03-01")) });
}

#[test]
fn today_is_part_of_the_last_days() {
    let today = day("2016-08-15");
    assert_eq!(Period::Last(7).days(today), Some((day("2016-08-09"), today)));
    assert_eq!(Period::Quarter.days(today), Some((day("2016-07-01"), today)));
    assert_eq!(Period::Year.days(today), Some((day("2016-01-01"), today)));
    assert_eq!(Period::All.days(today), None);
}

#[test]
fn from_and_to_in_the_wrong_order_are_swapped() {
    let period = Period::Custom { from: Some(day("2016-08-15")), to: Some(day("2016-08-01")) };
    assert_eq!(period.days(day("2020-01-01")), Some((day("2016-08-01"), day("2016-08-15"))));
}

#[test]
fn the_days_before_are_as_many_and_end_where_the_period_begins() {
    let period = (day("2016-08-09"), day("2016-08-15"));
    assert_eq!(days_before(period), (day("2016-08-02"), day("2016-08-08")));
}

#[test]
fn the_grouping_follows_the_length_unless_one_is_wished_for() {
    let first = day("2016-06-09");
    let grains =
        [1, 31, 32, 182, 183, 731, 732].map(|length| grain(None, (first, first.plus(length - 1)), 1e6));
    assert_eq!(
        grains,
        [Grain::Day, Grain::Day, Grain::Week, Grain::Week, Grain::Month, Grain::Month, Grain::Quarter]
    );
    assert_eq!(grain(Some(Grain::Day), (first, first.plus(90)), 5.0), Grain::Day);
}

#[test]
fn a_wish_for_more_periods_than_can_be_drawn_gives_way() {
    let first = day("2006-06-09");
    assert_eq!(grain(Some(Grain::Day), (first, first.plus(4000)), 1e6), Grain::Quarter);
}

#[test]
fn few_answers_are_grouped_by_longer_periods_while_a_course_is_left_to_see() {
    let days = (day("2016-06-01"), day("2016-06-30"));
    let grains = [300.0, 299.0, 50.0, 3.0].map(|n| grain(None, days, n));
    assert_eq!(grains, [Grain::Day, Grain::Week, Grain::Week, Grain::Week]);
    let year = (day("2016-01-01"), day("2016-12-31"));
    assert_eq!(
        [500.0, 60.0, 3.0].map(|n| grain(None, year, n)),
        [Grain::Month, Grain::Quarter, Grain::Quarter]
    );
}
