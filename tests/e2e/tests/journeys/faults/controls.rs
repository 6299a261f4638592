//! Clients as people write them on an afternoon. The matrix must see what they do wrong, or its zeroes prove nothing.

use serde_json::json;
use suara_e2e::{Answer, Fault, Host, until};

use super::Net;
use super::count::{Given, wrong};

/// Posts an answer, and again with an id of its own while no receipt comes, as often as it is told.
const NAIVE: &str = "return (async (url, score, comment, tries) => {
    for (let i = 0; i < tries; i++) {
        const hex = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
        const id = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-7$3-8$4-$5')
        const answers = [{ question: 'score', text: '?', score }, { question: 'reason', text: '?', comment }]
        const body = JSON.stringify({ v: 1, id, snapshot: 1, survey: 'nps', version: 1, stage: 'complete', at_ms: Date.now(), locale: 'en', page: '/', answers })
        const reply = await fetch(url, { method: 'POST', body }).then(reply => reply.text()).catch(() => '')
        if (reply.includes(id)) return
    }
})(...arguments)";

/// Sends each answer by a client that tries so often, under a fault that ends later.
async fn naively(net: &mut Net, given: &[Given], fault: Fault, tries: usize) -> Host {
    let host = Host::start(net.suite.collector.url()).await;
    host.put("/", suara_e2e::Page { file: "bare.html", ..net.suite.page() }.reply());
    net.visitor.open(&host.url()).await;
    net.proxy.break_by(fault).await;
    let url = format!("{}/n/1/a", net.proxy.url());
    for answer in given {
        net.visitor.run(NAIVE, json!([url, answer.score, answer.comment, tries])).await;
    }
    net.proxy.mend().await;
    host
}

/// Without an outbox: what a reset swallows is gone. How many.
pub(super) async fn losing(net: &mut Net) -> usize {
    let given = Given::some("naive once", 3);
    let _host = naively(net, &given, Fault::before_commit(Answer::Reset), 1).await;
    let seen = wrong(&given, &net.suite.collector.rows());
    assert!(seen.len() == 3 && seen.iter().all(|wrong| wrong.contains("in 0 rows")), "{seen:?}");
    seen.len()
}

/// Without an id that stays: what was committed before the reset is committed again. How many.
pub(super) async fn doubling(net: &mut Net) -> usize {
    let given = Given::some("naive twice", 3);
    let _host = naively(net, &given, Fault::after_commit(Answer::Reset), 2).await;
    let doubled = until("doubled rows", async || {
        let seen = wrong(&given, &net.suite.collector.rows());
        (seen.len() == 3 && seen.iter().all(|wrong| wrong.contains("in 2 rows"))).then_some(seen.len())
    });
    doubled.await
}
