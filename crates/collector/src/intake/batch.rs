//! Several snapshots in one body, a line each: what a full outbox, or a server that passes answers on, sends at once. Each
//! line is taken or refused by itself, and counts as if it had come alone.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use serde::de::IgnoredAny;
use suara_survey::wire::{Ground, Outcome};

use super::accept::{Bad, Sent, accept, refuse};
use super::refusal;
use crate::app::App;
use crate::fault::Fault;

/// Lines in one body: more than an outbox ever holds, and few enough to be committed as one group.
const LINES_MAX: usize = 100;

/// The lines of a body that has several of which the first is an object: a snapshot written over several lines begins
/// with less.
pub(super) fn lines(body: &[u8]) -> Option<Vec<&[u8]>> {
    if !body.contains(&b'\n') {
        return None;
    }
    let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
    let is_object = |line: &[u8]| serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(line).is_ok();
    (lines.len() > 1 && is_object(lines[0])).then_some(lines)
}

/// What became of each line, in their order. The lines go to the writer together and share one commit.
pub(super) async fn take(app: &App, sent: Sent<'_>, (client, lines): (IpAddr, Vec<&[u8]>)) -> Response {
    if lines.len() > LINES_MAX {
        let given = lines.len();
        let fault = Fault::Invalid(format!(
            "the body has {given} lines, but at most {LINES_MAX} are taken at once; send the rest by themselves"
        ));
        return refusal(refuse(app, sent, Bad::new(Ground::Invalid, "", fault)).await);
    }
    let outcomes = lines.iter().enumerate().map(async |(index, body)| {
        // The request itself was the first.
        let counted = if index == 0 { Ok(()) } else { app.limits.one_more(client) };
        let outcome = match counted {
            Ok(()) => accept(app, Sent { body, ..sent }).await.map_err(|bad| bad.fault),
            Err(fault) => Err(fault),
        };
        outcome.map_or_else(|fault| Outcome::Refused(fault.of_line()), Outcome::Kept)
    });
    ([(header::CACHE_CONTROL, "no-store")], Json(join_all(outcomes).await)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_body_of_several_objects_is_a_batch() {
        for (body, count) in [
            ("", None),
            ("{}", None),
            ("{}\n", None),
            ("{\n}\n", None),
            ("{\n{}", None),
            ("[1]\n[2]", None),
            ("{}\n{}", Some(2)),
            ("{}\r\n\r\n{\"a\":1}\r\nx\n", Some(3)),
        ] {
            assert_eq!(lines(body.as_bytes()).map(|lines| lines.len()), count, "{body:?}");
        }
    }
}
