//! What the outbox keeps until a receiver has it.

use crate::json::Object;

/// One snapshot on its way, as the visitor's browser keeps it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Parcel {
    /// The answer's id.
    pub id: String,
    /// The snapshot's number.
    pub snapshot: u32,
    /// Where it goes.
    pub url: String,
    /// The very bytes that are posted, each time the same.
    pub body: String,
    /// True if the receiver writes receipts; false if any 2xx counts.
    pub receipt: bool,
    /// When it was first kept, in milliseconds since 1970.
    pub since_ms: i64,
    /// How often it was tried.
    pub tries: u32,
    /// Not to be tried again before this, in milliseconds since 1970.
    pub not_before_ms: i64,
}

impl Parcel {
    /// The parcel as JSON.
    pub fn to_json(&self) -> String {
        Object::new()
            .text("id", &self.id)
            .whole("snapshot", self.snapshot.into())
            .text("url", &self.url)
            .text("body", &self.body)
            .raw("receipt", if self.receipt { "true" } else { "false" })
            .whole("since_ms", self.since_ms)
            .whole("tries", self.tries.into())
            .whole("not_before_ms", self.not_before_ms)
            .end()
    }
}
