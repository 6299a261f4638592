//! A browser's stream as Rust's and the other way round, in the place of the crate of this name, of which `server_fn`
//! under Leptos uses these four functions.
//!
//! That crate exports JavaScript classes from every wasm that it is linked into, and what they reach cannot be dropped
//! though nobody streams: 3 kB brotli of the prompt. Here are closures in their place, which vanish when unused.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;

use futures_util::{Stream, stream};
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{ReadableStreamDefaultController, ReadableStreamDefaultReader};

/// A stream of the browser's.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Wraps one.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Unwraps it.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Makes one of Rust's, which is asked for more only when the reader is ready. Throws where the browser has none.
    pub fn from_stream<S>(stream: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        let stream = Rc::new(RefCell::new(Box::pin(stream)));
        let pull: Closure<dyn FnMut(ReadableStreamDefaultController) -> Promise> =
            Closure::new(move |controller: ReadableStreamDefaultController| {
                let stream = Rc::clone(&stream);
                future_to_promise(async move {
                    match poll_fn(|context| stream.borrow_mut().as_mut().poll_next(context)).await {
                        Some(chunk) => controller.enqueue_with_chunk(&chunk?)?,
                        None => controller.close()?,
                    }
                    Ok(JsValue::UNDEFINED)
                })
            });
        let source = Object::new();
        let made = Reflect::set(&source, &"pull".into(), &pull.into_js_value())
            .and_then(|_| web_sys::ReadableStream::new_with_underlying_source(&source));
        Self(made.unwrap_or_else(|error| wasm_bindgen::throw_val(error)))
    }

    /// Reads it to its end. Throws if someone else reads it already.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        let reader: ReadableStreamDefaultReader = self.0.get_reader().unchecked_into();
        stream::try_unfold(reader, async |reader| {
            let step = JsFuture::from(reader.read()).await?;
            if Reflect::get(&step, &"done".into())?.is_truthy() {
                return Ok(None);
            }
            Ok(Some((Reflect::get(&step, &"value".into())?, reader)))
        })
    }
}
