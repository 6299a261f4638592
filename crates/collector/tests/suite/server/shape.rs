//! The tables can be spread over machines by survey: docs/scaling.md says how, and this holds the schema and the statements
//! to it, as far as one server can.

use crate::harness::{Site, new_id, snapshot};

/// Tables that are spread by `survey`; the others are copied to every machine.
const SPREAD: [&str; 7] = ["answers", "case_entries", "cases", "changes", "deliveries", "erased", "losses"];

/// The statements in docs/scaling.md that plain PostgreSQL knows, too.
fn plain_statements() -> Vec<&'static str> {
    let manual = include_str!("../../../../../docs/scaling.md");
    let block = manual.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    block.lines().filter(|line| line.starts_with("DROP ")).collect()
}

#[tokio::test]
async fn every_unique_key_of_a_spread_table_has_the_survey_in_it() {
    let site = Site::start().await;
    let database = site.data.database().await;
    for statement in plain_statements() {
        sqlx::query(statement).execute(&database).await.unwrap();
    }
    let keys: Vec<(String, String, bool)> = sqlx::query_as(
        "SELECT t.relname, i.relname, EXISTS (
             SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'survey' AND a.attnum = ANY(x.indkey)
         )
         FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
         WHERE x.indisunique AND t.relname = ANY($1)",
    )
    .bind(&SPREAD[..])
    .fetch_all(&database)
    .await
    .unwrap();
    assert!(keys.len() >= 4, "{keys:?}");
    for (table, key, has_survey) in keys {
        assert!(has_survey, "{key} of {table} would be unique on each machine only");
    }
    // Answers are still taken, under the pair.
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
}

#[tokio::test]
async fn a_spread_table_refers_to_copied_tables_or_within_the_survey() {
    let site = Site::start().await;
    let refers: Vec<(String, String, bool)> = sqlx::query_as(
        "SELECT t.relname, f.relname, EXISTS (
             SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'survey' AND a.attnum = ANY(c.conkey)
         )
         FROM pg_constraint c
         JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid WHERE c.contype = 'f'",
    )
    .fetch_all(&site.data.database().await)
    .await
    .unwrap();
    assert!(!refers.is_empty());
    for (from, to, has_survey) in refers {
        let is_spread = SPREAD.contains(&to.as_str());
        assert!(!is_spread || (has_survey && SPREAD.contains(&from.as_str())), "{from} refers to {to}");
    }
}

#[test]
fn every_table_with_answers_or_of_them_is_named_in_the_manual() {
    let manual = include_str!("../../../../../docs/scaling.md");
    for table in SPREAD {
        assert!(manual.contains(&format!("create_distributed_table('{table}', 'survey'")), "{table}");
    }
}

#[test]
fn every_statement_on_the_way_of_an_answer_names_the_survey() {
    let source = include_str!("../../../src/store/postgres/answers.rs");
    // The last is for plain PostgreSQL: it answers to an index that spread tables do not have.
    let (hot, _) = source.split_once("async fn strangers").unwrap();
    let (_, rest) = source.split_once("/// Takes the survey's row").unwrap();
    let mut statements = 0;
    for text in [hot, rest].iter().flat_map(|part| part.split('"').skip(1).step_by(2)) {
        let words = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];
        if words.iter().any(|word| text.trim_start().starts_with(word)) {
            statements += 1;
            let names = ["survey = $1", "VALUES ($1, 0)", "SELECT $1, id"];
            assert!(names.iter().any(|name| text.contains(name)), "{text}");
        }
    }
    assert!(statements >= 5, "{statements} statements were found");
}
