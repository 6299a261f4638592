//! What an answer takes from a row, and how people name such columns.

/// What an answer takes from a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Field {
    Score,
    Date,
    Comment,
    Id,
    Stage,
    Locale,
    Page,
    Marks,
}

impl Field {
    pub(in crate::import) const ALL: [Self; 8] = [
        Self::Score,
        Self::Date,
        Self::Comment,
        Self::Id,
        Self::Stage,
        Self::Locale,
        Self::Page,
        Self::Marks,
    ];

    pub(in crate::import) fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Date => "date",
            Self::Comment => "comment",
            Self::Id => "id",
            Self::Stage => "stage",
            Self::Locale => "locale",
            Self::Page => "page",
            Self::Marks => "marks",
        }
    }

    /// Headers that mean it, in lower case with `_` between words; the surest first.
    pub(super) fn guesses(self) -> &'static [&'static str] {
        match self {
            Self::Score => &["score", "nps", "nps_score", "rating", "likelihood_to_recommend", "how_likely"],
            Self::Date => &[
                "at",
                "date",
                "submitted_at",
                "submitted",
                "responded_at",
                "response_date",
                "completed_at",
                "created_at",
                "date_created",
                "created",
                "submit_date",
                "timestamp",
                "time",
                "end_date",
            ],
            Self::Comment => &[
                "comment",
                "comments",
                "reason",
                "feedback",
                "verbatim",
                "nps_comment",
                "open_text",
                "why",
                "message",
                "text",
            ],
            Self::Id => {
                &["id", "response_id", "answer_id", "submission_id", "respondent_id", "uuid", "token"]
            }
            Self::Stage => &["stage"],
            Self::Locale => &["locale", "language", "lang"],
            Self::Page => &["page", "page_url", "url"],
            Self::Marks => &["marks"],
        }
    }
}
