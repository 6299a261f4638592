//! Cases. Whether a change may be made is part of its statement: a case that somebody else has changed stays as it is.

use sqlx::{AssertSqlSafe, Row as _};
use suara_survey::AnswerId;
use suara_survey::wire::{CaseEntry, Stage};

use super::{Connection, Pool, Row, hooks};
use crate::store::cases::{
    CaseAct, CaseFilter, CaseRow, CaseSpan, Opening, Said, cases_of, reason_of, status_of,
};
use crate::store::hooks::Notice;
use crate::store::{Act, Record, StoreError};

/// Cases opened by one statement: of these sizes there are few enough to keep each prepared.
const ROWS_MAX: usize = 32;

/// What follows from answers, in the transaction that keeps them: an answer that is acknowledged has its case, and
/// whoever is to be told of it will be.
pub(in crate::store) async fn follow(
    connection: &mut Connection,
    records: &[&Record],
) -> Result<(), sqlx::Error> {
    let opening: Vec<_> = records.iter().filter_map(|record| Some((*record, opens(record)?))).collect();
    for opening in opening.chunks(ROWS_MAX) {
        let opened = open(connection, opening).await?;
        for (record, opening) in opening.iter().filter(|(record, _)| record.is_told) {
            if opened.iter().any(|id| id[..] == record.id.as_bytes()[..]) {
                hooks::queue(connection, &Notice::opened(record, opening)).await?;
            }
        }
    }
    for record in records.iter().filter(|record| record.is_told && record.stage == Stage::Complete) {
        hooks::queue(connection, &Notice::completed(record)).await?;
    }
    Ok(())
}

/// What a record opens a case with, now that all its marks are known.
fn opens(record: &Record) -> Option<Opening> {
    record.opens.filter(|_| record.marks.may_open_a_case())
}

/// The ids of those that had no case yet.
async fn open(
    connection: &mut Connection,
    opening: &[(&Record, Opening)],
) -> Result<Vec<Vec<u8>>, sqlx::Error> {
    /// Parameters of a row.
    const COLUMNS: usize = 5;
    let row = |index: usize| {
        let [survey, id, reason, opened, due] =
            std::array::from_fn::<_, COLUMNS, _>(|at| index * COLUMNS + at + 1);
        format!("(${survey}, ${id}, ${reason}, 'open', ${opened}, ${due})")
    };
    let rows: Vec<_> = (0..opening.len()).map(row).collect();
    let open = format!(
        "INSERT INTO cases (survey, id, reason, status, opened_ms, due_ms) VALUES {}
         ON CONFLICT (survey, id) DO NOTHING RETURNING id",
        rows.join(", ")
    );
    let query = opening.iter().fold(sqlx::query_scalar(AssertSqlSafe(open)), |query, (record, opening)| {
        let query = query.bind(&record.survey).bind(&record.id.as_bytes()[..]).bind(opening.reason.name());
        query.bind(record.received_ms).bind(opening.due_ms)
    });
    query.fetch_all(connection).await
}

/// What was done, and about what; none if somebody else was faster.
pub(super) async fn apply(
    connection: &mut Connection,
    act: &Act,
    CaseAct { survey, case, entries, notice }: &CaseAct,
) -> Result<Option<(&'static str, String)>, sqlx::Error> {
    let change = sqlx::query(
        "UPDATE cases SET status = $4, assignee = $5, due_ms = $6, first_ms = $7, resolved_ms = $8, reopened = $9,
         revision = revision + 1 WHERE survey = $1 AND id = $2 AND revision = $3",
    );
    let id = &case.id.as_bytes()[..];
    let change =
        change.bind(survey).bind(id).bind(case.revision).bind(case.status.name()).bind(&case.assignee);
    let change = change.bind(case.due_ms).bind(case.first_ms).bind(case.resolved_ms).bind(case.reopened);
    if change.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(None);
    }
    for (what, text) in entries {
        let entry = sqlx::query(
            "INSERT INTO case_entries (survey, id, number, at_ms, who, what, text)
             SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6 FROM case_entries
             WHERE survey = $1 AND id = $2",
        );
        let entry = entry.bind(survey).bind(id).bind(act.at_ms).bind(&act.who).bind(*what).bind(text);
        entry.execute(&mut *connection).await?;
    }
    if let Some(notice) = notice {
        hooks::queue(connection, notice).await?;
    }
    super::people::count(connection, &cases_of(survey)).await?;
    let what = match entries.first() {
        Some(("note", _)) => "wrote a note on a case of",
        Some(("status", text)) if text == "resolved" => "resolved a case of",
        Some(("status", text)) if text == "reopened" => "reopened a case of",
        _ => "changed a case of",
    };
    // The answer's id says whose case it was, and nothing about them.
    Ok(Some((what, format!("{survey}, {}", case.id))))
}

/// Some cases, the one due first at the top.
pub(in crate::store) async fn cases(
    pool: &Pool,
    survey: &str,
    filter: CaseFilter,
) -> Result<Vec<CaseRow>, StoreError> {
    let (due_ms, id) = filter.after.unwrap_or((i64::MIN, Vec::new()));
    let rows = sqlx::query(
        "SELECT cases.id, reason, status, assignee, opened_ms, due_ms, first_ms, resolved_ms, reopened, revision, score,
         comment, locale, page FROM cases JOIN answers ON answers.survey = cases.survey AND answers.id = cases.id
         WHERE cases.survey = $1 AND status LIKE $2 AND ($3 = '' OR assignee = $3)
         AND ($4 = 0 OR status <> 'resolved') AND due_ms < $5 AND (due_ms > $6 OR (due_ms = $6 AND cases.id > $7))
         ORDER BY due_ms, cases.id LIMIT $8",
    );
    let rows = rows.bind(survey).bind(filter.status.map_or("%", suara_survey::wire::CaseStatus::name));
    let rows = rows.bind(filter.assignee.unwrap_or_default()).bind(i64::from(filter.unresolved));
    let rows = rows.bind(filter.due_before_ms.unwrap_or(i64::MAX)).bind(due_ms).bind(id);
    rows.bind(i64::from(filter.limit)).fetch_all(pool).await?.iter().map(case).collect()
}

/// One case.
pub(in crate::store) async fn case_of(
    pool: &Pool,
    survey: &str,
    id: AnswerId,
) -> Result<Option<CaseRow>, StoreError> {
    let row = sqlx::query(
        "SELECT cases.id, reason, status, assignee, opened_ms, due_ms, first_ms, resolved_ms, reopened, revision, score,
         comment, locale, page FROM cases JOIN answers ON answers.survey = cases.survey AND answers.id = cases.id
         WHERE cases.survey = $1 AND cases.id = $2",
    );
    let row = row.bind(survey).bind(&id.as_bytes()[..]).fetch_optional(pool).await?;
    row.as_ref().map(case).transpose()
}

/// What was done and said about a case, oldest first.
pub(in crate::store) async fn entries(
    pool: &Pool,
    survey: &str,
    id: AnswerId,
) -> Result<Vec<CaseEntry>, StoreError> {
    let rows: Vec<(i64, String, String, String)> = sqlx::query_as(
        "SELECT at_ms, who, what, text FROM case_entries WHERE survey = $1 AND id = $2 ORDER BY number",
    )
    .bind(survey)
    .bind(&id.as_bytes()[..])
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|(at_ms, who, what, text)| CaseEntry { at_ms, who, what, text }).collect())
}

/// The times of all cases that were opened in a period.
pub(in crate::store) async fn spans(
    pool: &Pool,
    survey: &str,
    from_ms: i64,
    to_ms: i64,
) -> Result<Vec<CaseSpan>, StoreError> {
    let spans = sqlx::query_as(
        "SELECT opened_ms, due_ms, first_ms, resolved_ms FROM cases
         WHERE survey = $1 AND opened_ms >= $2 AND opened_ms < $3",
    );
    Ok(spans.bind(survey).bind(from_ms).bind(to_ms).fetch_all(pool).await?)
}

fn case(row: &Row) -> Result<CaseRow, StoreError> {
    let foreign = |what: &str| StoreError::Foreign(format!("a case with {what}"));
    let id: Vec<u8> = row.try_get(0)?;
    let id = id.try_into().ok().and_then(AnswerId::from_bytes).ok_or_else(|| foreign("no id"))?;
    Ok(CaseRow {
        id,
        reason: reason_of(row.try_get(1)?).ok_or_else(|| foreign("another reason"))?,
        status: status_of(row.try_get(2)?).ok_or_else(|| foreign("another status"))?,
        assignee: row.try_get(3)?,
        opened_ms: row.try_get(4)?,
        due_ms: row.try_get(5)?,
        first_ms: row.try_get(6)?,
        resolved_ms: row.try_get(7)?,
        reopened: row.try_get(8)?,
        revision: row.try_get(9)?,
        said: Said {
            score: row.try_get(10)?,
            comment: row.try_get(11)?,
            locale: row.try_get(12)?,
            page: row.try_get(13)?,
        },
    })
}
