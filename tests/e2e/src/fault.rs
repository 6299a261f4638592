//! What can go wrong between a browser and a receiver, as data. [`crate::Proxy`] makes it happen to answers on their way.

/// One way in which a posted answer is treated.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing listens.
    Refused,
    /// The connection is reset as soon as it stands.
    ResetAtOnce,
    /// Whatever is asked is treated by another fault, but for notes of a loss, which pass.
    AnswersOnly(Box<Fault>),
    /// The request is read, then something else happens.
    Posted {
        /// Whether the collector got it all the same.
        passed_on: bool,
        /// What comes back.
        answer: Answer,
    },
}

/// What comes back instead of the collector's answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The collector's own, whole.
    Own,
    /// A reset.
    Reset,
    /// Silence, until the browser gives up.
    Silence,
    /// The collector's own, cut in the middle of its body.
    Half,
    /// The collector's own, one byte at a time, with this pause.
    Slow {
        /// Milliseconds between two bytes.
        pause_ms: u64,
    },
    /// The collector's own without the headers that let a page read it.
    Hidden,
    /// Anything else, byte by byte as it stands here.
    Bytes(Vec<u8>),
}

impl Fault {
    /// The collector got the answer, but the browser does not hear of it.
    pub fn after_commit(answer: Answer) -> Self {
        Self::Posted { passed_on: true, answer }
    }

    /// The collector never got it.
    pub fn before_commit(answer: Answer) -> Self {
        Self::Posted { passed_on: false, answer }
    }

    /// A status with headers and a body, readable by any page; the collector never got the answer.
    pub fn status(status: u16, headers: &str, body: &str) -> Self {
        let readable = "access-control-allow-origin: *\r\naccess-control-expose-headers: retry-after\r\n";
        Self::before_commit(Answer::response(status, &format!("{readable}{headers}"), body))
    }
}

impl Answer {
    /// A response as it travels; every line of `headers` ends with CR LF.
    pub fn response(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
        Self::Bytes([head.as_bytes(), body.as_bytes()].concat())
    }
}
