//! Exports of other tools, as they look, come in without a word about their columns; and what does not belong is named.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Reply, Site, file, run, within};
use crate::home::Home;
use crate::posthog;

/// A file of a tool's, and what is to become of it.
struct Case {
    title: &'static str,
    content: Vec<u8>,
    flags: &'static [&'static str],
    /// The last line: taken, refused, already there.
    summary: (u32, u32),
    /// When, stage, score, comment of the records, oldest first.
    records: Vec<Value>,
    /// What is said about refused rows, in order.
    refused: &'static [&'static str],
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn windows(text: &str) -> Vec<u8> {
    text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect()
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            title: "SurveyMonkey",
            content: "\u{feff}Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,\"How likely is it that you would recommend\nus to a friend, or colleague?\",How satisfied are you with the following?,,What could we improve?\r\n\
                ,,,,,,,,,,Price,Network,Open-Ended Response\r\n\
                118001,9,02/13/2024 03:05:00 PM,02/13/2024 03:06:10 PM,10.0.0.1,a@b.example,A,B,x,10 - Extremely likely,4 - Good,N/A,\"fast, friendly\"\r\n\
                118002,9,03/04/2024 09:00:00 AM,03/04/2024 09:00:30 AM,10.0.0.2,,,,,Not at all likely - 0,1,2,\r\n\
                118003,9,03/05/2024 09:00:00 AM,03/05/2024 09:00:30 AM,10.0.0.2,,,,,maybe 7 or 8,1,2,\r\n\
                118004,9,03/05/2024 09:00:00 AM,03/05/2024 09:00:30 AM,10.0.0.2,,,,,7,6,2,\r\n"
                .as_bytes()
                .to_vec(),
            flags: &["--survey", "nps-internet"],
            summary: (2, 2),
            records: vec![
                json!(["2024-02-13T15:06:10Z", "complete", 10, "fast, friendly", { "price": 4, "network": null }]),
                json!(["2024-03-04T09:00:30Z", "complete", 0, null, { "price": 1, "network": 2 }]),
            ],
            refused: &["line 6: score is \"maybe 7 or 8\"", "line 7: price is \"6\", but a rating"],
        },
        Case {
            title: "Typeform",
            content: "#,\"How likely are you to recommend {{field:01H}} to a friend?\",\"Why, {{field:name}}?\",Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending\n\
                0a1b2c3d4e5f60718293a4b5c6d7e8f9,9,\"because\nit works\",completed,2024-01-31 10:00:00,,2024-01-31 10:01:02,a1b2,,Thanks\n\
                1a1b2c3d4e5f60718293a4b5c6d7e8f9,6,,partial,2024-02-01 10:00:00,2024-02-01 10:00:09,,a1b2,,\n\
                2a1b2c3d4e5f60718293a4b5c6d7e8f9,,,started,2024-02-02 10:00:00,2024-02-02 10:00:09,,a1b2,,\n\
                3a1b2c3d4e5f60718293a4b5c6d7e8f9,,,completed,2024-02-03 10:00:00,,2024-02-03 10:00:09,a1b2,,\n"
                .as_bytes()
                .to_vec(),
            flags: &[],
            summary: (3, 1),
            records: vec![
                json!(["2024-01-31T10:01:02Z", "complete", 9, "because\nit works", null]),
                json!(["2024-02-01T10:00:09Z", "partial", 6, null, null]),
                json!(["2024-02-02T10:00:09Z", "shown", null, null, null]),
            ],
            refused: &["line 6: score is empty"],
        },
        Case {
            title: "Qualtrics",
            content: utf16(
                "StartDate\tEndDate\tStatus\tIPAddress\tProgress\tDuration (in seconds)\tFinished\tRecordedDate\tResponseId\tUserLanguage\tQ1_NPS_GROUP\tQ1\tQ2\n\
                Start Date\tEnd Date\tResponse Type\tIP Address\tProgress\tDuration (in seconds)\tFinished\tRecorded Date\tResponse ID\tUser Language\tQ1 - Group\tHow likely are you to recommend us?\tWhat is the main reason, in your own words?\n\
                \"{\"\"ImportId\"\":\"\"startDate\"\"}\"\t\"{\"\"ImportId\"\":\"\"endDate\"\"}\"\t\"{\"\"ImportId\"\":\"\"status\"\"}\"\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n\
                2024-01-31 03:00:00\t2024-01-31 03:01:00\tIP Address\t1.2.3.4\t100\t60\tTrue\t2024-01-31 03:01:01\tR_1\tEN\tPromoter\t9\tnaïve — good\n\
                2024-01-31 03:00:00\t2024-01-31 03:01:00\tSurvey Preview\t1.2.3.4\t100\t60\tTrue\t2024-01-31 03:01:02\tR_2\tEN\tPromoter\t10\ttest\n\
                2024-01-31 04:00:00\t2024-01-31 04:01:00\tIP Address\t1.2.3.4\t50\t60\tFalse\t2024-02-07 04:01:01\tR_3\tID\tDetractor\t2\t\n",
            ),
            flags: &["--zone", "America/Denver"],
            summary: (2, 0),
            records: vec![
                json!(["2024-01-31T10:01:01Z", "complete", 9, "naïve — good", null]),
                json!(["2024-02-07T11:01:01Z", "partial", 2, null, null]),
            ],
            refused: &[],
        },
        Case {
            title: "Formbricks",
            content: "No.,Response ID,Timestamp,Finished,Survey ID,Formbricks ID (internal),User ID,Notes,Tags,url,Language,1. How likely are you to recommend us?,2. What should we improve?,plan\n\
                1,cl1,2024-01-31T10:00:00.000Z,Yes,s1,i1,,,,https://shop.example/a?secret=1,en,8,Prices,pro\n\
                2,cl2,2024-02-01T10:00:00.000Z,No,s1,i2,,,,https://shop.example/b,id,,,\n"
                .as_bytes()
                .to_vec(),
            flags: &[],
            summary: (2, 0),
            records: vec![
                json!(["2024-01-31T10:00:00Z", "complete", 8, "Prices", null]),
                json!(["2024-02-01T10:00:00Z", "shown", null, null, null]),
            ],
            refused: &[],
        },
        Case {
            title: "Formbricks",
            content: r#"[ { "id": "cl1", "createdAt": "2024-01-31T10:00:00.000Z", "updatedAt": "2024-01-31T10:00:05.000Z",
                  "surveyId": "s1", "finished": true, "language": "default", "data": { "nps0": 3, "why": "slow [, ]" },
                  "meta": { "url": "https://shop.example/a?x=1", "userAgent": { "browser": "Firefox" } }, "tags": [] },
                { "id": "cl2", "createdAt": "2024-02-01T10:00:00.000Z", "surveyId": "s1", "finished": true,
                  "data": { "nps0": "eleven" }, "meta": {} } ]"#
                .as_bytes()
                .to_vec(),
            flags: &["--map", "score=data.nps0", "--map", "comment=data.why"],
            summary: (1, 1),
            records: vec![json!(["2024-01-31T10:00:05Z", "complete", 3, "slow [, ]", null])],
            refused: &["line 3: score is \"eleven\""],
        },
        of_posthog(posthog::events()),
        of_posthog(posthog::table_with_properties()),
        of_posthog(posthog::table_of_events()),
        Case {
            title: "Delighted",
            content: br#"[{"id":"1","person":{"id":"10","email":"a@b.example"},"survey_type":"nps","score":0,"comment":null,"permalink":"https://x.example/r/1","created_at":1706695200,"updated_at":null,"person_properties":{"locale":"id"},"notes":[],"tags":[]},
                {"id":"2","person":"11","survey_type":"nps","score":10,"comment":"great","permalink":"https://x.example/r/2","created_at":1706781600,"updated_at":null,"person_properties":{},"notes":[],"tags":[]},
                {"id":"3","person":"12","survey_type":"csat","score":12,"comment":"","permalink":"https://x.example/r/3","created_at":1706781600,"updated_at":null,"person_properties":{},"notes":[],"tags":[]}]"#
                .to_vec(),
            flags: &[],
            summary: (2, 1),
            records: vec![
                json!(["2024-01-31T10:00:00Z", "complete", 0, null, null]),
                json!(["2024-02-01T10:00:00Z", "complete", 10, "great", null]),
            ],
            refused: &["line 4: score is \"12\""],
        },
        Case {
            title: "Google Forms",
            content: windows(
                "Stempel waktu;Seberapa besar kemungkinan Anda merekomendasikan kami?;Apa alasan Anda?;Bagaimana layanan kami? [Jaringan yang andal]\n\
                31/01/2024 13.45.12;9;déjà vu, très bien;5\n\
                03/02/2024 8.05.00;4;;1\n",
            ),
            flags: &["--zone", "Asia/Jakarta", "--survey", "nps-internet", "--map", "driver.network=Bagaimana layanan kami? [Jaringan yang andal]"],
            summary: (2, 0),
            records: vec![
                json!(["2024-01-31T06:45:12Z", "complete", 9, "déjà vu, très bien", { "network": 5 }]),
                json!(["2024-02-03T01:05:00Z", "complete", 4, null, { "network": 1 }]),
            ],
            refused: &[],
        },
        Case {
            title: "a table",
            content: b"Kapan\tNilai\tCatatan\n2024-01-31\t9.0\tok\n2024-02-01\t7/10\tno\n".to_vec(),
            flags: &["--map", "date=Kapan", "--map", "score=Nilai", "--map", "comment=Catatan"],
            summary: (1, 1),
            records: vec![json!(["2024-01-31T12:00:00Z", "complete", 9, "ok", null])],
            refused: &["line 3: score is \"7/10\""],
        },
    ]
}

/// The same in each of its layouts.
fn of_posthog(content: Vec<u8>) -> Case {
    Case {
        title: "PostHog",
        content,
        flags: &[],
        summary: (3, 0),
        records: vec![
            json!(["2024-01-31T10:00:00Z", "partial", 9, null, null]),
            json!(["2024-01-31T10:00:20Z", "complete", 9, "ok", null]),
            json!(["2024-02-01T10:00:00Z", "complete", 2, null, null]),
        ],
        refused: &[],
    }
}

#[tokio::test]
async fn every_known_export_comes_in_as_it_is() {
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::new().await;
        let [flag, place] = &home.flag();
        let path = file(folder.path(), "export", &case.content);
        let arguments = [&["import", &path, flag, place], case.flags].concat();
        let (_, out, err) = run(&arguments);
        let title = case.title;
        assert!(out.lines().nth(1).is_some_and(|line| line.contains(title)), "{title}: {out}{err}");
        let expected = |taken: u32, there: u32| {
            format!("{taken} taken, {} refused, {there} already there", case.summary.1)
        };
        assert_eq!(out.lines().last(), Some(&*expected(case.summary.0, 0)), "{title}: {out}{err}");
        assert_eq!(records(&home, case.flags), case.records, "{title}");
        for (line, reason) in err.lines().zip(case.refused) {
            assert!(line.starts_with(reason), "{title}: {line}");
        }
        assert_eq!(err.lines().count(), case.refused.len(), "{title}: {err}");
        let (_, out, err) = run(&arguments);
        assert_eq!(out.lines().last(), Some(&*expected(0, case.summary.0)), "{title} again: {out}{err}");
    }
}

fn records(home: &Home, flags: &[&str]) -> Vec<Value> {
    let [flag, place] = &home.flag();
    let survey = flags.iter().position(|flag| *flag == "--survey").map_or("nps", |place| flags[place + 1]);
    let (_, out, _) = run(&["export", flag, place, "--survey", survey, "--format", "ndjson"]);
    let rows = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| {
        let answers = row["answers"].as_array();
        let ratings =
            answers.and_then(|answers| answers.iter().find(|answer| answer["question"] == "drivers"));
        let ratings = ratings.map_or(Value::Null, |answer| answer["ratings"].clone());
        assert!(!row["page"].as_str().unwrap().contains('?'), "{row}");
        json!([row["at"], row["stage"], row["score"], row["comment"], ratings])
    })
    .collect()
}

#[tokio::test]
async fn a_later_export_brings_along_what_was_added_and_an_earlier_one_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new().await;
    let [flag, place] = &home.flag();
    let export = |name: &str, rows: &str| {
        let head = "#,Would you recommend us?,Why?,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC)";
        file(folder.path(), name, format!("{head}\n{rows}\n").as_bytes())
    };
    let early = export("early", "a1,7,,partial,2024-01-31 10:00:00,2024-01-31 10:00:05,");
    let late = export("late", "a1,7,price,completed,2024-01-31 10:00:00,,2024-01-31 10:00:30");
    for (path, summary) in
        [(&early, "1 taken, 0 refused, 0 already"), (&late, "1 taken"), (&early, "0 taken, 0 refused, 1")]
    {
        let (_, out, err) = run(&["import", path, flag, place]);
        assert!(out.lines().last().unwrap().starts_with(summary), "{out}{err}");
    }
    assert_eq!(records(&home, &[]), [json!(["2024-01-31T10:00:30Z", "complete", 7, "price", null])]);
}

#[tokio::test]
async fn what_is_not_what_it_is_said_to_be_is_refused_whole_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new().await;
    let [flag, place] = &home.flag();
    let two = "Timestamp,How likely would you recommend us?,How likely would you recommend our app?\n2024-01-31,9,8\n";
    for (name, content, flags, reason) in [
        (
            "typeform.csv",
            "score,date\n9,2024-01-31\n",
            &["--preset", "surveymonkey", "--map", "score="][..],
            "no column looks like the score",
        ),
        (
            "two.csv",
            two,
            &[],
            "several columns could be the score; say which with --map score=COLUMN, out of \"How likely would",
        ),
        ("none.csv", "Timestamp,Name\n2024-01-31,Ani\n", &[], "no column looks like the score"),
        ("days.csv", "score,date\n9,03/04/2024\n8,05/06/2024\n", &[], "all 2 rows were refused"),
    ] {
        let path = file(folder.path(), name, content.as_bytes());
        let (code, out, err) = run(&[&["import", &path, flag, place], flags].concat());
        assert!(code == 1 && err.contains(reason), "{name}: {out}{err}");
    }
    let path = file(folder.path(), "days.csv", b"score,date\n9,03/04/2024\n8,05/06/2024\n");
    let (_, out, err) = run(&["import", &path, flag, place, "--dates", "day-first"]);
    assert_eq!(out.lines().last(), Some("2 taken, 0 refused, 0 already there"), "{err}");
    assert_eq!(records(&home, &[])[0][0], "2024-04-03T12:00:00Z");
    let (code, _, err) = run(&["import", &path, flag, place, "--zone", "Mars/Olympus"]);
    assert!(code == 2 && err.contains("is no time zone"), "{err}");
}

#[tokio::test]
async fn an_analyst_sends_a_file_and_gets_a_report() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let analyst = site.member(&owner, "analyst").await;
    let before = uploads(&site);
    let send = async |path: &str, content: Vec<u8>| {
        let request = site.request(Method::POST, &format!("/api/1/surveys/nps/imports{path}"));
        Reply::of(request.header("x-suara", "1").header("cookie", &analyst.0).body(content)).await
    };
    let typeform = cases().remove(1);
    let reply = send("", typeform.content).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let report = reply.json();
    assert_eq!((&report["preset"], &report["encoding"]), (&json!("Typeform"), &json!("UTF-8")));
    let counts = ["taken", "refused", "already_there", "skipped"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [3, 1, 0, 0]);
    assert_eq!(report["refusals"][0]["line"], 6);
    assert!(report["columns"].as_array().unwrap().contains(&json!({ "field": "id", "columns": ["#"] })));
    let deed = site.read("/api/1/deeds", &owner).await.json()["deeds"][0].clone();
    assert_eq!((&deed["who"], &deed["what"]), (&json!("analyst@shop.example"), &json!("imported")));
    assert_eq!(deed["about"], "nps: 3 taken, 1 refused, 0 already there, from Typeform");
    let columns = site.read("/api/1/surveys/nps/columns", &owner).await.json();
    assert_eq!(columns["score"], json!([9, 6, null]));
    // Larger than any other body, and chosen by hand.
    let rows: String = (0..20_000).map(|row| format!("{row};31/01/2024;{}\n", row % 11)).collect();
    let reply = send("?score=b&date=a&row=n", format!("n;a;b\n{rows}").into_bytes()).await;
    assert_eq!(reply.json()["taken"], 20_000, "{reply:?}");
    for (path, content, reason) in [
        ("", "a,b\n1,2\n", "the file: no column looks like the score; say which with ?score=COLUMN"),
        ("?preset=excel", "", "preset: is \"excel\", but it is one of generic, surveymonkey"),
        ("?zone=Mars", "", "zone: \"Mars\" is no time zone"),
        ("?score=x", "a,b\n1,2\n", "there is no column \"x\""),
    ] {
        let reply = send(path, content.into()).await;
        assert!(reply.status == 422 && reply.error().contains(reason), "{path}: {reply:?}");
        assert!(!reply.error().contains("upload-"), "{reply:?}");
    }
    // Elsewhere others may lay files into the same folder, which are gone soon, too.
    within(10, async || (uploads(&site) <= before).then_some(())).await;
}

/// How many files lie where they are imported from.
fn uploads(site: &Site) -> usize {
    let files = std::fs::read_dir(site.data.uploads()).unwrap().map(|file| file.unwrap().file_name());
    files.filter(|name| name.to_string_lossy().starts_with("upload-")).count()
}
