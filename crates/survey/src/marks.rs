//! What is found odd about an answer. A mark never leads to a refusal, because a screen reader's user may be quick and a
//! browser may fill in what nobody sees: the answer is kept, and what is marked is left out of the score.

/// Something odd about an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum AnswerMark {
    /// The field that nobody sees was filled in.
    Honeypot,
    /// Sent sooner after the question was shown than the survey's `min_ms`.
    Hasty,
    /// Its token was not signed with a secret of ours, is for another survey, or cannot be read.
    IdentityForged,
    /// Its token had run out, also when the answer was given.
    IdentityExpired,
    /// Its token had run out when it arrived, but not when the answer was given.
    IdentityLate,
    /// The survey wants to know who answers, and this answer does not prove it.
    Unsigned,
    /// The same person has answered the same survey within its `one_per_person_days`.
    Repeated,
}

impl AnswerMark {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 7] = [
        Self::Honeypot,
        Self::Hasty,
        Self::IdentityForged,
        Self::IdentityExpired,
        Self::IdentityLate,
        Self::Unsigned,
        Self::Repeated,
    ];

    /// The name in files, on the wire and in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Honeypot => "honeypot",
            Self::Hasty => "hasty",
            Self::IdentityForged => "identity_forged",
            Self::IdentityExpired => "identity_expired",
            Self::IdentityLate => "identity_late",
            Self::Unsigned => "unsigned",
            Self::Repeated => "repeated",
        }
    }
}

/// The marks of one answer.
///
/// ```
/// use suara_survey::{AnswerMark, AnswerMarks};
/// let marks = AnswerMarks::NONE.with(AnswerMark::Hasty).with(AnswerMark::IdentityLate);
/// assert_eq!(AnswerMarks::from_bits(marks.bits()), marks);
/// assert_eq!(marks.names().collect::<Vec<_>>(), ["hasty", "identity_late"]);
/// assert!(marks.leave_out());
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct AnswerMarks(u8);

impl AnswerMarks {
    /// No mark.
    pub const NONE: Self = Self(0);

    /// Those of which one is enough to leave an answer out of the score: all but [`AnswerMark::IdentityLate`], which says
    /// only that a browser was offline for long.
    pub const LEAVING_OUT: Self = Self(0b111_1111).without(Self::NONE.with(AnswerMark::IdentityLate));

    /// Those that say that an answer does not prove who gives it.
    pub const UNPROVEN: Self = Self::NONE
        .with(AnswerMark::IdentityForged)
        .with(AnswerMark::IdentityExpired)
        .with(AnswerMark::Unsigned);

    /// Those with which an answer is followed up by nobody: it is a program's, somebody else's, or the second of one person.
    const UNFOLLOWED: Self =
        Self::NONE.with(AnswerMark::Honeypot).with(AnswerMark::IdentityForged).with(AnswerMark::Repeated);

    /// Marks as they are kept and travel: a bit each, in the order of [`AnswerMark::ALL`]. Bits of a later version stay.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// Those whose names stand in a text, whatever stands between; other words are passed over.
    ///
    /// ```
    /// use suara_survey::AnswerMarks;
    /// let marks = AnswerMarks::named(r#"["hasty","repeated","of the future"]"#);
    /// assert_eq!(marks, AnswerMarks::named("repeated hasty"));
    /// assert_eq!(marks.names().collect::<Vec<_>>(), ["hasty", "repeated"]);
    /// ```
    pub fn named(text: &str) -> Self {
        let words = text.split(|sign: char| !sign.is_ascii_lowercase() && sign != '_');
        let marks = words.filter_map(|word| AnswerMark::ALL.into_iter().find(|mark| mark.name() == word));
        marks.fold(Self::NONE, Self::with)
    }

    /// The same as a number.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, mark: AnswerMark) -> Self {
        Self(self.0 | 1 << mark as u8)
    }

    /// These and one more, if that is so.
    #[must_use]
    pub const fn with_if(self, is_so: bool, mark: AnswerMark) -> Self {
        if is_so { self.with(mark) } else { self }
    }

    /// These but for those.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether it is one of these.
    pub const fn has(self, mark: AnswerMark) -> bool {
        self.0 & 1 << mark as u8 != 0
    }

    /// Whether an answer with these is left out of the score.
    pub const fn leave_out(self) -> bool {
        self.0 & Self::LEAVING_OUT.0 != 0
    }

    /// Whether an answer with these may open a case. A hasty one may: a complaint that comes fast is one.
    pub const fn may_open_a_case(self) -> bool {
        self.0 & Self::UNFOLLOWED.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = AnswerMark> {
        AnswerMark::ALL.into_iter().filter(move |mark| self.has(*mark))
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.iter().map(AnswerMark::name)
    }
}

/// Whether an answer was sent sooner than anybody reads a question: `at_ms` is when Send was pressed, and `min_ms` the
/// survey's least time since its id was made; 0 for any. Both times are by the visitor's clock. One that was set back in
/// between says nothing.
///
/// ```
/// use suara_survey::{AnswerId, is_hasty};
/// let id = AnswerId::from_parts(10_000, [7; 10]);
/// assert!(is_hasty(id, 10_699, 700));
/// assert!(!is_hasty(id, 10_700, 700) && !is_hasty(id, 10_000, 0) && !is_hasty(id, 9_000, 700));
/// ```
pub fn is_hasty(id: crate::AnswerId, at_ms: i64, min_ms: u32) -> bool {
    (0..i64::from(min_ms)).contains(&at_ms.saturating_sub(id.unix_ms()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_has_a_bit_and_a_name_of_its_own() {
        let mut seen = AnswerMarks::NONE;
        for (place, mark) in AnswerMark::ALL.into_iter().enumerate() {
            assert_eq!(AnswerMarks::NONE.with(mark).bits(), 1 << place, "the bits are kept in databases");
            assert!(!seen.has(mark));
            seen = seen.with(mark);
            assert_eq!(seen.names().last(), Some(mark.name()));
        }
        assert_eq!(seen.iter().count(), AnswerMark::ALL.len());
    }

    #[test]
    fn of_all_marks_only_a_late_identity_leaves_an_answer_in_the_score() {
        for mark in AnswerMark::ALL {
            let marks = AnswerMarks::NONE.with(mark);
            assert_eq!(marks.leave_out(), mark != AnswerMark::IdentityLate, "{mark:?}");
        }
        assert!(!AnswerMarks::NONE.leave_out() && AnswerMarks::from_bits(0xff).leave_out());
        assert!(!AnswerMarks::from_bits(0x80).leave_out(), "what a later version marks, it judges itself");
    }

    #[test]
    fn a_complaint_that_came_fast_is_followed_up_and_one_of_a_program_is_not() {
        let may = |mark| AnswerMarks::NONE.with(mark).may_open_a_case();
        let unfollowed: Vec<_> = AnswerMark::ALL.into_iter().filter(|mark| !may(*mark)).collect();
        assert_eq!(unfollowed, [AnswerMark::Honeypot, AnswerMark::IdentityForged, AnswerMark::Repeated]);
    }
}
