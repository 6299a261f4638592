//! What the page's own scripts may know: an event on `document` for each step. Never a comment or an address.

use std::cell::Cell;

use suara_survey::lean::digits;
use suara_survey::wire::Snapshot;
use web_sys::{CustomEvent, CustomEventInit};

use crate::dom::document;
use crate::json;
use crate::prompt::Step;

/// The news of one asking.
#[derive(Debug, Default)]
pub(crate) struct News {
    score: Cell<Option<u8>>,
}

impl News {
    /// Spreads the news of a step.
    pub(crate) fn spread(&self, step: Step, snapshot: &Snapshot) {
        let score = snapshot.answers.iter().find_map(|given| given.score.or(given.rating));
        let before = self.score.replace(score);
        let name = match step {
            Step::Shown => "shown",
            Step::Chosen if before != score => "scored",
            Step::Chosen => return,
            Step::Sent => "sent",
            Step::Left => "dismissed",
            Step::Later => "later",
            Step::Hidden => "hidden",
        };
        tell(name, snapshot, score);
        if step == Step::Shown && score.is_some() {
            tell("scored", snapshot, score);
        }
    }
}

fn tell(name: &str, snapshot: &Snapshot, score: Option<u8>) -> Option<()> {
    // Both are names without anything to escape.
    let ids = ["{\"survey\":\"", &snapshot.survey, "\",\"id\":\"", &snapshot.id, "\""].concat();
    let score = score.map_or_else(String::new, |score| [",\"score\":", &digits(score.into())].concat());
    let init = CustomEventInit::new();
    init.set_detail(&json::parse(&[&ids, score.as_str(), "}"].concat())?.0);
    let event = CustomEvent::new_with_event_init_dict(&["suara:", name].concat(), &init).ok()?;
    document()?.dispatch_event(&event).ok()?;
    Some(())
}
