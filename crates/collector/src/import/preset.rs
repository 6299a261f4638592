//! What is known of other tools' exports: by which columns one is recognised, which of them hold what, and which are no
//! question. Sources are the tools' own code, independent parsers and fixtures; where only an API is known, its JSON.

use super::mapping::Field;
use super::table::Heads;
use super::when::Order;

/// The tools whose exports are known.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Preset {
    /// Any table with a header
    #[default]
    Generic,
    /// CSV, all responses
    #[value(name = "surveymonkey")]
    SurveyMonkey,
    /// CSV
    Typeform,
    /// CSV with its three header rows
    Qualtrics,
    /// CSV, or responses as JSON
    Formbricks,
    /// Events as CSV or JSON; of those, "survey sent"
    #[value(name = "posthog")]
    PostHog,
    /// Responses of the API, as JSON
    Delighted,
    /// CSV of the sheet with the responses
    GoogleForms,
}

/// A column, and which of its cells an answer has.
pub(super) type Sieve = (&'static str, fn(&str) -> bool);

/// Words of tools for an answer that did not come to its end.
const NO: [&str; 7] = ["no", "false", "0", "partial", "started", "not completed", "nein"];

impl Preset {
    const KNOWN: [Self; 6] = [
        Self::SurveyMonkey,
        Self::Typeform,
        Self::Qualtrics,
        Self::Formbricks,
        Self::PostHog,
        Self::Delighted,
    ];

    /// The tool that such columns come from.
    pub(super) fn of(columns: &[String]) -> Self {
        let has = |name: &&str| columns.iter().any(|column| is(column, name));
        let mut known = Self::KNOWN.into_iter();
        if let Some(preset) = known.find(|preset| preset.signs().iter().any(|signs| signs.iter().all(has))) {
            return preset;
        }
        let is_stamp = |first: &String| Self::GoogleForms.columns(Field::Date).contains(&first.as_str());
        if columns.first().is_some_and(is_stamp) { Self::GoogleForms } else { Self::Generic }
    }

    /// Its name, for people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Generic => "a table",
            Self::SurveyMonkey => "SurveyMonkey",
            Self::Typeform => "Typeform",
            Self::Qualtrics => "Qualtrics",
            Self::Formbricks => "Formbricks",
            Self::PostHog => "PostHog",
            Self::Delighted => "Delighted",
            Self::GoogleForms => "Google Forms",
        }
    }

    /// Columns of which all are there in its files.
    fn signs(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Generic => &[],
            Self::SurveyMonkey => &[&["Respondent ID", "Collector ID"]],
            Self::Typeform => &[&["#", "Submit Date (UTC)"]],
            Self::Qualtrics => &[&["ResponseId", "RecordedDate"]],
            Self::Formbricks => {
                &[&["Response ID", "Survey ID", "Finished"], &["surveyId", "finished", "createdAt"]]
            }
            Self::PostHog => &[&["event", "properties.$survey_id"], &["event", "$survey_id"]],
            Self::Delighted => {
                &[&["survey_type", "score", "permalink"], &["survey_type", "score", "created_at"]]
            }
            // Its first column only, which `of` looks at.
            Self::GoogleForms => &[],
        }
    }

    pub(super) fn heads(self) -> Heads {
        match self {
            Self::SurveyMonkey => Heads::Parts,
            Self::Qualtrics => Heads::Words,
            _ => Heads::Names,
        }
    }

    /// The columns of a field, the best first; a row takes the first that is not empty.
    pub(super) fn columns(self, field: Field) -> &'static [&'static str] {
        match (self, field) {
            (Self::SurveyMonkey, Field::Date) => &["End Date", "Start Date"],
            (Self::SurveyMonkey, Field::Id) => &["Respondent ID"],
            (Self::Typeform, Field::Date) => &["Submit Date (UTC)", "Stage Date (UTC)", "Start Date (UTC)"],
            (Self::Typeform, Field::Id) => &["#"],
            (Self::Typeform, Field::Stage) => &["Response Type"],
            (Self::Qualtrics, Field::Date) => &["RecordedDate", "EndDate", "StartDate"],
            (Self::Qualtrics, Field::Id) => &["ResponseId"],
            (Self::Qualtrics, Field::Stage) => &["Finished"],
            (Self::Qualtrics, Field::Locale) => &["UserLanguage"],
            (Self::Formbricks, Field::Date) => &["Timestamp", "updatedAt", "createdAt"],
            (Self::Formbricks, Field::Id) => &["Response ID", "id"],
            (Self::Formbricks, Field::Stage) => &["Finished", "finished"],
            (Self::Formbricks, Field::Locale) => &["Language", "language"],
            (Self::Formbricks, Field::Page) => &["url", "meta.url"],
            (Self::PostHog, Field::Date) => &["timestamp"],
            (Self::PostHog, Field::Id) => {
                &["properties.$survey_submission_id", "$survey_submission_id", "uuid", "id"]
            }
            (Self::PostHog, Field::Stage) => &["properties.$survey_completed", "$survey_completed"],
            (Self::PostHog, Field::Locale) => &["properties.$survey_language", "$survey_language"],
            (Self::PostHog, Field::Page) => &["properties.$current_url", "$current_url"],
            (Self::Delighted, Field::Date) => &["created_at"],
            (Self::Delighted, Field::Id) => &["id"],
            (Self::Delighted, Field::Score) => &["score"],
            (Self::Delighted, Field::Comment) => &["comment"],
            (Self::Delighted, Field::Locale) => &["person_properties.locale", "person_properties.Locale"],
            (Self::GoogleForms, Field::Date) => &["Timestamp", "Stempel waktu", "Zeitstempel", "Horodateur"],
            _ => &[],
        }
    }

    /// Whether a column is a question, as far as its name tells: neither about the answer nor about a person.
    pub(super) fn may_be_a_question(self, column: &str) -> bool {
        let others: &[&str] = match self {
            Self::SurveyMonkey => &["Collector ID", "IP Address", "Email Address", "First Name", "Last Name"],
            Self::Typeform => &["Network ID", "Tags", "Ending"],
            Self::Qualtrics => &[
                "Status",
                "IPAddress",
                "Progress",
                "Duration (in seconds)",
                "RecipientLastName",
                "RecipientFirstName",
                "RecipientEmail",
                "ExternalReference",
                "LocationLatitude",
                "LocationLongitude",
                "DistributionChannel",
            ],
            Self::Formbricks => {
                &["No.", "Survey ID", "Formbricks ID (internal)", "User ID", "Notes", "Tags", "Quotas"]
            }
            Self::GoogleForms => &["Email Address", "Username", "Alamat Email", "E-Mail-Adresse"],
            _ => &[],
        };
        let is_field =
            Field::ALL.iter().any(|field| self.columns(*field).iter().any(|name| is(column, name)));
        let is_answer = match self {
            Self::PostHog => column.contains("$survey_response"),
            Self::Formbricks => {
                column.starts_with(|sign: char| sign.is_ascii_digit()) || column.starts_with("data.")
            }
            Self::SurveyMonkey => !column.starts_with("Custom Data"),
            _ => true,
        };
        is_answer && !is_field && !others.iter().any(|name| is(column, name))
    }

    /// Whose dates are always the same way round.
    pub(super) fn order(self) -> Option<Order> {
        (self == Self::SurveyMonkey).then_some(Order::MonthFirst)
    }

    /// Why a row is no answer at all, if it is none, by a cell of this column.
    pub(super) fn sieve(self) -> Option<Sieve> {
        match self {
            Self::PostHog => Some(("event", |event| event == "survey sent")),
            // Answers of those who made the survey.
            Self::Qualtrics => {
                Some(("Status", |status| !["Survey Preview", "Survey Test", "1", "2"].contains(&status)))
            }
            _ => None,
        }
    }

    /// Whether several rows may be one answer, of which the latest holds everything.
    pub(super) fn grows(self) -> bool {
        self == Self::PostHog
    }
}

/// Whether a tool's word for how far somebody came means that they did not come to the end.
pub(super) fn is_unfinished(text: &str) -> bool {
    NO.contains(&text.to_lowercase().as_str())
}

/// Whether it means that they did.
pub(super) fn is_finished(text: &str) -> bool {
    ["yes", "true", "1", "completed", "complete", "finished", "ja"].contains(&text.to_lowercase().as_str())
}

/// Whether a question asks how likely somebody is to recommend.
pub(super) fn asks_for_a_score(words: &str) -> bool {
    let words = words.to_lowercase();
    ["recommend", "rekomendasi", "weiterempf", "recomend", "net promoter", "nps"]
        .iter()
        .any(|part| words.contains(part))
}

/// Whether a question asks for reasons.
pub(super) fn asks_for_a_comment(words: &str) -> bool {
    const PARTS: [&str; 17] = [
        "why", "reason", "improve", "feedback", "comment", "tell us", "alasan", "mengapa", "kenapa",
        "apa yang", "saran", "masukan", "komentar", "warum", "grund", "pourquoi", "por qu",
    ];
    let words = words.to_lowercase();
    PARTS.iter().any(|part| words.contains(part))
}

/// Whether a column has this name, in whatever case, and behind whatever a tool puts in front of all.
pub(super) fn is(column: &str, name: &str) -> bool {
    column.trim_start_matches("*.").trim().eq_ignore_ascii_case(name)
}
