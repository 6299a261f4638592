//! What the admin view asks of the collector. Every answer is a value or a [`Fault`]; nothing here panics.

use gloo_net::http::{Request, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use suara_insight::{Columns, Day};
use suara_survey::wire;

use crate::route::encoded;
use crate::strings::Strings;

/// Every write carries this header, which a form on another site cannot send.
const WRITE_HEADER: (&str, &str) = ("x-suara", "1");

/// The status of an answer that is known already.
const NOT_MODIFIED: u16 = 304;

/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;

/// Why there is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// The collector said no, and why.
    Refused(String),
    /// No answer at all, or one of something between.
    Unreachable,
    /// An answer that is not what it should be.
    Unreadable,
}

impl Fault {
    /// One sentence that says what went wrong and what to do.
    pub(crate) fn sentence(&self, strings: &'static Strings) -> String {
        match self {
            Self::SignedOut => strings.fault.signed_out.clone(),
            Self::Refused(sentence) => capitalized(sentence),
            Self::Unreachable => strings.fault.unreachable.clone(),
            Self::Unreadable => strings.fault.unreadable.clone(),
        }
    }
}

/// The collector's faults begin in lower case, because a log line puts something before them.
fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Who is signed in.
pub(crate) async fn session() -> Result<wire::Account, Fault> {
    read("/api/1/session").await
}

/// Signs in.
pub(crate) async fn sign_in(credentials: &wire::Credentials) -> Result<(), Fault> {
    write(Request::post("/api/1/session"), credentials).await
}

/// Signs out.
pub(crate) async fn sign_out() -> Result<(), Fault> {
    let (name, value) = WRITE_HEADER;
    let response = Request::delete("/api/1/session").header(name, value).send().await;
    accepted(response).await.map(drop)
}

/// Makes the first account.
pub(crate) async fn set_up(setup: &wire::Setup) -> Result<(), Fault> {
    write(Request::post("/api/1/setup"), setup).await
}

/// All surveys.
pub(crate) async fn surveys() -> Result<Vec<wire::SurveySummary>, Fault> {
    read("/api/1/surveys").await
}

/// All records of a survey, and the collector's mark for this state of them; none if `known` is still their mark.
pub(crate) async fn columns(
    survey: &str,
    known: Option<String>,
) -> Result<Option<(Columns, Option<String>)>, Fault> {
    let request = Request::get(&format!("/api/1/surveys/{}/columns", encoded(survey)));
    let request = match known {
        Some(mark) => request.header("if-none-match", &mark),
        None => request,
    };
    let response = accepted(request.send().await).await?;
    if response.status() == NOT_MODIFIED {
        return Ok(None);
    }
    let mark = response.headers().get("etag");
    let columns: wire::Columns = response.json().await.map_err(|_| Fault::Unreadable)?;
    let columns = Columns::try_from(columns).map_err(|_| Fault::Unreadable)?;
    Ok(Some((columns, mark)))
}

/// The latest comments of a survey, at most `limit`, within `days` if given.
pub(crate) async fn comments(
    survey: &str,
    days: Option<(Day, Day)>,
    limit: usize,
) -> Result<Vec<wire::Comment>, Fault> {
    let mut address = format!("/api/1/surveys/{}/comments?limit={limit}", encoded(survey));
    if let Some((first, last)) = days {
        let (from_ms, to_ms) = (i64::from(first.0) * DAY_MS, (i64::from(last.0) + 1) * DAY_MS);
        address.push_str(&format!("&from_ms={from_ms}&to_ms={to_ms}"));
    }
    Ok(read::<wire::Comments>(&address).await?.comments)
}

/// Where changes of a survey are announced.
pub(crate) fn live_address(survey: &str) -> String {
    format!("/api/1/surveys/{}/live", encoded(survey))
}

async fn read<T: DeserializeOwned>(address: &str) -> Result<T, Fault> {
    let response = accepted(Request::get(address).send().await).await?;
    response.json().await.map_err(|_| Fault::Unreadable)
}

async fn write(request: RequestBuilder, body: &impl Serialize) -> Result<(), Fault> {
    let (name, value) = WRITE_HEADER;
    let request = request.header(name, value).json(body).map_err(|_| Fault::Unreadable)?;
    accepted(request.send().await).await.map(drop)
}

async fn accepted(response: Result<Response, gloo_net::Error>) -> Result<Response, Fault> {
    let response = response.map_err(|_| Fault::Unreachable)?;
    match response.status() {
        200..=299 | NOT_MODIFIED => Ok(response),
        401 => Err(Fault::SignedOut),
        // A proxy's page is not a sentence of ours, so it counts as no answer.
        _ => Err(response
            .json::<wire::Fault>()
            .await
            .map_or(Fault::Unreachable, |fault| Fault::Refused(fault.error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn a_refusal_is_shown_as_a_sentence() {
        let strings = Language::English.strings();
        let shown = |sentence: &str| Fault::Refused(sentence.to_owned()).sentence(strings);
        assert_eq!(shown("the link is old; restart"), "The link is old; restart");
        assert_eq!(shown(""), "");
    }
}
