//! What this browser keeps: snapshots until a receiver has them, and the marks that the clocks are read from. Both are
//! written in one transaction, so that "answered" and the answer are kept together or not at all.

use std::cell::RefCell;
use std::rc::Rc;

use suara_survey::lean::{digits, split};
use suara_survey::{Fate, Mark, Parcel};

use crate::idb::{Database, Step};
use crate::json;

const OUTBOX: &str = "outbox";
const MARKS: &str = "marks";
/// Refused for good; counted as lost.
const DEAD: &str = "dead";

/// Where answers go.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Any URL.
    pub url: String,
    /// True if it writes receipts; false if any 2xx counts.
    pub receipt: bool,
}

/// The outbox: in IndexedDB, or in memory where the browser keeps nothing.
#[derive(Clone, Debug)]
pub struct Outbox {
    database: Option<Database>,
    memory: Rc<RefCell<Vec<Parcel>>>,
    /// Ids of what was refused for good since this was opened.
    lost: Rc<RefCell<String>>,
}

impl Outbox {
    /// Opens the outbox of this origin.
    pub async fn open() -> Self {
        let database = Database::open("suara", &[OUTBOX, MARKS, DEAD]).await.ok();
        Self { database, memory: Rc::default(), lost: Rc::default() }
    }

    /// The marks of all surveys; none where the browser keeps nothing.
    pub async fn marks(&self) -> Vec<Mark> {
        let Some(database) = &self.database else { return Vec::new() };
        let marks = database.all(MARKS).await.unwrap_or_default();
        marks.iter().filter_map(|text| read_mark(text)).collect()
    }

    /// All that waits.
    pub async fn waiting(&self) -> Vec<Parcel> {
        let kept = match &self.database {
            Some(database) => database.all(OUTBOX).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let mut waiting: Vec<Parcel> =
            kept.iter().filter_map(|text| Parcel::read(&json::parse(text)?)).collect();
        waiting.extend(self.memory.borrow().iter().cloned());
        waiting
    }

    /// Keeps a snapshot in place of the one before, together with the survey's mark, which `mend` makes of what stands
    /// there now: another tab may have marked it meanwhile. True if it will outlast this page; false if it is held in
    /// memory only.
    pub async fn keep(&self, parcel: &Parcel, survey: &str, mend: &dyn Fn(Option<Mark>) -> Mark) -> bool {
        if let Some(database) = &self.database {
            let value = parcel.to_json();
            let before = key_of(&parcel.id, parcel.snapshot.saturating_sub(1));
            let key = key_of(&parcel.id, parcel.snapshot);
            let steps = [
                Step { store: OUTBOX, key: &key, value: Some(&value) },
                Step { store: OUTBOX, key: &before, value: None },
            ];
            let mark = |found: Option<String>| Some(mend(found.and_then(|text| read_mark(&text))).to_json());
            if database.commit(&steps, (MARKS, survey), &mark).await.is_ok() {
                return true;
            }
        }
        let mut memory = self.memory.borrow_mut();
        memory.retain(|other| other.id != parcel.id);
        memory.push(parcel.clone());
        false
    }

    /// Whether a receiver refused this answer for good since this was opened. Others may have died in the same round.
    pub fn has_lost(&self, id: &str) -> bool {
        split(&self.lost.borrow(), id).is_some()
    }

    /// Does with a parcel what its fate is; a note of its loss takes its place. Nothing, if a later snapshot took its
    /// place while it was on its way.
    pub async fn settle(&self, parcel: &Parcel, fate: Fate, note: Option<Parcel>) {
        let in_memory = self.settle_in_memory(parcel, fate);
        let settled = match &self.database {
            Some(database) => {
                let value = parcel.to_json();
                let (note_key, note) = (key_of(&parcel.id, 0), note.map(|note| note.to_json()));
                let key = key_of(&parcel.id, parcel.snapshot);
                let kept = (fate == Fate::Keep && !in_memory).then_some(value.as_str());
                let note_store = if note.is_some() { OUTBOX } else { DEAD };
                let steps = [
                    Step { store: OUTBOX, key: &key, value: kept },
                    Step { store: DEAD, key: &key, value: (fate == Fate::Dead).then_some(&value) },
                    Step { store: note_store, key: &note_key, value: note.as_deref() },
                ];
                // What could not be written stays as it was: it is sent again, and the receiver knows it by its id.
                let held = |found: Option<String>| (in_memory || found.is_some()).then(String::new);
                database.commit(&steps, (OUTBOX, &key), &held).await.unwrap_or_default()
            }
            None => {
                self.memory.borrow_mut().extend(note.filter(|_| in_memory));
                false
            }
        };
        if fate == Fate::Dead && (in_memory || settled) {
            self.lost.borrow_mut().push_str(&parcel.id);
        }
    }

    /// True if the parcel was in memory.
    fn settle_in_memory(&self, parcel: &Parcel, fate: Fate) -> bool {
        let mut memory = self.memory.borrow_mut();
        let place = memory.iter().position(|held| held.id == parcel.id && held.snapshot == parcel.snapshot);
        match place {
            Some(place) if fate == Fate::Keep => memory[place] = parcel.clone(),
            Some(place) => drop(memory.remove(place)),
            None => (),
        }
        place.is_some()
    }
}

fn read_mark(text: &str) -> Option<Mark> {
    Mark::read(&json::parse(text)?)
}

/// The snapshot's number is part of the key, so that a receipt for an older snapshot never removes a newer one.
fn key_of(id: &str, snapshot: u32) -> String {
    [id, "/", &digits(snapshot.into())].concat()
}
