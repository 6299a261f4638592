//! One request, whose digits are written over in place.

use suara_survey::AnswerId;

/// The time in every id, in milliseconds since 1970; what differs is the number behind it.
const TIME_MS: i64 = 1_700_000_000_000;

const BODY: &str = r#"{"v":1,"id":"00000000-0000-7000-8000-000000000000","snapshot":0001,"survey":"nps","version":1,"stage":"complete","at_ms":1700000000000,"locale":"en","page":"https://shop.example/cart","answers":[{"question":"score","text":"How likely are you to recommend us to a friend or colleague?","score":05},{"question":"reason","text":"What is the main reason for your score?","comment":"Quick delivery, and somebody answered the phone."}]}"#;

/// The id of the answer with this number.
pub fn id(number: u64) -> AnswerId {
    let mut random = [0; 10];
    random[3..].copy_from_slice(&number.to_be_bytes()[1..]);
    AnswerId::from_parts(TIME_MS, random)
}

/// An ordinary answer, some 450 bytes of JSON, as a browser would post it.
#[derive(Clone, Debug)]
pub struct Post {
    bytes: Vec<u8>,
    id_at: usize,
    snapshot_at: usize,
    score_at: usize,
}

impl Default for Post {
    fn default() -> Self {
        // JSON knows no leading zeros, so blanks stand where digits may be missing.
        let body = BODY.replace("0001", "   1").replace("05}", " 5}");
        let head = format!(
            "POST /n/1/a HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: text/plain;charset=UTF-8\r\n\
             origin: https://shop.example\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let text = head + &body;
        let behind = |mark: &str| text.find(mark).unwrap() + mark.len();
        let (id_at, snapshot_at, score_at) =
            (behind("\"id\":\""), behind("\"snapshot\":"), behind("\"score\":"));
        Self { bytes: text.into_bytes(), id_at, snapshot_at, score_at }
    }
}

impl Post {
    /// The request for snapshot `snapshot` of an answer. The score goes with both, so that each has bytes of its own.
    pub fn of(&mut self, number: u64, snapshot: u32) -> &[u8] {
        let score = (number + u64::from(snapshot)) % 11;
        self.scored(number, snapshot, score as u8)
    }

    /// The same with a chosen score.
    pub fn scored(&mut self, number: u64, snapshot: u32, score: u8) -> &[u8] {
        let id = id(number).to_string();
        self.bytes[self.id_at..][..36].copy_from_slice(id.as_bytes());
        self.digits(self.snapshot_at, 4, snapshot);
        self.digits(self.score_at, 2, score.into());
        &self.bytes
    }

    fn digits(&mut self, at: usize, width: usize, mut value: u32) {
        for place in self.bytes[at..at + width].iter_mut().rev() {
            *place = if value == 0 { b' ' } else { b'0' + (value % 10) as u8 };
            value /= 10;
        }
        if self.bytes[at + width - 1] == b' ' {
            self.bytes[at + width - 1] = b'0';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use suara_survey::wire::Snapshot;

    #[test]
    fn what_is_posted_is_the_snapshot_that_was_meant() {
        let mut post = Post::default();
        for (number, snapshot) in [(0, 1), (1, 1000), (u64::MAX >> 12, 30)] {
            let text = String::from_utf8(post.of(number, snapshot).to_vec()).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.ends_with(&format!("content-length: {}", body.len())));
            let read: Snapshot = serde_json::from_str(body).unwrap();
            assert_eq!((read.id, read.snapshot), (id(number).to_string(), snapshot));
            let score = (number + u64::from(snapshot)) % 11;
            assert_eq!(read.answers[0].score.map(u64::from), Some(score));
        }
    }
}
