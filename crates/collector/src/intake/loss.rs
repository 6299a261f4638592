//! A note that an answer was lost on the way: kept beside the answers, so that the owner learns how many are missing.

use suara_survey::wire::{self, Ground, Receipt};
use suara_survey::{AnswerId, plausible_at_ms};

use super::accept::{Bad, Sent, check_origin, other_version, unknown_survey};
use crate::app::App;
use crate::fault::Fault;
use crate::store::Loss;

/// Keeps one note, and says so only once it is on disk.
pub(super) async fn take(app: &App, note: wire::Loss, sent: Sent<'_>) -> Result<Receipt, Bad> {
    let bad = |ground, fault| Bad::new(ground, &note.survey, fault);
    if note.v != wire::VERSION {
        return Err(bad(Ground::Format, other_version(note.v)));
    }
    let id: Result<AnswerId, _> = note.lost.parse();
    let id = id.map_err(|problem| bad(Ground::Invalid, Fault::Invalid(format!("lost: {problem}"))))?;
    let published = app.surveys.newest(&note.survey);
    let published = published.ok_or_else(|| bad(Ground::Unknown, unknown_survey(&note.survey)))?;
    check_origin(sent.origin, &published)?;
    app.limits.survey(&note.survey)?;
    let loss = Loss {
        id,
        survey: note.survey,
        reason: reason(&note.reason),
        at_ms: plausible_at_ms(note.at_ms, sent.at_ms),
        received_ms: sent.at_ms,
    };
    // Whether it is new or came before makes no difference to the sender.
    app.store.lose(loss).await?;
    Ok(Receipt { id: id.to_string(), snapshot: 0 })
}

/// The reasons that the prompt knows. Anybody can send a note, so anything else is counted under one name: the owner
/// reads these, and they must stay few.
fn reason(given: &str) -> String {
    let status = given.strip_prefix("refused ").and_then(|status| status.parse::<u16>().ok());
    match status {
        Some(status @ 400..=499) => format!("refused {status}"),
        _ if given == "expired" => given.to_owned(),
        _ => "other".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_reasons_have_a_name_of_their_own() {
        for (given, kept) in [
            ("refused 413", "refused 413"),
            ("refused 0413", "refused 413"),
            ("expired", "expired"),
            ("refused 200", "other"),
            ("refused x", "other"),
            ("<b>", "other"),
            ("", "other"),
        ] {
            assert_eq!(reason(given), kept, "{given}");
        }
    }
}
