//! An answer that has been checked against the survey that it answers.

use crate::wire::{Given, Snapshot, Stage};
use crate::{AnswerId, Kind, Problem, Refusal, Score, Survey, refusal};

/// Longest comment, in characters: some 300 words. Also the `maxlength` of the field.
pub const COMMENT_MAX_CHARS: usize = 2000;

/// Longest page address. Browsers and servers agree on about 2,000 bytes.
pub const PAGE_MAX_BYTES: usize = 2048;

/// Highest snapshot number. One asking makes a handful; a thousand leaves room and stops a runaway sender.
pub const SNAPSHOT_MAX: u32 = 1000;

/// Longest body of one snapshot: 16 KiB. The largest honest one has a comment of 2,000 characters at 6 bytes each in
/// JSON's longest escape (12,000), a page (2,048) and two wordings; it stays below.
pub const fn body_max_bytes() -> usize {
    16 * 1024
}

/// A snapshot that fits its survey.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// Its id.
    pub id: AnswerId,
    /// Its number, 1 to [`SNAPSHOT_MAX`].
    pub snapshot: u32,
    /// How far the visitor came.
    pub stage: Stage,
    /// By the visitor's clock; see [`plausible_at_ms`].
    pub at_ms: i64,
    /// The score; always there when the stage is partial or complete.
    pub score: Option<Score>,
    /// The comment, trimmed; never empty.
    pub comment: Option<String>,
}

impl Answer {
    /// Checks a snapshot against the very version of the survey that it answers.
    ///
    /// # Errors
    /// The first thing that is wrong, with its path.
    pub fn check(snapshot: &Snapshot, survey: &Survey) -> Result<Self, Refusal> {
        let id = snapshot.id.parse().map_err(|problem| Refusal::new("id", problem))?;
        check_frame(snapshot, survey)?;
        let (mut score, mut comment) = (None, None);
        for (index, given) in snapshot.answers.iter().enumerate() {
            let at = |field, problem| Refusal::at("answers", index, field, problem);
            let question = survey.question(&given.question);
            let twice = snapshot.answers[..index].iter().any(|earlier| earlier.question == given.question);
            let question = question
                .filter(|_| !twice)
                .ok_or_else(|| at("question", Problem::UnknownQuestion(given.question.clone())))?;
            match (question.kind, given.score, &given.comment) {
                (Kind::Nps, Some(value), None) => {
                    score =
                        Some(Score::new(value).ok_or_else(|| at("score", Problem::ScoreOutOfRange(value)))?);
                }
                (Kind::Text, None, Some(text)) => {
                    comment = check_comment(text).map_err(|problem| at("comment", problem))?;
                }
                _ => return Err(at("question", Problem::WrongKind)),
            }
        }
        if score.is_none() && matches!(snapshot.stage, Stage::Partial | Stage::Complete) {
            return Err(Refusal::new("answers", Problem::ScoreMissing));
        }
        Ok(Self {
            id,
            snapshot: snapshot.snapshot,
            stage: snapshot.stage,
            at_ms: snapshot.at_ms,
            score,
            comment,
        })
    }
}

fn check_frame(snapshot: &Snapshot, survey: &Survey) -> Result<(), Refusal> {
    if !(1..=SNAPSHOT_MAX).contains(&snapshot.snapshot) {
        return Err(Refusal::new("snapshot", Problem::SnapshotNumber(snapshot.snapshot)));
    }
    if snapshot.survey != survey.id() {
        return Err(Refusal::new("survey", Problem::OtherSurvey(snapshot.survey.clone())));
    }
    if snapshot.version != survey.version() {
        let (given, expected) = (snapshot.version, survey.version());
        return Err(Refusal::new("version", Problem::OtherVersion { given, expected }));
    }
    if snapshot.page.len() > PAGE_MAX_BYTES {
        return Err(Refusal::new("page", refusal::page_too_long(snapshot.page.len())));
    }
    if snapshot.locale.len() > 35 {
        // 35 bytes is the longest tag that BCP 47 asks an implementation to take (RFC 5646, 4.4.1).
        return Err(Refusal::new(
            "locale",
            Problem::TooLong { given: snapshot.locale.len(), limit: 35, unit: "bytes" },
        ));
    }
    snapshot.answers.iter().enumerate().try_for_each(|(index, given)| check_wording(given, index))
}

/// The wording travels with the answer; twice the limit of a survey's text leaves room for piped names.
fn check_wording(given: &Given, index: usize) -> Result<(), Refusal> {
    const WORDING_MAX_BYTES: usize = 4000;
    if given.text.len() <= WORDING_MAX_BYTES {
        return Ok(());
    }
    let problem = Problem::TooLong { given: given.text.len(), limit: WORDING_MAX_BYTES, unit: "bytes" };
    Err(Refusal::at("answers", index, "text", problem))
}

fn check_comment(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim_ascii();
    let given = text.chars().count();
    if given > COMMENT_MAX_CHARS {
        return Err(refusal::comment_too_long(given));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// When an answer was given: the visitor's own time if it can be true, else the time of receipt. An answer waits in an
/// outbox for up to 30 days, and clocks run ahead by minutes; anything beyond is a wrong clock.
///
/// ```
/// use suara_survey::{DAY_MS, plausible_at_ms};
/// let received = 1_700_000_000_000;
/// assert_eq!(plausible_at_ms(received - 5 * DAY_MS, received), received - 5 * DAY_MS);
/// assert_eq!(plausible_at_ms(received - 3650 * DAY_MS, received), received);
/// assert_eq!(plausible_at_ms(received + DAY_MS, received), received);
/// ```
pub fn plausible_at_ms(at_ms: i64, received_ms: i64) -> i64 {
    const OUTBOX_MAX_MS: i64 = 31 * crate::DAY_MS;
    const AHEAD_MAX_MS: i64 = 5 * 60_000;
    let age = received_ms.saturating_sub(at_ms);
    if (-AHEAD_MAX_MS..=OUTBOX_MAX_MS).contains(&age) { at_ms.min(received_ms) } else { received_ms }
}
