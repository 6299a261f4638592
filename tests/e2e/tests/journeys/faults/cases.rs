//! The faults, as data.

use suara_e2e::{Answer, Fault, Reply, Suite};

/// One hour.
pub(super) const HOUR_MS: i64 = 3_600_000;
/// One day.
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;
const TEN_YEARS_MS: i64 = 3652 * DAY_MS;
/// What our receivers ask for: long beside the time that a case takes.
const ASKED_H: i64 = 6;
const OPEN: &str = "access-control-allow-origin: *\r\n";

/// One fault, and what may be expected of a client that suffers it.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) fault: Fault,
    /// What the prompt says of an answer meanwhile.
    pub(super) said: &'static str,
    /// How much the visitor's clock is off.
    pub(super) skew_ms: i64,
    /// How long the client must leave the receiver alone.
    pub(super) wait_ms: i64,
    /// The receiver's name leads nowhere.
    pub(super) name_gone: bool,
}

fn case(name: &'static str, fault: Fault) -> Case {
    Case { name, fault, said: "saved", skew_ms: 0, wait_ms: 0, name_gone: false }
}

/// All of them; dates are counted from `now_ms`.
pub(super) fn all(now_ms: i64, suite: &Suite) -> Vec<Case> {
    [connections(), successes(suite), refusals(), waits(now_ms), clocks(now_ms)]
        .into_iter()
        .flatten()
        .collect()
}

/// What happens below HTTP.
fn connections() -> Vec<Case> {
    let nowhere = Case { name_gone: true, ..case("name gone", Fault::Refused) };
    vec![
        case("refused", Fault::Refused),
        case("reset at once", Fault::ResetAtOnce),
        case("reset after the request", Fault::before_commit(Answer::Reset)),
        case("reset after commit", Fault::after_commit(Answer::Reset)),
        case("silence", Fault::before_commit(Answer::Silence)),
        case("silence after commit", Fault::after_commit(Answer::Silence)),
        case("half an answer", Fault::after_commit(Answer::Half)),
        // One byte in each second of the page's time.
        case("one byte a second", Fault::after_commit(Answer::Slow { pause_ms: 50 })),
        case("no HTTP", Fault::before_commit(Answer::Bytes(b"SSH-2.0-x\r\n".to_vec()))),
        nowhere,
    ]
}

/// What looks like a success and is none.
fn successes(suite: &Suite) -> Vec<Case> {
    let html = "content-type: text/html\r\n";
    let portal = "<!doctype html><title>Welcome to our hotel</title>";
    let login = Reply {
        headers: vec![("access-control-allow-origin", "*".into())],
        ..Reply::new("text/html", portal)
    };
    let login = suite.host.put("/login", login);
    let other = r#"{"id":"018bcfe5-6800-7707-8707-070707070707","snapshot":9}"#;
    let committed = |name, headers: &str, body: &str| {
        case(name, Fault::after_commit(Answer::response(200, &format!("{OPEN}{headers}"), body)))
    };
    let longer = format!("HTTP/1.1 200 OK\r\n{OPEN}content-length: 999\r\nconnection: close\r\n\r\n{{}}");
    vec![
        case("200 with a portal's page", Fault::status(200, html, portal)),
        case("200 and nothing", Fault::status(200, "", "")),
        case("204", Fault::status(204, "", "")),
        case("200 with another's receipt", Fault::status(200, "", other)),
        case("302 to a sign-in page", Fault::status(302, &format!("location: {login}\r\n"), "")),
        case("CORS header missing", Fault::after_commit(Answer::Hidden)),
        committed("truncated JSON", "", r#"{"id":"018bc"#),
        committed("gzip that is none", "content-encoding: gzip\r\n", "no gzip"),
        case("longer than it is", Fault::after_commit(Answer::Bytes(longer.into_bytes()))),
    ]
}

/// What is tried again soon, and what is tried again on another day.
fn refusals() -> Vec<Case> {
    let soon =
        [("408", 408), ("425", 425), ("429", 429), ("500", 500), ("502", 502), ("503", 503), ("504", 504)];
    let daily = [("401", 401), ("403", 403), ("404", 404), ("410", 410)];
    let refused = |(name, status)| case(name, Fault::status(status, "", "no"));
    let tomorrow = |pair| Case { wait_ms: DAY_MS, ..refused(pair) };
    soon.into_iter().map(refused).chain(daily.into_iter().map(tomorrow)).collect()
}

/// Receivers that say when.
fn waits(now_ms: i64) -> Vec<Case> {
    let seconds = format!("retry-after: {}\r\n", ASKED_H * 3600);
    let date = format!("retry-after: {}\r\n", http_date(now_ms + ASKED_H * HOUR_MS));
    let hidden = Answer::response(429, &format!("{OPEN}{seconds}"), "");
    let patient = |name, status, headers: &str| Case {
        wait_ms: ASKED_H * HOUR_MS,
        ..case(name, Fault::status(status, headers, ""))
    };
    vec![
        patient("429, Retry-After in seconds", 429, &seconds),
        patient("429, Retry-After by date", 429, &date),
        patient("503, Retry-After in seconds", 503, &seconds),
        case("429, Retry-After hidden by CORS", Fault::before_commit(hidden)),
        case("503, Retry-After that is neither", Fault::status(503, "retry-after: soon\r\n", "")),
    ]
}

/// Visitors whose clocks are wrong.
fn clocks(now_ms: i64) -> Vec<Case> {
    let date = format!("retry-after: {}\r\n", http_date(now_ms + ASKED_H * HOUR_MS));
    let off = |name, skew_ms, fault| Case { skew_ms, ..case(name, fault) };
    vec![
        off("clock ten years ahead", TEN_YEARS_MS, Fault::status(503, "", "")),
        off("clock ten years behind", -TEN_YEARS_MS, Fault::status(503, "", "")),
        // A date that is ten years away for the visitor is believed for a day.
        Case {
            wait_ms: DAY_MS,
            ..off("clock ten years behind, Retry-After by date", -TEN_YEARS_MS, Fault::status(503, &date, ""))
        },
    ]
}

/// As HTTP writes dates.
fn http_date(at_ms: i64) -> String {
    let (days, second) = ((at_ms / 1000).div_euclid(86_400), (at_ms / 1000).rem_euclid(86_400));
    // Civil from days, Howard Hinnant.
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let name = |names: &'static str, index: i64| &names[index as usize * 3..index as usize * 3 + 3];
    let weekday = name("ThuFriSatSunMonTueWed", days.rem_euclid(7));
    let month = name("JanFebMarAprMayJunJulAugSepOctNovDec", month - 1);
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    format!("{weekday}, {day:02} {month} {year} {hours:02}:{minutes:02}:{seconds:02} GMT")
}

#[test]
fn dates_are_written_as_http_wants_them() {
    assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
}
