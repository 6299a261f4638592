//! Which replies let an answer leave the outbox, and when the others are tried again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use suara_survey::wire::{Loss, Receipt};
use suara_survey::{Clock, DAY_MS, Fate, Mark, Parcel, Reply, Waits};

const NOW_MS: i64 = 1_700_000_000_000;

fn parcel() -> Parcel {
    Parcel {
        id: "018bcfe5-6800-7707-8707-070707070707".into(),
        snapshot: 2,
        url: String::new(),
        body: String::new(),
        receipt: true,
        since_ms: NOW_MS,
        tries: 0,
        not_before_ms: 0,
    }
}

fn reply(status: u16, receipt: Option<(&str, u32)>) -> Reply {
    let receipt = receipt.map(|(id, snapshot)| Receipt { id: id.into(), snapshot });
    Reply { status, receipt, retry_after_ms: None }
}

fn fate(status: u16) -> Fate {
    parcel().after(&reply(status, None), NOW_MS, 0.5)
}

#[test]
fn a_receipt_that_names_the_answer_delivers_it() {
    let id = parcel().id;
    assert_eq!(parcel().after(&reply(200, Some((&id, 2))), NOW_MS, 0.5), Fate::Delivered);
    assert_eq!(parcel().after(&reply(200, Some((&id, 3))), NOW_MS, 0.5), Fate::Delivered);
}

#[test]
fn a_success_of_somebody_else_is_not_believed() {
    let id = parcel().id;
    assert_eq!(fate(200), Fate::Keep, "a captive portal says 200 too");
    assert_eq!(parcel().after(&reply(200, Some(("another", 2))), NOW_MS, 0.5), Fate::Keep);
    assert_eq!(parcel().after(&reply(200, Some((&id, 1))), NOW_MS, 0.5), Fate::Keep, "an older snapshot");
    assert_eq!(
        parcel().after(&reply(503, Some((&id, 2))), NOW_MS, 0.5),
        Fate::Keep,
        "a receipt on a failure"
    );
}

#[test]
fn any_success_counts_where_no_receipts_are_written() {
    let mut parcel = Parcel { receipt: false, ..parcel() };
    assert_eq!(parcel.after(&reply(204, None), NOW_MS, 0.5), Fate::Delivered);
}

#[test]
fn what_may_pass_is_tried_again_and_what_will_not_is_dead() {
    for status in [0, 408, 425, 429, 500, 502, 503, 504, 302, 401, 403, 404, 410] {
        assert_eq!(fate(status), Fate::Keep, "{status}");
    }
    for status in [400, 413, 422] {
        assert_eq!(fate(status), Fate::Dead, "{status}");
    }
}

#[test]
fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
    let mut parcel = parcel();
    let waits: Vec<i64> = (0..12)
        .map(|_| {
            parcel.after(&reply(0, None), NOW_MS, 1.0);
            (parcel.not_before_ms - NOW_MS) / 1000
        })
        .collect();
    assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
}

#[test]
fn the_receiver_is_left_alone_as_long_as_it_asks_but_a_day_at_the_most() {
    for (asked_ms, at_least_ms) in [(60_000, 60_000), (10 * DAY_MS, DAY_MS)] {
        let mut parcel = parcel();
        let reply = Reply { status: 503, receipt: None, retry_after_ms: Some(asked_ms) };
        assert_eq!(parcel.after(&reply, NOW_MS, 0.0), Fate::Keep);
        assert_eq!(parcel.not_before_ms, NOW_MS + at_least_ms);
    }
}

#[test]
fn after_thirty_days_it_is_given_up() {
    assert_eq!(parcel().after(&reply(0, None), NOW_MS + 30 * DAY_MS + 1, 0.5), Fate::Dead);
}

fn dead(status: u16, now_ms: i64) -> (Parcel, Option<Parcel>) {
    let body = r#"{"v":1,"id":"018bcfe5-6800-7707-8707-070707070707","snapshot":2,"survey":"nps","page":"\"survey\":\"x\""}"#;
    let mut parcel =
        Parcel { body: body.into(), url: "https://a.example/n/1/a".into(), tries: 4, ..parcel() };
    let reply = reply(status, None);
    assert_eq!(parcel.after(&reply, now_ms, 0.5), Fate::Dead);
    let note = parcel.note(&reply, now_ms);
    (parcel, note)
}

#[test]
fn a_note_takes_the_place_of_what_is_given_up() {
    let (parcel, note) = dead(413, NOW_MS + 5);
    let note = note.unwrap();
    let golden = include_str!("golden/loss.json").trim_end();
    let loss: Loss = serde_json::from_str(golden).unwrap();
    assert_eq!(serde_json::to_string_pretty(&loss).unwrap(), golden);
    assert_eq!(
        (note.body.as_str(), note.body.clone()),
        (serde_json::to_string(&loss).unwrap().as_str(), loss.to_json())
    );
    assert_eq!((&note.id, note.snapshot, &note.url, note.receipt), (&parcel.id, 0, &parcel.url, true));
    assert_eq!((note.tries, note.since_ms, note.not_before_ms), (0, NOW_MS + 5, NOW_MS + 5));
}

#[test]
fn a_note_says_why_it_was_given_up() {
    let reason = |status, now_ms| {
        let note: Loss = serde_json::from_str(&dead(status, now_ms).1.unwrap().body).unwrap();
        note.reason
    };
    assert_eq!(reason(422, NOW_MS), "refused 422");
    assert_eq!(reason(422, NOW_MS + 31 * DAY_MS), "refused 422");
    for status in [0, 200, 404, 410, 429, 503] {
        assert_eq!(reason(status, NOW_MS + 31 * DAY_MS), "expired", "{status}");
    }
}

#[test]
fn a_note_is_delivered_like_an_answer_and_dropped_when_it_is_refused() {
    let note = dead(413, NOW_MS).1.unwrap();
    let id = note.id.clone();
    assert_eq!(note.clone().after(&reply(200, Some((&id, 0))), NOW_MS, 0.5), Fate::Delivered);
    assert_eq!(note.clone().after(&reply(503, None), NOW_MS, 0.5), Fate::Keep);
    let refusal = reply(422, None);
    assert_eq!(note.clone().after(&refusal, NOW_MS, 0.5), Fate::Dead);
    assert_eq!(note.note(&refusal, NOW_MS), None);
}

#[test]
fn silence_that_is_lost_leaves_no_note() {
    let of = |stage: &str| Parcel {
        body: format!(r#"{{"survey":"nps","version":1,"stage":"{stage}"}}"#),
        ..parcel()
    };
    let noted = ["shown", "dismissed", "partial", "complete"]
        .map(|stage| of(stage).note(&reply(422, None), 0).is_some());
    assert_eq!(noted, [false, false, true, true]);
    let body = r#"{"survey":"nps","stage":"partial","answers":[{"comment":"\"stage\":\"shown\""}]}"#;
    assert!(Parcel { body: body.into(), ..parcel() }.note(&reply(422, None), 0).is_some());
}

#[test]
fn marks_of_before_are_still_read() {
    let old = serde_json::json!({
        "survey": "nps", "seen": 5, "dismissed": 0, "answered": 7,
        "own": { "seen": 1, "dismissed": 2, "answered": 3 }, "others": { "seen": 4, "dismissed": 5, "answered": 6 },
    });
    let mark = Mark::read(&&old).unwrap();
    assert_eq!((mark.seen, mark.answered, mark.later, mark.times, mark.max_times), (5, 7, 0, 0, 0));
}

#[test]
fn each_showing_counts_and_ends_maybe_later() {
    let mut mark = Mark::never("nps", Waits::OWN, Waits::OTHERS);
    mark.show(NOW_MS);
    mark.set(Clock::Later, NOW_MS + DAY_MS);
    assert_eq!((mark.times, mark.later), (1, NOW_MS + DAY_MS));
    mark.show(NOW_MS + DAY_MS);
    assert_eq!((mark.times, mark.later, mark.seen), (2, 0, NOW_MS + DAY_MS));
}

#[test]
fn parcels_and_marks_survive_being_kept() {
    let parcel = Parcel { tries: 3, not_before_ms: NOW_MS + 1, body: "{\"quoted\"}".into(), ..parcel() };
    let kept = serde_json::from_str::<serde_json::Value>(&parcel.to_json()).unwrap();
    assert_eq!(Parcel::read(&&kept), Some(parcel));
    let mark = Mark {
        answered: NOW_MS,
        later: NOW_MS + 1,
        times: 2,
        max_times: 3,
        ..Mark::never("nps", Waits::OWN, Waits::OTHERS)
    };
    let kept = serde_json::from_str::<serde_json::Value>(&mark.to_json()).unwrap();
    assert_eq!(Mark::read(&&kept), Some(mark));
}

#[test]
fn something_else_in_their_place_is_not_read() {
    for json in ["null", "1", "{}", "[]", "{\"id\":1,\"snapshot\":1}", "{\"id\":\"a\",\"snapshot\":-1}"] {
        let value = serde_json::from_str(json).unwrap();
        assert_eq!(Parcel::read(&&value), None, "{json}");
        assert_eq!(Receipt::read(&&value), None, "{json}");
        assert_eq!(Mark::read(&&value), None, "{json}");
    }
}
