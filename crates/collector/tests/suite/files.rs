//! Files go in and come out again.

use std::path::{Path, PathBuf};

use suara_load::skip;

use crate::harness::{Site, command, file, new_id, run, snapshot};
use crate::home::Home;

const LONG: &str = "0123456789012345678901234567890123456789012345678901234567890123456789";

/// A folder for files, and a place without answers, with the flag that leads there.
async fn places() -> (tempfile::TempDir, Home, [String; 2]) {
    let home = Home::new().await;
    let flag = home.flag();
    (tempfile::tempdir().unwrap(), home, flag)
}

/// The last line on standard output.
fn summary(out: &str) -> &str {
    out.lines().last().unwrap_or_default()
}

#[tokio::test]
async fn each_bad_row_is_named_with_its_line_and_the_good_ones_are_taken() {
    let (folder, _home, [flag, place]) = &places().await;
    let rows = [
        "id,Score,Created At,Comment",
        "1,9,2024-01-31,fine",
        "2,,2024-01-31,",
        "3,11,2024-01-31,",
        "4,7.5,2024-01-31,",
        "5,-1,2024-01-31,",
        "6,ten,2024-01-31,",
        "7,8,31-Jan-2024,",
        "8,8,,",
        "9,8,2999-01-01,",
        "",
        "10,8,2024-01-31,\"two",
        "lines, \"\"quoted\"\"\"",
        "11,8",
        &format!("12,8,2024-01-31,{}", "x".repeat(2001)),
        "1,8,2024-01-31,fine",
        "13,10.0,2024-01-31 23:59:59,",
    ];
    let path = file(folder.path(), "rows.csv", rows.join("\r\n").as_bytes());
    let (code, out, err) = run(&["import", &path, flag, place]);
    assert_eq!((code, summary(&out)), (0, "3 taken, 11 refused, 0 already there"), "{err}");
    let expected = [
        (3, "score is empty"),
        (4, "score is \"11\", but a score is a whole number from 0 to 10"),
        (5, "score is \"7.5\""),
        (6, "score is \"-1\""),
        (7, "score is \"ten\""),
        (8, "date is \"31-Jan-2024\""),
        (9, "date is \"\""),
        (10, "date is \"2999-01-01\", which is yet to come"),
        (14, "has 2 cells, but the header has 4"),
        (15, "comment: has 2001 characters, but at most 2000"),
        (16, "there already with other content"),
    ];
    let mut lines: Vec<&str> = err.lines().collect();
    lines.sort_by_key(|line| line.split([' ', ':']).nth(1).unwrap().parse::<u32>().unwrap());
    for (line, (number, reason)) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("line {number}: ")) && line.contains(reason), "{line}");
    }
    assert_eq!(lines.len(), expected.len(), "{err}");
    let (_, out, _) = run(&["import", &path, flag, place]);
    assert_eq!(summary(&out), "0 taken, 11 refused, 3 already there");
    let (_, out, _) = run(&["export", flag, place]);
    assert!(out.contains("\"two\r\nlines, \"\"quoted\"\"\""), "{out}");
}

#[tokio::test]
async fn equal_rows_without_an_id_are_different_answers_and_still_not_doubled() {
    let (folder, _home, [flag, place]) = &places().await;
    let path = file(
        folder.path(),
        "rows.csv",
        "\u{feff}rating;date\n9;2024-01-31\n9;2024-01-31\n9;2024-01-31\n".as_bytes(),
    );
    let (_, out, _) = run(&["import", &path, flag, place]);
    assert_eq!(summary(&out), "3 taken, 0 refused, 0 already there");
    let (_, out, _) = run(&["import", &path, flag, place]);
    assert_eq!(summary(&out), "0 taken, 0 refused, 3 already there");
}

#[tokio::test]
async fn the_mapping_is_printed_and_can_be_given() {
    let (folder, _home, [flag, place]) = &places().await;
    let path = file(folder.path(), "rows.csv", b"q1\twhen\tq2\tage\n9\t1700000000\tfast\t44\n");
    let (code, _, err) = run(&["import", &path, flag, place]);
    assert_eq!(code, 1);
    assert!(err.contains("--map score=COLUMN") && err.contains("\"q1\""), "{err}");
    let (code, out, err) = run(&[
        "import",
        &path,
        flag,
        place,
        "--map",
        "score=q1",
        "--map",
        "date=when",
        "--map",
        "comment=q2",
    ]);
    assert_eq!((code, summary(&out)), (0, "1 taken, 0 refused, 0 already there"), "{err}");
    for part in ["score    from column \"q1\"", "comment  from column \"q2\"", "left out \"age\""] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let (_, out, _) = run(&["export", flag, place, "--format", "ndjson"]);
    assert!(
        out.contains(
            "\"at\":\"2023-11-14T22:13:20Z\",\"score\":9,\"class\":\"promoter\",\"comment\":\"fast\""
        ),
        "{out}"
    );
}

#[tokio::test]
async fn json_lines_are_read_too() {
    let (folder, _home, [flag, place]) = &places().await;
    let rows = "{\"score\":9,\"submitted_at\":\"2024-01-31T10:00:00Z\",\"reason\":\"ok\",\"tags\":[1]}\n\n\
                {\"score\":\"3\",\"submitted_at\":1700000000123}\n[1]\n{\"submitted_at\":\"2024-01-31\"}\n";
    let path = file(folder.path(), "rows.ndjson", rows.as_bytes());
    let (_, out, err) = run(&["import", &path, flag, place]);
    assert_eq!(summary(&out), "2 taken, 2 refused, 0 already there", "{err}");
    assert!(err.contains("line 4: is not a JSON object") && err.contains("line 5: score is empty"), "{err}");
}

#[tokio::test]
async fn with_strict_one_bad_row_keeps_all_out() {
    let (folder, _home, [flag, place]) = &places().await;
    let path = file(folder.path(), "rows.csv", b"score,date\n9,2024-01-31\n11,2024-01-31\n");
    let (code, out, err) = run(&["import", &path, flag, place, "--strict"]);
    assert_eq!(code, 1, "{out}");
    assert!(err.contains("line 3: ") && err.contains("nothing was taken, because of --strict"), "{err}");
    let (_, out, _) = run(&["import", &path, flag, place]);
    assert_eq!(summary(&out), "1 taken, 1 refused, 0 already there");
}

#[tokio::test]
async fn a_file_that_is_no_table_of_answers_is_refused_whole() {
    let (folder, _home, [flag, place]) = &places().await;
    for (name, content, reason) in [
        ("utf16.csv", &b"\xff\xfes\0c\0"[..], "out of \"sc\""),
        ("latin1.csv", b"caf\xe9\n", "out of \"caf\u{e9}\""),
        ("empty.csv", b"", "--map score=COLUMN"),
        ("bad.csv", b"score,date\n12,2024-01-31\n", "all 1 rows were refused"),
        ("bad.ndjson", b"{nope", "not a JSON object"),
    ] {
        let (code, _, err) = run(&["import", &file(folder.path(), name, content), flag, place]);
        assert_eq!(code, 1, "{name}: {err}");
        assert!(err.contains(reason), "{name}: {err}");
    }
    let (code, _, err) = run(&["import", "/nowhere.csv", flag, place]);
    assert!(code == 1 && err.contains("/nowhere.csv cannot be read"), "{err}");
    let path = file(folder.path(), "good.csv", b"score,date\n9,2024-01-31\n");
    let (code, _, err) = run(&["import", &path, flag, place, "--survey", "npx"]);
    assert!(
        code == 1
            && err.contains(
                "there is no survey \"npx\"; choose from ces-task, csat-support, nps, nps-internet"
            ),
        "{err}"
    );
}

#[tokio::test]
async fn a_bad_value_is_quoted_in_part_only() {
    let (folder, _home, [flag, place]) = &places().await;
    let path =
        file(folder.path(), "rows.csv", format!("score,date\n{LONG},2024-01-31\n9,2024-01-31\n").as_bytes());
    let (_, _, err) = run(&["import", &path, flag, place]);
    assert!(err.contains(&format!("\"{}…\"", &LONG[..40])), "{err}");
}

#[tokio::test]
async fn what_goes_out_comes_back_the_same() {
    let site = Site::start().await;
    let owner = site.owner().await;
    for (score, comment) in [
        (9, ""),
        (0, "=HYPERLINK(\"http://evil.example\")"),
        (10, "'=quoted already"),
        (3, "semi;colon, comma, \"quotes\"\r\nand lines"),
        (7, "@home"),
        (8, "Bagus sekali 👍"),
    ] {
        assert_eq!(site.answer(&snapshot(new_id(), 3, score, comment)).await.status, 200);
    }
    let mut shown = snapshot(new_id(), 1, 0, "");
    (shown["stage"], shown["answers"]) = ("shown".into(), serde_json::json!([]));
    assert_eq!(site.answer(&shown).await.status, 200);
    let mut trapped = snapshot(new_id(), 1, 0, "");
    trapped["trap"] = true.into();
    assert_eq!(site.answer(&trapped).await.status, 200);
    let folder = tempfile::tempdir().unwrap();
    let [flag, here] = &site.data.flag();
    let original = command(&["export", flag, here, "--format", "ndjson"]).await.1;
    assert_eq!((original.lines().count(), original.matches("honeypot").count()), (8, 1));
    for format in ["csv", "ndjson"] {
        let home = Home::new().await;
        let [_, there] = &home.flag();
        let path = folder.path().join(format).to_str().unwrap().to_owned();
        let (code, out, err) = command(&["export", flag, here, "--format", format, "--out", &path]).await;
        assert_eq!((code, out.as_str()), (0, ""), "{err}");
        let (_, out, err) = command(&["import", &path, flag, there]).await;
        assert_eq!(summary(&out), "8 taken, 0 refused, 0 already there", "{err}");
        let again = command(&["export", flag, there, "--format", "ndjson"]).await.1;
        assert_eq!(again, original, "{format}");
        let (_, out, err) = command(&["import", &path, flag, here]).await;
        assert_eq!(summary(&out), "0 taken, 0 refused, 8 already there", "{format}: {err}");
        let deed = site.read("/api/1/deeds", &owner).await.json()["deeds"][0].clone();
        assert_eq!((&deed["who"], &deed["what"]), (&"command line".into(), &"imported".into()), "{deed}");
        assert!(!deed["about"].as_str().unwrap().contains(format), "the file's name is not kept: {deed}");
    }
    let sheet = std::fs::read_to_string(folder.path().join("csv")).unwrap();
    assert!(
        sheet.starts_with("id,survey,version,stage,at,score,class,comment,locale,page,marks\r\n"),
        "{sheet}"
    );
    assert!(!sheet.contains(",=") && !sheet.contains(",\"=") && !sheet.contains(",@"), "{sheet}");
}

#[tokio::test]
async fn the_carpentries_survey_gives_889_scores_and_names_78_rows_without_one() {
    let Some(path) = carpentries() else { return };
    let (_folder, _home, [flag, place]) = &places().await;
    let (code, out, err) = run(&["import", path.to_str().unwrap(), flag, place]);
    assert_eq!((code, summary(&out)), (0, "889 taken, 78 refused, 0 already there"));
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let named: Vec<usize> =
        err.lines().map(|line| line.split([' ', ':']).nth(1).unwrap().parse().unwrap()).collect();
    assert_eq!(named.len(), 78);
    for number in named {
        assert_eq!(lines[number - 1].split(',').nth(1), Some(""), "line {number}");
    }
    let (_, out, _) = run(&["export", flag, place]);
    let count = |class: &str| out.lines().filter(|line| line.contains(class)).count();
    let nps = 100.0 * (count("promoter") as f64 - count("detractor") as f64) / 889.0;
    assert!((nps - 48.4).abs() < 0.05, "{nps}");
}

/// Where the file lies on this machine, if it does.
fn carpentries() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("SUARA_DATA").map_or_else(beside, PathBuf::from);
    let path = folder.join("carpentries_nps_2016_2018.csv");
    if path.is_file() {
        return Some(path);
    }
    skip("the Carpentries' answers are not on this machine");
    None
}
