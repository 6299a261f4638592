//! Streams there and back, in a browser.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use futures_util::{StreamExt, stream};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_streams::ReadableStream;

wasm_bindgen_test_configure!(run_in_browser);

async fn there_and_back(chunks: Vec<Result<JsValue, JsValue>>) -> Vec<Result<JsValue, JsValue>> {
    let raw = ReadableStream::from_stream(stream::iter(chunks)).into_raw();
    ReadableStream::from_raw(raw).into_stream().collect().await
}

#[wasm_bindgen_test]
async fn chunks_arrive_in_their_order_until_the_end() {
    let chunks = vec![Ok(1.into()), Ok("two".into())];
    assert_eq!(there_and_back(chunks.clone()).await, chunks);
}

#[wasm_bindgen_test]
async fn a_failure_arrives_as_the_last() {
    let chunks = vec![Ok(1.into()), Err("broken".into()), Ok(3.into())];
    assert_eq!(there_and_back(chunks.clone()).await.last(), Some(&Err("broken".into())));
}
