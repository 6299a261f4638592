//! What is done for the people behind the answers: theirs are found, given out and erased, and none is kept longer than
//! its survey says.

mod ledger;
mod purge;

use suara_survey::AnswerId;
use suara_survey::wire::{PersonAnswer, PersonRecords, Whose};

pub(crate) use ledger::{FILE as LEDGER, Ledger, read as read_ledger};
pub(crate) use purge::{nightly, purge};

use crate::fault::Fault;
use crate::identity::{PersonKey, SUB_MAX_BYTES, person};
use crate::store::{Erased, Erasure, Listed, PERSON, REFUSED, Store, StoreError, Wanted};

/// What an erasure did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done {
    pub(crate) answers: u64,
    pub(crate) refused: u64,
    /// Whether no byte of it is left in the database's files.
    pub(crate) is_overwritten: bool,
}

/// Whose answers a request or a command means. A person is known by the pseudonym that `key` makes; without a key nobody's
/// identity was ever kept.
pub(crate) fn wanted(whose: &Whose, key: Option<PersonKey>) -> Result<Wanted, Fault> {
    match (&whose.answer, &whose.email, &whose.person) {
        (Some(answer), None, None) => answer
            .parse::<AnswerId>()
            .map(Wanted::Answer)
            .map_err(|problem| Fault::Invalid(format!("answer: {problem}"))),
        (None, Some(email), None) if email.contains('@') => Ok(Wanted::Email(email.trim().to_lowercase())),
        (None, Some(_), None) => {
            Err(Fault::Invalid("email: is no address; write the one that the person left".to_owned()))
        }
        (None, None, Some(sub)) if (1..=SUB_MAX_BYTES).contains(&sub.len()) => {
            Ok(Wanted::Person(person(&key.unwrap_or_default(), sub)))
        }
        (None, None, Some(sub)) => Err(Fault::Invalid(format!(
            "person: has {} bytes, but the sub of a signed identity has 1 to {SUB_MAX_BYTES}; write it as it is signed",
            sub.len()
        ))),
        _ => Err(Fault::Invalid(
            "whose: name either an answer's id, an e-mail address or a person; only one of them".to_owned(),
        )),
    }
}

/// Everything of theirs.
pub(crate) async fn find(store: &Store, wanted: &Wanted) -> Result<PersonRecords, StoreError> {
    let mut answers = Vec::new();
    for (survey, id) in store.answers_of(wanted).await? {
        answers.extend(store.find(&survey, id).await?.map(answer));
    }
    let refused = store.refused_of(wanted).await?.len() as u64;
    Ok(PersonRecords { answers, refused })
}

/// Erases everything of theirs for good, from the files, too. Where nothing is found, an erasure before may have been
/// cut off between its commit and here: what is left of it to do is done.
pub(crate) async fn erase(
    store: &Store,
    ledger: &Ledger,
    (who, wanted, at_ms): (&str, &Wanted, i64),
) -> Result<Done, StoreError> {
    let turn = ledger.turn().await;
    let answers = store.answers_of(wanted).await?;
    let answers = answers.into_iter().map(|(survey, id)| Erased { survey, key: *id.as_bytes(), at_ms });
    let refused = store.refused_of(wanted).await?;
    let refused = refused.into_iter().map(|key| Erased { survey: REFUSED.to_owned(), key, at_ms });
    let person = match wanted {
        Wanted::Person(key) => Some(Erased { survey: PERSON.to_owned(), key: *key, at_ms }),
        _ => None,
    };
    let erased = answers.chain(refused).chain(person).collect();
    let erasure = Erasure { who: who.to_owned(), at_ms, erased };
    let (answers, refused) = erasure.counts();
    if answers + refused > 0 {
        store.erase(erasure).await?;
    }
    turn.keep(store).await?;
    let is_overwritten = store.tidy().await.unwrap_or(false);
    Ok(Done { answers, refused, is_overwritten })
}

fn answer(listed: Listed) -> PersonAnswer {
    PersonAnswer {
        id: listed.id.to_string(),
        survey: listed.survey,
        version: listed.version,
        stage: listed.stage,
        at_ms: listed.at_ms,
        locale: listed.locale,
        page: listed.page,
        fields: listed.fields,
        answers: listed.given,
        marks: listed.marks.names().map(str::to_owned).collect(),
    }
}
