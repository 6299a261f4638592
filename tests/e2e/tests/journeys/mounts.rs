//! A single-page application may show and close the prompt all day in one page: nothing of it may pile up.

use serde_json::{Value, json};
use suara_e2e::{Page, Reply, Suite, Visitor, note};

/// Shows and closes the prompt so many times. `leaks` is the mistake that the journey is there to find: a listener on
/// the document for each prompt, which keeps the prompt with it.
const MOUNT: &str = "return (async ([times, leaks]) => {
    const prompt = () => document.querySelector('suara-prompt')?.shadowRoot?.querySelector('.close')
    const until = async happened => { while (!happened()) await new Promise(done => setTimeout(done)) }
    for (let mount = 0; mount < times; mount++) {
        suara('show', { again: true })
        await until(prompt)
        const close = prompt()
        if (leaks) document.addEventListener('suara-never', () => close)
        close.click()
        await until(() => !document.querySelector('suara-prompt'))
    }
})(arguments)";

/// The lowest address of the wasm's memory that was ever written to.
const UNTOUCHED: &str = "new Uint8Array(wasmMemory.buffer).findIndex(byte => byte !== 0)";

/// A script may run for half a minute, on any machine.
const AT_ONCE: usize = 50;

/// What the page holds after a collection of garbage.
#[derive(Debug)]
struct Held {
    heap_bytes: f64,
    wasm_bytes: f64,
    listeners: f64,
    nodes: f64,
    /// The stack grows downwards to address 0, and nothing else is below its top.
    untouched_stack_bytes: f64,
}

async fn mount(visitor: &Visitor, times: usize, leaks: bool) {
    for _ in 0..times / AT_ONCE {
        visitor.run(MOUNT, json!([AT_ONCE, leaks])).await;
        // What a closed prompt held in wasm goes when the browser collects its closures, which a page with nothing else
        // to do does too late: memory that the wasm has grown by once stays.
        collect_garbage(visitor).await;
    }
}

/// Twice, because the finalizers of the first collection let go of more.
async fn collect_garbage(visitor: &Visitor) {
    for _ in 0..2 {
        visitor.devtools("HeapProfiler.collectGarbage", json!({})).await;
        visitor.see("new Promise(done => setTimeout(done, 200))").await;
    }
}

async fn held(visitor: &Visitor) -> Held {
    visitor.until_outbox_is_empty().await;
    // The patience with each request is a timer of ten seconds, which nobody cancels.
    visitor.see("new Promise(done => setTimeout(done, 11_000))").await;
    collect_garbage(visitor).await;
    let heap = visitor.devtools("Runtime.getHeapUsage", json!({})).await;
    let counts = visitor.devtools("Memory.getDOMCounters", json!({})).await;
    let number = |value: &Value| value.as_f64().unwrap();
    Held {
        heap_bytes: number(&heap["usedSize"]),
        wasm_bytes: number(&visitor.see("wasmMemory.buffer.byteLength").await),
        listeners: number(&counts["jsEventListeners"]),
        nodes: number(&counts["nodes"]),
        untouched_stack_bytes: number(&visitor.see(UNTOUCHED).await),
    }
}

/// What `times` prompts leave behind, after some that fill what is kept for all of them.
async fn left_by(times: usize, leaks: bool) -> Held {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    // An endpoint of someone else's: ours would take so many answers from one address for a flood.
    suite.host.put("/answers", Reply::new("text/plain", "ok"));
    let tag = r#"data-survey="nps" data-trigger="manual" data-endpoint="/answers" data-receipt="status""#;
    let page = Page { file: "mounts.html", tag: tag.to_owned(), ..suite.page() };
    visitor.open(&suite.put(&page)).await;
    visitor.wait_for("typeof suara === 'function'").await;
    visitor.devtools("HeapProfiler.enable", json!({})).await;
    mount(&visitor, AT_ONCE, false).await;
    let before = held(&visitor).await;
    mount(&visitor, times, leaks).await;
    let after = held(&visitor).await;
    let left = Held {
        heap_bytes: after.heap_bytes - before.heap_bytes,
        wasm_bytes: after.wasm_bytes - before.wasm_bytes,
        listeners: after.listeners - before.listeners,
        nodes: after.nodes - before.nodes,
        untouched_stack_bytes: after.untouched_stack_bytes,
    };
    note(&format!("{times} mounts{} left {left:?}", if leaks { " that leak" } else { "" }));
    left
}

#[tokio::test]
async fn five_hundred_prompts_leave_no_listener_no_node_and_less_than_a_megabyte() {
    let left = left_by(500, false).await;
    assert!(left.heap_bytes + left.wasm_bytes <= 1e6, "{left:?}");
    assert!(left.listeners <= 0.0, "{left:?}");
    assert!(left.nodes <= 0.0, "{left:?}");
    // Half of what `build.rs` gives.
    assert!(left.untouched_stack_bytes >= 32_768.0, "{left:?}");
}

#[tokio::test]
async fn a_prompt_that_left_a_listener_would_be_noticed() {
    let left = left_by(100, true).await;
    assert!(left.listeners >= 100.0, "{left:?}");
    assert!(left.nodes >= 100.0, "{left:?}");
}
