//! Cases of known statistics in a file, computed one by one: JSON in, JSON out. An adapter only; every number comes
//! from `suara_insight`. It knows the layout of `tests/fixtures/nps_golden.json`.

use serde_json::{Map, Value, json};
use suara_insight::{
    Difference, Histogram, Interval, Level, Tally, Trend,
    difference::ZTest,
    interval::{self, Prior},
    trend,
};

/// A sentence that names the bad value, the limit and the remedy.
type Refusal = String;

type Group = fn(&Value) -> Result<Value, Refusal>;

/// The groups that are computed; every other one is named in `unknown_groups`.
const GROUPS: [(&str, Group); 4] =
    [("single", single), ("raw_scores", raw_scores), ("two_sample", two_sample), ("trend", trend_of)];

/// Describes the file and holds no cases.
const META: &str = "meta";

/// What a document must be, and what to do if it is not.
pub(crate) const DOCUMENT_LIMIT: &str =
    "it must be an object of groups of cases; name each list of cases, as in {\"single\": [ ]}";

/// The same document with `expect` dropped, a `result` (or an `error`) in each case of a known group, and the names
/// of the others in `unknown_groups`.
pub(crate) fn compute(document: &Value) -> Value {
    let Value::Object(groups) = document else {
        let error = format!("the document is {}; {DOCUMENT_LIMIT}", shown(document));
        return json!({ "error": error });
    };
    let mut done = Map::new();
    let mut unknown = Vec::new();
    for (name, content) in groups {
        let known = GROUPS.iter().find(|(known, _)| known == name);
        if known.is_none() && name != META {
            unknown.push(Value::from(name.as_str()));
        }
        let content = match known {
            Some((_, group)) => computed_group(name, content, *group),
            None => without_expect(content),
        };
        done.insert(name.clone(), content);
    }
    done.insert("unknown_groups".into(), unknown.into());
    Value::Object(done)
}

fn computed_group(name: &str, content: &Value, group: Group) -> Value {
    match content {
        Value::Array(cases) => cases.iter().map(|case| computed_case(case, group)).collect(),
        other => {
            json!({ "error": format!("{name} is {}; it must be a list; put its cases in [ ]", shown(other)) })
        }
    }
}

fn computed_case(case: &Value, group: Group) -> Value {
    let Value::Object(fields) = case else {
        let error = format!("a case is {}; it must be an object; give it an `input`", shown(case));
        return json!({ "error": error });
    };
    let mut done = fields.clone();
    for stale in ["expect", "result", "error"] {
        done.remove(stale);
    }
    match field(case, "input").and_then(group) {
        Ok(result) => done.insert("result".into(), result),
        Err(refusal) => done.insert("error".into(), refusal.into()),
    };
    Value::Object(done)
}

fn without_expect(content: &Value) -> Value {
    match content {
        Value::Array(items) => items.iter().map(without_expect).collect(),
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| *name != "expect");
            Value::Object(kept.map(|(name, value)| (name.clone(), without_expect(value))).collect())
        }
        other => other.clone(),
    }
}

fn single(input: &Value) -> Result<Value, Refusal> {
    let (tally, level) = (answered(input)?, level(input)?);
    Ok(json!({
        "n": number(tally.n()),
        "promoter_share": tally.promoter_share(),
        "passive_share": tally.passive_share(),
        "detractor_share": tally.detractor_share(),
        "nps": tally.nps(),
        "variance": tally.variance(),
        "se": tally.se(),
        "moe_wald": interval::wald_margin(&tally, level),
        "variance_sample": tally.variance_sample(),
        "intervals": {
            "wald": limits(interval::wald(&tally, level)),
            "goodman_simultaneous": limits(interval::goodman(&tally, level)),
            "adjwald_rocks": limits(interval::adjusted_wald(&tally, interval::ROCKS, level)),
            "adjwald_agresti_min": limits(interval::adjusted_wald(&tally, interval::AGRESTI_MIN, level)),
            "adjwald_bonett_price": limits(interval::adjusted_wald(&tally, interval::BONETT_PRICE, level)),
            "newcombe_wilson": limits(interval::newcombe_wilson(&tally, level)),
            "score": limits(interval::score(&tally, level)),
            "dirichlet_jeffreys": limits(interval::dirichlet(&tally, Prior::Jeffreys, level)),
            "dirichlet_uniform": limits(interval::dirichlet(&tally, Prior::Uniform, level)),
            "t_mean": limits(interval::t_mean(&tally, level)),
        },
    }))
}

/// Scores as they arrive: whatever is not a whole number from 0 to 10 is rejected, never clamped.
fn raw_scores(input: &Value) -> Result<Value, Refusal> {
    let scores = list(input, "scores")?;
    let valid: Vec<u8> = scores.iter().filter_map(as_score).collect();
    let histogram = Histogram::from_scores(valid.iter().copied()).map_err(|error| error.to_string())?;
    let tally = histogram.tally();
    Ok(json!({
        "valid": valid.len(),
        "rejected": scores.len() - valid.len(),
        "histogram": histogram.counts(),
        "promoters": number(tally.promoters),
        "passives": number(tally.passives),
        "detractors": number(tally.detractors),
        "nps": tally.nps(),
        "mean": histogram.mean(),
        "sd_sample": histogram.sd_sample(),
        "median": histogram.median(),
    }))
}

fn two_sample(input: &Value) -> Result<Value, Refusal> {
    let side = |name: &str| answered(field(input, name)?).map_err(|refusal| format!("{name}: {refusal}"));
    let (a, b, level) = (side("a")?, side("b")?, level(input)?);
    let it = Difference::between(&a, &b, level).ok_or("a or b has no answers; give at least one in each")?;
    let ZTest { se, z, p, interval, .. } = it.wald;
    Ok(json!({
        "nps_a": it.nps_a,
        "nps_b": it.nps_b,
        "diff": it.difference,
        "se_wald": se,
        "z_wald": z,
        "p_wald": p,
        "wald": limits(Some(interval)),
        "diff_adjwald": it.adjusted_wald.difference,
        "z_adjwald": it.adjusted_wald.z,
        "p_adjwald": it.adjusted_wald.p,
        "adjwald": limits(Some(it.adjusted_wald.interval)),
        "mover_score": limits(Some(it.mover)),
        "p_mover_score": it.mover_p,
        "chi2": it.chi_square.statistic,
        "chi2_df": it.chi_square.df,
        "chi2_p": it.chi_square.p,
    }))
}

fn trend_of(input: &Value) -> Result<Value, Refusal> {
    let period = |(index, period): (usize, &Value)| {
        tally(period).map_err(|refusal| format!("period {}: {refusal}", index + 1))
    };
    let periods = list(input, "periods")?.iter().enumerate().map(period).collect::<Result<Vec<_>, _>>()?;
    let it = Trend::of(&periods);
    let (line, homogeneity, lack_of_fit) = (it.line, it.homogeneity, it.lack_of_fit);
    let own_variance = trend::own_variance_line(&periods);
    Ok(json!({
        "nps": it.nps,
        "overall_nps": it.overall_nps,
        "pooled_variance": it.pooled_variance,
        "df": number(it.df),
        "slope": line.map(|line| line.slope),
        "intercept": line.map(|line| line.intercept),
        "se_slope": line.and_then(|line| line.se_slope),
        "t": line.and_then(|line| line.t),
        "p": line.and_then(|line| line.p),
        "homogeneity_F": homogeneity.map(|test| test.f),
        "homogeneity_df1": periods_answered(&it).map(|periods| periods - 1),
        "homogeneity_p": homogeneity.map(|test| test.p),
        "lack_of_fit_F": lack_of_fit.map(|test| test.f),
        "lack_of_fit_p": lack_of_fit.map(|test| test.p),
        "kendall_tau": it.kendall.map(|kendall| kendall.tau),
        "kendall_p": it.kendall.map(|kendall| kendall.p),
        "not_recommended_wls": {
            "variances": own_variance.variances,
            "slope": own_variance.slope,
            "se_slope": own_variance.se_slope,
        },
    }))
}

fn periods_answered(trend: &Trend) -> Option<usize> {
    Some(trend.nps.iter().flatten().count()).filter(|&periods| periods > 0)
}

/// A tally with at least one answer.
fn answered(value: &Value) -> Result<Tally, Refusal> {
    let tally = tally(value)?;
    if tally.n() > 0.0 {
        Ok(tally)
    } else {
        Err("promoters, passives and detractors are all 0; their sum must be above 0; give at least one answer".into())
    }
}

fn tally(value: &Value) -> Result<Tally, Refusal> {
    let count = |name: &str| numeric(value, name, "it must be a number from 0 up; give the count of answers");
    let (promoters, passives, detractors) = (count("promoters")?, count("passives")?, count("detractors")?);
    Tally::new(promoters, passives, detractors).map_err(|error| error.to_string())
}

fn level(input: &Value) -> Result<Level, Refusal> {
    let share = numeric(input, "level", "it must lie between 0 and 1; write 95 % as 0.95")?;
    Level::new(share).map_err(|error| error.to_string())
}

fn numeric(value: &Value, name: &str, limit_and_remedy: &str) -> Result<f64, Refusal> {
    let found = field(value, name)?;
    found.as_f64().ok_or_else(|| format!("{name} is {}; {limit_and_remedy}", shown(found)))
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a Vec<Value>, Refusal> {
    let found = field(value, name)?;
    found
        .as_array()
        .ok_or_else(|| format!("{name} is {}; it must be a list; put its items in [ ]", shown(found)))
}

fn field<'a>(value: &'a Value, name: &str) -> Result<&'a Value, Refusal> {
    if !value.is_object() {
        return Err(format!("{} stands where an object must; give it a field `{name}`", shown(value)));
    }
    value.get(name).ok_or_else(|| format!("{name} is missing; it must be given; add the field `{name}`"))
}

fn as_score(value: &Value) -> Option<u8> {
    let score = value.as_f64()?;
    // Whole and in range, so it fits.
    ((0.0..=10.0).contains(&score) && score.fract() == 0.0).then_some(score as u8)
}

fn limits(interval: Option<Interval>) -> Value {
    interval.map_or(Value::Null, |Interval { low, high }| json!([low, high]))
}

/// A count: without a decimal point where it is whole.
fn number(value: f64) -> Value {
    // Counts are at most 2^53 each, so a whole one fits.
    if value.fract() == 0.0 { Value::from(value as u64) } else { Value::from(value) }
}

/// A value short enough to stand in a sentence.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 40;
    match value {
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        other => {
            let text = other.to_string();
            if text.chars().count() <= LONGEST {
                text
            } else {
                text.chars().take(LONGEST).chain(['…']).collect()
            }
        }
    }
}
