//! Given and held: what is missing, doubled or changed.

use std::collections::HashMap;

use serde_json::{Value, json};
use suara_e2e::Passage;

/// An answer that a visitor gave.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) score: usize,
    pub(super) comment: String,
}

impl Given {
    /// Several, told apart by their comments.
    pub(super) fn some(name: &str, count: usize) -> Vec<Self> {
        (0..count).map(|number| Self { score: number % 11, comment: format!("{name} #{number}") }).collect()
    }
}

/// One sentence for each answer that is not in exactly one complete row with its own score.
pub(super) fn wrong(given: &[Given], rows: &[Value]) -> Vec<String> {
    let fault = |answer: &Given| {
        let rows: Vec<_> = rows.iter().filter(|row| row["comment"] == answer.comment.as_str()).collect();
        let [row] = rows[..] else { return Some(format!("{} is in {} rows", answer.comment, rows.len())) };
        let whole = row["stage"] == "complete" && row["score"] == answer.score;
        (!whole).then(|| format!("{} is not whole: {row}", answer.comment))
    };
    given.iter().filter_map(fault).collect()
}

/// How many requests the answer took that took most.
pub(super) fn most_requests(passages: &[Passage]) -> usize {
    let mut requests: HashMap<&str, usize> = HashMap::new();
    for passage in passages {
        *requests.entry(&passage.id).or_default() += 1;
    }
    requests.into_values().max().unwrap_or(0)
}

#[test]
fn a_missing_a_doubled_and_a_changed_answer_are_each_seen() {
    let given = Given::some("x", 4);
    let row = |number: usize, score: usize| json!({ "comment": format!("x #{number}"), "stage": "complete", "score": score });
    assert_eq!(wrong(&given, &[row(0, 0), row(1, 1), row(2, 2), row(3, 3)]), Vec::<String>::new());
    let seen = wrong(&given, &[row(0, 0), row(0, 0), row(2, 5), row(3, 3)]);
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert!(
        seen[0].contains("in 2 rows") && seen[1].contains("in 0 rows") && seen[2].contains("not whole"),
        "{seen:?}"
    );
}
