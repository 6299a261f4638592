//! Every text of the admin view, as `locales/*.json` holds them. A placeholder stands in braces; [`fill`] puts it in.

use std::collections::BTreeMap;

/// A file of texts as it is read: texts by key, by group.
pub(crate) type Texts = BTreeMap<String, BTreeMap<String, String>>;

// Filled field by field from a map, because a derived deserializer of this many fields would be a tenth of the program.
macro_rules! texts {
    ($($(#[$doc:meta])* $field:ident: $group:ident { $($key:ident),+ $(,)? })+) => {
        /// All texts of one language.
        #[derive(Debug)]
        pub(crate) struct Strings {
            $(pub(crate) $field: $group,)+
        }

        impl Strings {
            /// Takes the texts out of `texts`; one that is missing shows its name. What is left is unknown.
            pub(crate) fn take_from(texts: &mut Texts) -> Self {
                Self {
                    $($field: $group {
                        $($key: take(texts, stringify!($field), stringify!($key)),)+
                    },)+
                }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub(crate) struct $group {
                $(pub(crate) $key: String,)+
            }
        )+
    };
}

#[inline(never)]
fn take(texts: &mut Texts, group: &str, key: &str) -> String {
    texts.get_mut(group).and_then(|texts| texts.remove(key)).unwrap_or_else(|| key.to_owned())
}

texts! {
    /// On every page.
    common: Common {
        skip, loading, retry, sign_out, language, copy, copied, copy_failed, missing_title, missing_text,
        home,
    }
    /// When something went wrong.
    fault: Fault {
        title, stale, unreachable, unreadable, signed_out,
    }
    /// Making the first account.
    setup: Setup {
        title, intro, email, email_hint, password, password_hint, show, hide, submit, no_token_title,
        no_token_text, short, to_sign_in,
    }
    /// Signing in; the fields are named in [`Setup`].
    sign_in: SignIn {
        title, intro, submit, refused, first_time,
    }
    /// The list of surveys.
    surveys: Surveys {
        title, none_text, records_one, records_many,
    }
    /// Around the dashboard.
    dashboard: Dashboard {
        title, all_surveys, live, connecting, live_hint, of_period, utc, summary, summary_interval,
        summary_none,
    }
    /// The choice of period.
    period: Period {
        label, all, last_7, last_30, last_90, quarter, year, custom, from, to, apply,
    }
    /// The score, its interval and how many answered.
    score: Score {
        interval, interval_label, interval_hint, answers_one, answers_many, few, very_few, gauge, none_text,
        show_all,
    }
    /// Against the period before.
    change: Change {
        higher, lower, unmoved, too_few, detail,
    }
    /// Promoters, passives and detractors.
    mix: Mix {
        title, promoter, passive, detractor, promoters, passives, detractors, promoter_scores,
        passive_scores, detractor_scores, chart,
    }
    /// The scores 0 to 10.
    distribution: Distribution {
        title, chart, entry,
    }
    /// The score over time.
    trend: Trend {
        title, by, day, week, month, quarter, week_of, quarter_label, chart, chart_detail, scrub,
        legend_score, legend_interval, legend_few, table, column_period, column_score, column_interval,
        column_answers, not_shown, rising, falling, unmoved, uneven, too_few, slope, grain_day, grain_week,
        grain_month, grain_quarter,
    }
    /// From seeing the question to sending the answer.
    funnel: Funnel {
        title, shown, dismissed, ignored, scored, sent, no_silence,
    }
    /// Answers that were given and never came.
    lost: Lost {
        one, many, refused, expired, other,
    }
    /// Answers about which something is odd.
    marked: Marked {
        left_out_one, left_out_many, counted_one, counted_many, count, leave_out,
    }
    /// In place of the score, where a survey asks none.
    unscored: Unscored {
        title, text,
    }
    /// What visitors wrote.
    comments: Comments {
        title, none, more, no_score, page, locale, doubtful,
    }
    /// Before the first answer.
    empty: Empty {
        title, text, tag, demo,
    }
    /// How numbers and dates are written: what stands between whole and tenths, what between groups of three digits, and
    /// the short names of January to December with a space between.
    format: Format {
        decimal, thousands, months,
    }
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
