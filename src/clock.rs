//! Time, chance, waiting and tasks, as the browser has them. The pure crate takes time and chance as arguments.

use std::future::Future;
use std::pin::Pin;

use js_sys::{Date, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Milliseconds since 1970, by the visitor's clock.
pub fn now_ms() -> i64 {
    Date::now() as i64
}

/// A number in 0..1.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// Ten random bytes: from the browser's generator for keys, else from its ordinary one, which is what an insecure
/// page without `crypto` leaves.
pub fn random_bytes() -> [u8; 10] {
    let mut bytes = [0; 10];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    if crypto.is_none_or(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_err()) {
        bytes.fill_with(|| (chance() * 256.0) as u8);
    }
    bytes
}

/// Waits. Not at all where there is no window.
pub async fn sleep_ms(ms: i64) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let ms = ms.clamp(0, i64::from(i32::MAX)) as i32;
            // A refused timer would leave the promise open for ever, which ends this task and nothing else.
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms).ok();
        }
    });
    JsFuture::from(promise).await.ok();
}

/// Runs a task beside the page and promises what it gives. Boxed, so that the module holds the code of one kind of
/// task instead of ten.
pub fn promise(task: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let task: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>> = Box::pin(task);
    future_to_promise(task)
}

/// Runs a task beside the page.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let _ = promise(async move {
        task.await;
        Ok(JsValue::UNDEFINED)
    });
}
