//! The loader keeps the same clocks as the core: one table of cases holds for both.

use serde_json::{Map, Value, json};
use suara_e2e::{Page, Suite, Visitor};

const HOUR_MS: i64 = 3_600_000;
const NEVER_MS: i64 = 9_007_199_254_740_991;

/// Puts marks into the browser's database, which is made if it is missing, and nothing else stays in it.
const SEED: &str = "return new Promise((done, failed) => {
    const [marks] = arguments
    const open = indexedDB.open('suara', 1)
    open.onerror = failed
    open.onupgradeneeded = () => ['outbox', 'marks', 'dead'].forEach(name => open.result.createObjectStore(name))
    open.onsuccess = () => {
        const work = open.result.transaction(['outbox', 'marks'], 'readwrite')
        work.objectStore('outbox').clear()
        work.objectStore('marks').clear()
        for (const mark of marks) work.objectStore('marks').put(JSON.stringify(mark), mark.survey)
        work.oncomplete = () => { open.result.close(); done(true) }
    }
})";

/// A mark of the table, in hours before now, as the prompt keeps it, in milliseconds since 1970.
fn kept(mark: &Value, waits_h: &Value, now_ms: i64) -> Value {
    let at = |clock: &str| mark[clock].as_f64().map_or(0, |hours| now_ms - (hours * HOUR_MS as f64) as i64);
    let count = |name: &str| mark[name].as_u64().unwrap_or(0);
    let waits = |whose: &str, own: &str| -> Value {
        let hours = mark.get(own).unwrap_or(&waits_h[whose]).as_object().unwrap().iter();
        let ms = |h: &Value| h.as_i64().map_or(NEVER_MS, |hours| hours * HOUR_MS);
        Value::Object(hours.map(|(clock, h)| (clock.clone(), json!(ms(h)))).collect::<Map<_, _>>())
    };
    json!({
        "survey": mark["survey"], "seen": at("seen"), "dismissed": at("dismissed"), "answered": at("answered"),
        "later": at("later"), "times": count("times"), "max_times": count("max_times"),
        "own": waits("own", "own_h"), "others": waits("others", "others_h"),
    })
}

#[tokio::test]
async fn every_case_of_the_clocks_is_decided_alike_in_the_browser() {
    let table: Value = serde_json::from_str(include_str!("../../../fixtures/clocks.json")).unwrap();
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let bare = suite.put(&Page { file: "bare.html", ..suite.page() });
    let page = suite.put(&suite.page());
    for case in table["cases"].as_array().unwrap() {
        visitor.open(&bare).await;
        let now_ms = visitor.see("Date.now()").await.as_i64().unwrap();
        let marks = case["marks"].as_array().unwrap().iter();
        let marks: Vec<_> = marks.map(|mark| kept(mark, &table["waits_h"], now_ms)).collect();
        visitor.run(SEED, json!([marks])).await;
        visitor.open(&page).await;
        if case["ask"] == true {
            visitor.asked("score").await;
        } else {
            let settled = "new Promise(done => requestIdleCallback(() => setTimeout(() => done(true), 400)))";
            visitor.wait_for(settled).await;
            let loads =
                "performance.getEntriesByType('resource').filter(entry => /\\/s\\//.test(entry.name)).length";
            assert_eq!(visitor.see(loads).await, 0, "{case}");
            assert!(visitor.prompt().await.is_none(), "{case}");
        }
    }
}
