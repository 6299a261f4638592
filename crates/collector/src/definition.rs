//! Survey definitions as text: parsed by serde_json, read by the same code as in the browser.

use serde_json::Value;
use suara_survey::{Survey, check_definition};

/// Reads a survey in the wire format; what is wrong with it is said in one sentence, with its path.
pub(crate) fn read(json: &str) -> Result<Survey, String> {
    let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    Survey::read(&&value).map_err(|refusal| refusal.to_string())
}

/// The same, with everything that its owner may have got wrong though it can be asked.
pub(crate) fn check(json: &str) -> Result<Survey, String> {
    let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    check_definition(&&value).map_err(|flaw| flaw.to_string())
}

/// How many complete answers a survey wants at the most. Only the collector can tell, so only it reads this.
pub(crate) fn max_answers(json: &str) -> Option<u64> {
    serde_json::from_str::<Value>(json).ok()?.get("max_answers")?.as_u64()
}

/// A draft as it is kept: checked, and with the survey's id and the version that it will be, whatever it says itself of
/// the version. An id of its own must be the survey's.
pub(crate) fn draft(json: &str, id: &str, version: u32) -> Result<String, String> {
    let mut value: Value =
        serde_json::from_str(json).map_err(|error| format!("the survey is not JSON: {error}"))?;
    let given = value.get("id").cloned();
    let Some(members) = value.as_object_mut() else {
        return Err("the survey is not a JSON object; see docs/configure.md".to_owned());
    };
    if let Some(given) = given.filter(|given| given != id) {
        return Err(format!("id: is {given}, but the draft is kept under \"{id}\"; leave it out"));
    }
    members.insert("id".to_owned(), id.into());
    members.insert("version".to_owned(), version.into());
    let json = value.to_string();
    check(&json).map(|_| json)
}

/// The same definition under another id.
pub(crate) fn named(json: &str, id: &str) -> Result<String, String> {
    let mut value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    if let Some(members) = value.as_object_mut() {
        members.insert("id".to_owned(), id.into());
    }
    Ok(value.to_string())
}
