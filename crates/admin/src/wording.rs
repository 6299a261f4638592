//! Numbers, intervals, dates and periods as a reader of a language writes them.

use suara_insight::{Day, Grain, Interval};
use suara_survey::wire::Lost;

use crate::language::Language;
use crate::scope::Marked;
use crate::strings::{Strings, fill};

/// The minus sign, which is as wide as a digit; a hyphen is not.
const MINUS: char = '\u{2212}';

/// Writes numbers and dates in one language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wording {
    strings: &'static Strings,
}

impl Wording {
    pub(crate) fn new(language: Language) -> Self {
        Self { strings: language.strings() }
    }

    /// The texts of the language.
    pub(crate) fn strings(self) -> &'static Strings {
        self.strings
    }

    /// A score or a difference of scores (0.484) in points with one decimal: `48.4`, `−12.0`.
    pub(crate) fn points(self, nps: f64) -> String {
        let tenths = (nps * 1000.0).round() as i64;
        let sign = if tenths < 0 { MINUS.to_string() } else { String::new() };
        let size = tenths.unsigned_abs();
        format!("{sign}{}{}{}", size / 10, self.strings.format.decimal, size % 10)
    }

    /// A whole number of points, as an axis shows it.
    pub(crate) fn whole(self, points: f64) -> String {
        let whole = points.round() as i64;
        if whole < 0 { format!("{MINUS}{}", -whole) } else { whole.to_string() }
    }

    /// Both ends of an interval: `44.0 to 52.5`.
    pub(crate) fn interval(self, interval: Interval) -> String {
        let (low, high) = (self.points(interval.low), self.points(interval.high));
        fill(&self.strings.score.interval, &[("low", &low), ("high", &high)])
    }

    /// A count with its thousands set apart: `12,345`.
    pub(crate) fn count(self, count: u64) -> String {
        let digits = count.to_string();
        let mut written = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                written.push_str(&self.strings.format.thousands);
            }
            written.push(digit);
        }
        written
    }

    /// A count that insight holds as a number with a fraction.
    pub(crate) fn tallied(self, count: f64) -> String {
        self.count(count.round() as u64)
    }

    /// A share (0.621) in percent with one decimal: `62.1%`.
    pub(crate) fn share(self, share: f64) -> String {
        format!("{}%", self.points(share))
    }

    /// `1 answer`, `889 answers`.
    pub(crate) fn answers(self, n: f64) -> String {
        let score = &self.strings.score;
        let text = if n == 1.0 { &score.answers_one } else { &score.answers_many };
        fill(text, &[("count", &self.tallied(n))])
    }

    /// `3 answers were lost on the way: 2 refused (413), 1 expired after 30 days.` Nothing when none was.
    pub(crate) fn lost(self, lost: &[Lost]) -> Option<String> {
        let texts = &self.strings.lost;
        let total: u64 = lost.iter().map(|lost| lost.count).sum();
        let reason = |lost: &Lost| {
            let status = lost.reason.strip_prefix("refused ");
            let text = match status {
                Some(_) => &texts.refused,
                None if lost.reason == "expired" => &texts.expired,
                None => &texts.other,
            };
            fill(text, &[("count", &self.count(lost.count)), ("status", status.unwrap_or_default())])
        };
        let why = lost.iter().map(reason).collect::<Vec<_>>().join(", ");
        let text = if total == 1 { &texts.one } else { &texts.many };
        (total > 0).then(|| fill(text, &[("count", &self.count(total)), ("why", &why)]))
    }

    /// `3 answers are marked as doubtful and left out of these numbers.` Nothing when none is.
    pub(crate) fn marked(self, count: u64, marked: Marked) -> Option<String> {
        let texts = &self.strings.marked;
        let text = match (marked, count) {
            (Marked::LeftOut, 1) => &texts.left_out_one,
            (Marked::LeftOut, _) => &texts.left_out_many,
            (Marked::Counted, 1) => &texts.counted_one,
            (Marked::Counted, _) => &texts.counted_many,
        };
        (count > 0).then(|| fill(text, &[("count", &self.count(count))]))
    }

    /// `1 record`, `967 records`.
    pub(crate) fn records(self, count: u64) -> String {
        let surveys = &self.strings.surveys;
        let text = if count == 1 { &surveys.records_one } else { &surveys.records_many };
        fill(text, &[("count", &self.count(count))])
    }

    /// `9 Jun 2016`
    pub(crate) fn day(self, day: Day) -> String {
        format!("{} {}", self.day_of_year(day), day.civil().year)
    }

    /// `9 Jun 2016 – 30 Oct 2018`
    pub(crate) fn days(self, (first, last): (Day, Day)) -> String {
        if first == last {
            return self.day(first);
        }
        let text = &self.strings.dashboard.of_period;
        fill(text, &[("from", &self.day(first)), ("to", &self.day(last))])
    }

    /// The full name of the period that starts at `start`: `9 Jun 2016`, `Week of 6 Jun 2016`, `Jun 2016`, `Q2 2016`.
    pub(crate) fn period(self, grain: Grain, start: Day) -> String {
        match grain {
            Grain::Day => self.day(start),
            Grain::Week => fill(&self.strings.trend.week_of, &[("day", &self.day(start))]),
            Grain::Month => format!("{} {}", self.month(start), start.civil().year),
            Grain::Quarter => self.quarter(start),
        }
    }

    /// The short name for an axis: `9 Jun`, `6 Jun`, `Jun 2016`, `Q2 2016`.
    pub(crate) fn tick(self, grain: Grain, start: Day) -> String {
        match grain {
            Grain::Day | Grain::Week => self.day_of_year(start),
            Grain::Month | Grain::Quarter => self.period(grain, start),
        }
    }

    /// The name of a kind of period, in a sentence.
    pub(crate) fn grain(self, grain: Grain) -> &'static str {
        let trend = &self.strings.trend;
        match grain {
            Grain::Day => &trend.grain_day,
            Grain::Week => &trend.grain_week,
            Grain::Month => &trend.grain_month,
            Grain::Quarter => &trend.grain_quarter,
        }
    }

    fn day_of_year(self, day: Day) -> String {
        format!("{} {}", day.civil().day, self.month(day))
    }

    fn month(self, day: Day) -> &'static str {
        // A date's month is 1 to 12.
        let index = usize::from(day.civil().month).saturating_sub(1) % 12;
        self.strings.format.months.split(' ').nth(index).unwrap_or_default()
    }

    fn quarter(self, start: Day) -> String {
        let civil = start.civil();
        let (quarter, year) = (civil.month.div_ceil(3).to_string(), civil.year.to_string());
        fill(&self.strings.trend.quarter_label, &[("quarter", &quarter), ("year", &year)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: fn() -> Wording = || Wording::new(Language::English);
    const INDONESIAN: fn() -> Wording = || Wording::new(Language::Indonesian);

    fn day(year: i32, month: u8, day: u8) -> Day {
        Day::from_civil(year, month, day).unwrap()
    }

    #[test]
    fn a_score_has_one_decimal_and_a_real_minus_sign() {
        let written = [0.48369, -0.12, 1.0, -1.0, 0.0, -0.0004].map(|nps| ENGLISH().points(nps));
        assert_eq!(written, ["48.4", "−12.0", "100.0", "−100.0", "0.0", "0.0"]);
        assert_eq!(INDONESIAN().points(-0.1234), "−12,3");
    }

    #[test]
    fn an_interval_names_both_ends() {
        let interval = Interval { low: -0.044, high: 0.5247 };
        assert_eq!(ENGLISH().interval(interval), "−4.4 to 52.5");
        assert_eq!(INDONESIAN().interval(interval), "−4,4 sampai 52,5");
    }

    #[test]
    fn thousands_are_set_apart_as_the_language_does_it() {
        let written = [0, 12, 889, 1_000, 1_234_567].map(|count| ENGLISH().count(count));
        assert_eq!(written, ["0", "12", "889", "1,000", "1,234,567"]);
        assert_eq!(INDONESIAN().count(1_234_567), "1.234.567");
    }

    #[test]
    fn one_answer_is_not_many() {
        assert_eq!([1.0, 2.0].map(|n| ENGLISH().answers(n)), ["1 answer", "2 answers"]);
        assert_eq!(INDONESIAN().answers(1.0), "1 jawaban");
        assert_eq!([1, 1967].map(|count| ENGLISH().records(count)), ["1 record", "1,967 records"]);
    }

    #[test]
    fn what_was_lost_is_said_in_one_line_with_its_reasons() {
        let lost = |reason: &str, count| Lost { reason: reason.to_owned(), count };
        let all = [lost("refused 413", 2), lost("expired", 1), lost("other", 1234)];
        assert_eq!(ENGLISH().lost(&[]), None);
        assert_eq!(
            ENGLISH().lost(&all).unwrap(),
            "1,237 answers were lost on the way: 2 refused (413), 1 expired after 30 days, 1,234 for other reasons."
        );
        assert_eq!(
            ENGLISH().lost(&all[1..2]).unwrap(),
            "1 answer was lost on the way: 1 expired after 30 days."
        );
        assert_eq!(
            INDONESIAN().lost(&all[..2]).unwrap(),
            "3 jawaban hilang di perjalanan: 2 ditolak (413), 1 kedaluwarsa setelah 30 hari."
        );
    }

    #[test]
    fn what_is_marked_is_said_in_one_sentence_whether_it_counts_or_not() {
        assert_eq!(ENGLISH().marked(0, Marked::LeftOut), None);
        assert_eq!(
            [1, 1234].map(|count| ENGLISH().marked(count, Marked::LeftOut).unwrap()),
            [
                "1 answer is marked as doubtful and left out of these numbers.",
                "1,234 answers are marked as doubtful and left out of these numbers."
            ]
        );
        assert_eq!(
            INDONESIAN().marked(2, Marked::Counted).unwrap(),
            "2 jawaban ditandai meragukan, dan ikut dihitung di sini."
        );
    }

    #[test]
    fn dates_and_periods_are_named_in_the_language() {
        assert_eq!(ENGLISH().day(day(2016, 6, 9)), "9 Jun 2016");
        assert_eq!(INDONESIAN().day(day(2016, 5, 9)), "9 Mei 2016");
        let names = |wording: Wording| {
            [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter]
                .map(|grain| wording.period(grain, day(2016, 10, 3)))
        };
        assert_eq!(names(ENGLISH()), ["3 Oct 2016", "Week of 3 Oct 2016", "Oct 2016", "Q4 2016"]);
        assert_eq!(names(INDONESIAN()), ["3 Okt 2016", "Pekan 3 Okt 2016", "Okt 2016", "TW4 2016"]);
        assert_eq!(ENGLISH().tick(Grain::Week, day(2016, 10, 3)), "3 Oct");
    }

    #[test]
    fn a_range_of_one_day_is_one_date() {
        assert_eq!(ENGLISH().days((day(2016, 6, 9), day(2016, 6, 9))), "9 Jun 2016");
        assert_eq!(ENGLISH().days((day(2016, 6, 9), day(2018, 10, 1))), "9 Jun 2016 – 1 Oct 2018");
    }
}
