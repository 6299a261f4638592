//! When to ask: whether a visit is one in which to ask, and which moment of it is the one. The loader applies the same
//! rules before anything is loaded; `tests/fixtures/targeting.json` holds the cases that test both. Owners' definitions
//! are checked here; the prompt carries nothing of it.

mod address;
mod instant;
mod read;
mod trigger;

pub use address::AddressRule;
pub use instant::instant_ms;
pub use trigger::{Event, Moment, Triggers};

/// The conditions of a survey, all of which must hold, and its triggers, any of which fires.
///
/// ```
/// use suara_survey::targeting::{Visit, When};
/// let json = serde_json::json!({ "views": 2, "device": ["phone"] });
/// let when = When::read(&&json)?;
/// let visit = Visit { views: 5, device: "desktop".into(), ..Visit::default() };
/// let failing: Vec<_> = when.rows(&visit).into_iter().filter(|row| !row.holds).map(|row| row.rule).collect();
/// assert_eq!(failing, ["device"]);
/// # Ok::<(), suara_survey::Flaw>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// No negated rule may fit the address; of the others at least one must, if there are any.
    pub url: Vec<AddressRule>,
    /// A CSS selector that must match something on the page.
    pub present: Option<String>,
    /// At least so many page views in this browser, this one among them.
    pub views: Option<u32>,
    /// Nobody is asked on the first day.
    pub not_first_visit: bool,
    /// At least so many days since the first page view.
    pub tenure_days: Option<u32>,
    /// What the page says of the visitor: each name must have one of its values, compared as text.
    pub attributes: Vec<(String, Vec<String>)>,
    /// `phone`, `tablet`, `desktop`; any of them.
    pub device: Vec<String>,
    /// Language tags, any of them: `en` fits `en-GB`, not the other way round.
    pub language: Vec<String>,
    /// Not before this, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Only before this, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// The share of browsers that are asked, 0 to 100; a browser's draw stays.
    pub sample_percent: Option<u32>,
    /// The moments at which to ask.
    pub triggers: Triggers,
}

/// What is known of a visit.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Visit {
    /// The whole address of the page; its fragment does not count.
    pub url: String,
    /// Which of the selectors asked about match something.
    pub present: Vec<String>,
    /// Page views in this browser, this one among them.
    pub views: u32,
    /// Days since the first page view; 0 on the first day.
    pub first_days_ago: u32,
    /// What the page says of the visitor, as text.
    pub attributes: Vec<(String, String)>,
    /// `phone`, `tablet` or `desktop`.
    pub device: String,
    /// The tag of the locale that the visitor reads.
    pub language: String,
    /// In milliseconds since 1970.
    pub now_ms: i64,
    /// The number that this browser drew once, 0 to 99.
    pub draw: u32,
}

/// What one rule says of a visit, for the owner.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The rule's name in the definition.
    pub rule: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What it was held against.
    pub value: String,
}

impl When {
    /// Whether every condition holds.
    pub fn fits(&self, visit: &Visit) -> bool {
        self.rows(visit).iter().all(|row| row.holds)
    }

    /// One row a condition that was set, in the order of the table in the docs.
    pub fn rows(&self, visit: &Visit) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut row = |rule, holds, value: String| rows.push(Row { rule, holds, value });
        if !self.url.is_empty() {
            row("url", address::fits(&self.url, &visit.url), visit.url.clone());
        }
        if let Some(selector) = &self.present {
            row("present", visit.present.contains(selector), visit.present.join(" "));
        }
        if let Some(views) = self.views {
            row("views", visit.views >= views, format!("page view {}", visit.views));
        }
        if self.not_first_visit {
            row("not_first_visit", visit.first_days_ago > 0, format!("{} days ago", visit.first_days_ago));
        }
        if let Some(days) = self.tenure_days {
            row("tenure_days", visit.first_days_ago >= days, format!("{} days ago", visit.first_days_ago));
        }
        if !self.attributes.is_empty() {
            row("attributes", have(&visit.attributes, &self.attributes), shown(&visit.attributes));
        }
        if !self.device.is_empty() {
            row("device", self.device.contains(&visit.device), visit.device.clone());
        }
        if !self.language.is_empty() {
            let holds = self.language.iter().any(|wanted| speaks(&visit.language, wanted));
            row("language", holds, visit.language.clone());
        }
        if let Some(from_ms) = self.from_ms {
            row("from", visit.now_ms >= from_ms, visit.now_ms.to_string());
        }
        if let Some(until_ms) = self.until_ms {
            row("until", visit.now_ms < until_ms, visit.now_ms.to_string());
        }
        if let Some(percent) = self.sample_percent {
            row("sample_percent", visit.draw < percent, format!("drew {}", visit.draw));
        }
        rows
    }
}

/// Whether every wanted name has one of its wanted values.
fn have(given: &[(String, String)], wanted: &[(String, Vec<String>)]) -> bool {
    wanted
        .iter()
        .all(|(name, values)| given.iter().any(|(given, value)| given == name && values.contains(value)))
}

/// A tag is spoken by its own language and by each of its regions and scripts.
fn speaks(tag: &str, wanted: &str) -> bool {
    let (tag, wanted) = (tag.to_ascii_lowercase(), wanted.to_ascii_lowercase());
    tag.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn shown(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} {value}")).collect();
    pairs.join(", ")
}
