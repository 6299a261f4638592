//! Every text of the admin view, as `locales/*.json` holds them. A placeholder stands in braces; [`fill`] puts it in.

use serde::Deserialize;

/// All texts of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Strings {
    pub(crate) common: Common,
    pub(crate) fault: Fault,
    pub(crate) setup: Setup,
    pub(crate) sign_in: SignIn,
    pub(crate) surveys: Surveys,
    pub(crate) dashboard: Dashboard,
    pub(crate) period: Period,
    pub(crate) score: Score,
    pub(crate) change: Change,
    pub(crate) mix: Mix,
    pub(crate) distribution: Distribution,
    pub(crate) trend: Trend,
    pub(crate) funnel: Funnel,
    pub(crate) comments: Comments,
    pub(crate) empty: Empty,
    pub(crate) format: Format,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $group:ident { $($key:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $group {
            $(pub(crate) $key: String,)+
        }
    )+};
}

texts! {
    /// On every page.
    Common {
        skip, loading, retry, sign_out, language, copy, copied, copy_failed, missing_title, missing_text,
        home,
    }
    /// When something went wrong.
    Fault {
        title, stale, unreachable, unreadable, signed_out,
    }
    /// Making the first account.
    Setup {
        title, intro, email, email_hint, password, password_hint, show, hide, submit, no_token_title,
        no_token_text, short, to_sign_in,
    }
    /// Signing in; the fields are named in [`Setup`].
    SignIn {
        title, intro, submit, refused, first_time,
    }
    /// The list of surveys.
    Surveys {
        title, none_text, records_one, records_many,
    }
    /// Around the dashboard.
    Dashboard {
        title, all_surveys, live, live_hint, of_period, utc, summary, summary_interval, summary_none,
    }
    /// The choice of period.
    Period {
        label, all, last_7, last_30, last_90, quarter, year, custom, from, to, apply,
    }
    /// The score, its interval and how many answered.
    Score {
        interval, interval_label, interval_hint, answers_one, answers_many, few, very_few, gauge, none_text,
        show_all,
    }
    /// Against the period before.
    Change {
        higher, lower, unmoved, too_few, detail,
    }
    /// Promoters, passives and detractors.
    Mix {
        title, promoter, passive, detractor, promoters, passives, detractors, promoter_scores,
        passive_scores, detractor_scores, chart,
    }
    /// The scores 0 to 10.
    Distribution {
        title, chart, entry,
    }
    /// The score over time.
    Trend {
        title, by, day, week, month, quarter, week_of, quarter_label, chart, chart_detail, scrub,
        legend_score, legend_interval, legend_few, table, column_period, column_score, column_interval,
        column_answers, not_shown, rising, falling, unmoved, uneven, too_few, slope, grain_day, grain_week,
        grain_month, grain_quarter,
    }
    /// From seeing the question to a comment.
    Funnel {
        title, shown, dismissed, ignored, scored, sent,
    }
    /// What visitors wrote.
    Comments {
        title, none, more, no_score, page, locale,
    }
    /// Before the first answer.
    Empty {
        title, text, tag, demo,
    }
}

/// How numbers and dates are written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Format {
    /// Between whole and tenths.
    pub(crate) decimal: String,
    /// Between groups of three digits.
    pub(crate) thousands: String,
    /// January to December, short.
    pub(crate) months: [String; 12],
}

/// Picks a text of any language.
pub(crate) type Pick = fn(&'static Strings) -> &'static str;

/// A text with its placeholders filled in.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = text.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}
