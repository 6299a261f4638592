//! Brings what waits in the outbox home, one tab at a time, and nothing twice: the receiver knows each snapshot by its
//! id and number, and only a receipt that names them lets it go.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Promise, Reflect};
use suara_survey::wire::{Receipt, Snapshot};
use suara_survey::{Clock, Fate, Mark, Parcel, Reply};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCredentials, RequestInit};

use crate::clock::{chance, now_ms, promise, sleep_ms, spawn};
use crate::json;
use crate::outbox::{Destination, Outbox};
use crate::prompt::{Sent, Step, Tell};

/// After a choice, the pause that tells a decision from arrow keys on their way.
const SETTLE_MS: i64 = 1500;
/// A receiver that is silent for longer counts as down; the answer is kept and tried again.
const PATIENCE_MS: i64 = 10_000;
/// The shortest pause between rounds, also where the browser no longer lets us write down when the next is due.
const PAUSE_MS: i64 = 500;

thread_local! {
    static RETRYING: Cell<bool> = const { Cell::new(false) };
}

/// Takes the snapshots of one asking to its destination.
#[derive(Debug)]
pub struct Courier {
    outbox: Outbox,
    destination: Destination,
    mark: RefCell<Mark>,
    /// How long "Maybe later" is.
    later_ms: i64,
    /// Counts steps, so that only the last choice of a run is posted.
    steps: Cell<u32>,
}

impl Courier {
    pub(crate) fn new(outbox: Outbox, destination: Destination, mark: Mark, later_ms: i64) -> Self {
        Self { outbox, destination, mark: RefCell::new(mark), later_ms, steps: Cell::new(0) }
    }

    /// Keeps the snapshot of a step, posts it when its time has come, and tells the prompt how far it is.
    pub(crate) async fn take(self: Rc<Self>, step: Step, snapshot: Snapshot, tell: Tell) {
        if step == Step::Hidden && snapshot.answers.is_empty() {
            return;
        }
        let turn = self.steps.get() + 1;
        self.steps.set(turn);
        let kept = self.keep(&snapshot, step).await;
        match step {
            Step::Chosen => {
                sleep_ms(SETTLE_MS).await;
                if self.steps.get() != turn {
                    return;
                }
            }
            Step::Sent => tell(if kept { Sent::Kept } else { Sent::Sending }),
            _ => (),
        }
        send_due(&self.outbox).await;
        if step == Step::Sent {
            // Not the note that it is lost, which has the same id.
            let is_this = |parcel: &Parcel| parcel.id == snapshot.id && parcel.snapshot > 0;
            let waits = self.outbox.waiting().await.iter().any(is_this);
            tell(match (waits, kept) {
                (false, _) if self.outbox.has_lost(&snapshot.id) => Sent::Lost,
                (false, _) => Sent::Delivered,
                (true, true) => Sent::Saved,
                (true, false) => Sent::Unsaved,
            });
        }
    }

    async fn keep(&self, snapshot: &Snapshot, step: Step) -> bool {
        let now_ms = snapshot.at_ms;
        let mend = |kept: Option<Mark>| {
            let mut mark = self.mark.borrow_mut();
            if let Some(kept) = kept {
                // The clocks are everyone's, the waits those of the survey as this tab asks it.
                *mark = Mark { own: mark.own, others: mark.others, max_times: mark.max_times, ..kept };
            }
            if step == Step::Shown {
                mark.show(now_ms);
            }
            match step {
                _ if !snapshot.answers.is_empty() => mark.set(Clock::Answered, now_ms),
                Step::Left => mark.set(Clock::Dismissed, now_ms),
                _ => (),
            }
            if step == Step::Later {
                mark.set(Clock::Later, now_ms + self.later_ms);
            }
            mark.clone()
        };
        let survey = self.mark.borrow().survey.clone();
        let Destination { url, receipt } = self.destination.clone();
        self.outbox.keep(&Parcel::new(snapshot, url, receipt), &survey, &mend).await
    }
}

/// Delivers what is waiting, now and for as long as this page stays.
pub async fn deliver() {
    send_due(&Outbox::open().await).await;
}

/// One round, and later ones in the background while anything waits.
async fn send_due(outbox: &Outbox) {
    let mut next_ms = round_alone(outbox).await;
    if next_ms.is_none() || RETRYING.replace(true) {
        return;
    }
    let outbox = outbox.clone();
    spawn(async move {
        while let Some(at_ms) = next_ms {
            sleep_ms((at_ms - now_ms()).max(PAUSE_MS)).await;
            next_ms = round_alone(&outbox).await;
        }
        RETRYING.set(false);
    });
}

#[wasm_bindgen]
extern "C" {
    type LockManager;
    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, work: &JsValue) -> Result<Promise, JsValue>;
}

/// A round under a Web Lock, so that two tabs do not post the same; says when the next is due. Where locks are
/// refused, a round without: the receiver sorts it out.
async fn round_alone(outbox: &Outbox) -> Option<i64> {
    let work: Closure<dyn FnMut() -> Promise> = Closure::new({
        let outbox = outbox.clone();
        move || promise(round(outbox.clone()))
    });
    let locked = match lock(work.as_ref()) {
        Some(promise) => JsFuture::from(promise).await.ok(),
        None => None,
    };
    let next_ms = match locked {
        Some(next_ms) => next_ms,
        None => JsFuture::from(promise(round(outbox.clone()))).await.ok()?,
    };
    next_ms.as_f64().map(|next_ms| next_ms as i64)
}

fn lock(work: &JsValue) -> Option<Promise> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(|locks| !locks.is_undefined())?;
    locks.unchecked_into::<LockManager>().request("suara", work).ok()
}

/// Posts all that is due; says when the next try of what is left is due, if anything is.
async fn round(outbox: Outbox) -> Result<JsValue, JsValue> {
    let mut next_ms = None;
    for mut parcel in outbox.waiting().await {
        if parcel.not_before_ms <= now_ms() {
            let reply = exchange(&parcel).await.unwrap_or_default();
            let fate = parcel.after(&reply, now_ms(), chance());
            let note = if fate == Fate::Dead { parcel.note(&reply, now_ms()) } else { None };
            let has_note = note.is_some();
            outbox.settle(&parcel, fate, note).await;
            if has_note {
                // What is left is the note, and it is due.
                parcel.not_before_ms = 0;
            } else if fate != Fate::Keep {
                continue;
            }
        }
        next_ms = Some(next_ms.map_or(parcel.not_before_ms, |at: i64| at.min(parcel.not_before_ms)));
    }
    Ok(next_ms.map_or(JsValue::UNDEFINED, |next_ms| (next_ms as f64).into()))
}

#[wasm_bindgen]
extern "C" {
    // Caught, because a page may have put a `fetch` of its own in place, and that one may throw.
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
    type Answer;
    #[wasm_bindgen(method, catch)]
    fn text(this: &Answer) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Answer, name: &str) -> Result<JsValue, JsValue>;
}

/// Posts one parcel. No answer, half an answer and a late one are all none.
async fn exchange(parcel: &Parcel) -> Option<Reply> {
    let init = RequestInit::new();
    init.set_method("POST");
    // A string goes as text/plain, which needs no preflight.
    init.set_body(&parcel.body.as_str().into());
    init.set_credentials(RequestCredentials::Omit);
    // Goes on when the page is left; a browser that does not know it ignores it.
    Reflect::set(&init, &"keepalive".into(), &true.into()).ok();
    if let Ok(patience) = AbortController::new() {
        init.set_signal(Some(&patience.signal()));
        spawn(async move {
            sleep_ms(PATIENCE_MS).await;
            patience.abort();
        });
    }
    // Unchecked, because a `fetch` of the page's own may give what only looks like a response.
    let response: Answer = JsFuture::from(fetch(&parcel.url, &init).ok()?).await.ok()?.unchecked_into();
    let status = Reflect::get(&response, &"status".into()).ok()?.as_f64()? as u16;
    let headers = Reflect::get(&response, &"headers".into()).ok();
    let wait = headers.and_then(|headers| headers.unchecked_into::<Answer>().get("retry-after").ok());
    let retry_after_ms = wait.and_then(|wait| retry_after_ms(&wait.as_string()?));
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    let receipt = json::parse(&body).and_then(|json| Receipt::read(&json));
    Some(Reply { status, receipt, retry_after_ms })
}

/// Seconds or a date (RFC 9110, section 10.2.3).
fn retry_after_ms(value: &str) -> Option<i64> {
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(i64::from(seconds) * 1000);
    }
    let at_ms = js_sys::Date::parse(value);
    (!at_ms.is_nan()).then(|| at_ms as i64 - now_ms())
}
