//! Survey definitions as text: parsed by serde_json, read by the same code as in the browser.

use serde_json::Value;
use suara_survey::Survey;

/// Reads a survey in the wire format; what is wrong with it is said in one sentence, with its path.
pub(crate) fn read(json: &str) -> Result<Survey, String> {
    let value: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    Survey::read(&&value).map_err(|refusal| refusal.to_string())
}
