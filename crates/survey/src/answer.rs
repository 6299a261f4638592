//! An answer that has been checked against the survey that it answers.

use crate::wire::{Given, Snapshot, Stage};
use crate::{AnswerId, Asking, Kind, Problem, Question, Refusal, Score, Survey, refusal};

/// Longest comment, in characters: some 300 words. Also the `maxlength` of the field.
pub const COMMENT_MAX_CHARS: usize = 2000;

/// Longest page address. Browsers and servers agree on about 2,000 bytes.
pub const PAGE_MAX_BYTES: usize = 2048;

/// Highest snapshot number. One asking makes a handful; a thousand leaves room and stops a runaway sender.
pub const SNAPSHOT_MAX: u32 = 1000;

/// Longest body of one snapshot: 32 KiB. An honest one has a comment of 2,000 characters, at 6 bytes each in JSON's
/// longest escape 12,000, a page of 2,048, and a wording and some words for each question that was asked; half the room
/// is left. With what the page itself sends it stays below the 64 KiB that browsers let go on after a page is left.
pub const fn body_max_bytes() -> usize {
    32 * 1024
}

/// Longest choice of the visitor's own and longest field, in characters: a line or two.
pub const LINE_MAX_CHARS: usize = 200;

/// Longest identity token, in bytes: one with a few claims of the owner's own takes 300. A longer one proves nothing.
pub const IDENTITY_MAX_BYTES: usize = 2048;

/// Longest e-mail address (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_MAX_BYTES: usize = 254;

/// Longest wording, in characters: twice that of a survey's text leaves room for what was given before.
pub(crate) const WORDING_MAX_CHARS: usize = 1000;

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
    /// The 0-10 score, if the survey asks one and it was given.
    pub score: Option<Score>,
    /// The first comment, trimmed; never empty.
    pub comment: Option<String>,
    /// Everything that was given, trimmed, without what was left empty.
    pub answers: Vec<Given>,
    /// What the page said of itself or of the visitor.
    pub fields: Vec<(String, String)>,
}

impl Answer {
    /// Checks a snapshot against the very version of the survey that it answers.
    ///
    /// # Errors
    /// The first thing that is wrong, with its path.
    pub fn check(snapshot: &Snapshot, survey: &Survey) -> Result<Self, Refusal> {
        let id = snapshot.id.parse().map_err(|problem| Refusal::new("id", problem))?;
        check_frame(snapshot, survey)?;
        check_fields(&snapshot.fields, survey).map_err(|problem| Refusal::new("fields", problem))?;
        let mut answers: Vec<Given> = Vec::with_capacity(snapshot.answers.len());
        for (index, given) in snapshot.answers.iter().enumerate() {
            let at = |(field, problem)| Refusal::at("answers", index, field, problem);
            let twice = snapshot.answers[..index].iter().any(|earlier| earlier.question == given.question);
            let question = survey.question(&given.question).filter(|_| !twice);
            let unknown = || at(("question", Problem::UnknownQuestion(given.question.clone())));
            answers.extend(check_given(given, question.ok_or_else(unknown)?).map_err(at)?);
        }
        match snapshot.stage {
            Stage::Partial if answers.is_empty() => {
                return Err(Refusal::new("answers", Problem::NothingGiven));
            }
            Stage::Complete => check_way(&answers, survey)?,
            _ => (),
        }
        Ok(Self {
            id,
            snapshot: snapshot.snapshot,
            stage: snapshot.stage,
            at_ms: snapshot.at_ms,
            score: answers.iter().find_map(|given| Score::new(given.score?)),
            comment: answers.iter().find_map(|given| given.comment.clone()),
            answers,
            fields: snapshot.fields.clone(),
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
    Ok(())
}

fn check_fields(fields: &[(String, String)], survey: &Survey) -> Result<(), Problem> {
    for (index, (name, value)) in fields.iter().enumerate() {
        let twice = fields[..index].iter().any(|(earlier, _)| earlier == name);
        if twice || !survey.fields().contains(name) {
            return Err(Problem::UnknownField(name.clone()));
        }
        shorter(value, LINE_MAX_CHARS)?;
    }
    Ok(())
}

/// What is left of a given answer once it is trimmed; nothing if it was empty.
fn check_given(given: &Given, question: &Question) -> Result<Option<Given>, (&'static str, Problem)> {
    check_wording(given)?;
    let mut kept = Given { question: given.question.clone(), text: given.text.clone(), ..Given::default() };
    match question.kind {
        Kind::Nps => kept.score = Some(on_scale(given.score, question, "score")?),
        Kind::Csat | Kind::Ces | Kind::Thumbs => {
            kept.rating = Some(on_scale(given.rating, question, "rating")?);
        }
        Kind::Choice | Kind::Choices => {
            check_choices(given, question).map_err(|problem| ("choices", problem))?;
            kept.choices.clone_from(&given.choices);
            kept.other =
                words(given.other.as_deref(), LINE_MAX_CHARS).map_err(|problem| ("other", problem))?;
        }
        Kind::Text => {
            kept.comment =
                words(given.comment.as_deref(), COMMENT_MAX_CHARS).map_err(|problem| ("comment", problem))?;
            kept.sort = given.sort.filter(|_| question.sorted);
        }
        Kind::Drivers => {
            check_ratings(given, question).map_err(|problem| ("ratings", problem))?;
            kept.ratings.clone_from(&given.ratings);
        }
        Kind::Contact => {
            let email = given.email.as_deref().unwrap_or_default().trim_ascii();
            if !given.consent || !is_email(email) {
                return Err(("email", Problem::NotAnEmail(email.chars().take(LINE_MAX_CHARS).collect())));
            }
            (kept.email, kept.consent) = (Some(email.to_owned()), true);
        }
    }
    if foreign(given, question.kind) {
        return Err(("question", Problem::WrongKind));
    }
    Ok((question.kind != Kind::Text || kept.comment.is_some()).then_some(kept))
}

/// Whether something was given that a question of this kind does not take.
fn foreign(given: &Given, kind: Kind) -> bool {
    let is = |kinds: &[Kind]| kinds.contains(&kind);
    given.score.is_some() && kind != Kind::Nps
        || given.rating.is_some() && !is(&[Kind::Csat, Kind::Ces, Kind::Thumbs])
        || (!given.choices.is_empty() || given.other.is_some()) && !is(&[Kind::Choice, Kind::Choices])
        || (given.comment.is_some() || given.sort.is_some()) && kind != Kind::Text
        || !given.ratings.is_empty() && kind != Kind::Drivers
        || (given.email.is_some() || given.consent) && kind != Kind::Contact
}

fn on_scale(
    given: Option<u8>,
    question: &Question,
    field: &'static str,
) -> Result<u8, (&'static str, Problem)> {
    let given = given.ok_or(("question", Problem::WrongKind))?;
    fits(given, question).map_err(|problem| (field, problem))
}

fn fits(given: u8, question: &Question) -> Result<u8, Problem> {
    let scale = question.kind.scale().unwrap_or_default();
    if (scale.0..=scale.1).contains(&given) { Ok(given) } else { Err(Problem::OutOfScale { given, scale }) }
}

fn check_choices(given: &Given, question: &Question) -> Result<(), Problem> {
    let offered = |id: &str| question.item(id).is_some() || question.other && id == "other";
    for (index, choice) in given.choices.iter().enumerate() {
        if !offered(choice) || given.choices[..index].contains(choice) {
            return Err(Problem::UnknownItem(choice.clone()));
        }
    }
    match given.choices.len() {
        0 => Err(Problem::WrongKind),
        n if n > 1 && question.kind == Kind::Choice => Err(Problem::TooManyChoices(n)),
        _ => Ok(()),
    }
}

fn check_ratings(given: &Given, question: &Question) -> Result<(), Problem> {
    for (index, (name, rating)) in given.ratings.iter().enumerate() {
        let twice = given.ratings[..index].iter().any(|(earlier, _)| earlier == name);
        if twice || question.item(name).is_none() {
            return Err(Problem::UnknownItem(name.clone()));
        }
        rating.map(|rating| fits(rating, question)).transpose()?;
    }
    if given.ratings.is_empty() { Err(Problem::WrongKind) } else { Ok(()) }
}

/// Follows the answers through the survey, as the visitor went: nothing required is missing, nothing is beside the way.
fn check_way(answers: &[Given], survey: &Survey) -> Result<(), Refusal> {
    let id = AnswerId::from_parts(0, [0; 10]);
    let mut asking = Asking::new(survey, id, String::new(), String::new());
    for given in answers {
        asking.give(given);
    }
    loop {
        match asking.next() {
            Ok(true) => (),
            Ok(false) => break,
            Err((question, _)) => {
                let id = survey.questions()[question].id.clone();
                return Err(Refusal::new("answers", Problem::MissingAnswer(id)));
            }
        }
    }
    let beside = answers.iter().position(|given| !asking.has_asked(&given.question));
    match beside {
        Some(index) => {
            let problem = Problem::OffTheWay(answers[index].question.clone());
            Err(Refusal::at("answers", index, "question", problem))
        }
        None => Ok(()),
    }
}

/// The wording travels with the answer.
fn check_wording(given: &Given) -> Result<(), (&'static str, Problem)> {
    const WORDING_MAX_BYTES: usize = 4 * WORDING_MAX_CHARS;
    if given.text.len() <= WORDING_MAX_BYTES {
        return Ok(());
    }
    Err(("text", Problem::TooLong { given: given.text.len(), limit: WORDING_MAX_BYTES, unit: "bytes" }))
}

fn words(text: Option<&str>, limit: usize) -> Result<Option<String>, Problem> {
    let text = text.unwrap_or_default().trim_ascii();
    shorter(text, limit)?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn shorter(text: &str, limit: usize) -> Result<(), Problem> {
    let given = text.chars().count();
    if given <= limit { Ok(()) } else { Err(Problem::TooLong { given, limit, unit: "characters" }) }
}

/// Whether this has the shape of an e-mail address. Only a letter shows whether it is one.
pub(crate) fn is_email(text: &str) -> bool {
    let no_space = !text.bytes().any(|c| c <= b' ');
    let shape = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.contains('@') && host.trim_matches('.').contains('.')
    });
    no_space && shape && text.len() <= EMAIL_MAX_BYTES
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
