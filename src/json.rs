//! JSON parsed by the browser, read by `suara-survey`. A parser of our own would weigh as much as all of Leptos.

use js_sys::{Array, JSON, Object, Reflect};
use suara_survey::Json;
use wasm_bindgen::prelude::*;

/// A value that the browser parsed.
#[derive(Clone, Debug)]
pub struct Parsed(pub JsValue);

/// Parses a text; none if it is not JSON.
pub fn parse(text: &str) -> Option<Parsed> {
    JSON::parse(text).ok().map(Parsed)
}

impl Json for Parsed {
    fn member(&self, name: &str) -> Option<Self> {
        let value = Reflect::get(&self.0, &name.into()).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(Self(value))
    }

    fn members(&self) -> Option<Vec<(String, Self)>> {
        let names = Object::keys(self.0.dyn_ref::<Object>()?).into_iter();
        names.map(|name| Some((name.as_string()?, Self(Reflect::get(&self.0, &name).ok()?)))).collect()
    }

    fn items(&self) -> Option<Vec<Self>> {
        Array::is_array(&self.0).then(|| Array::from(&self.0).iter().map(Self).collect())
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn boolean(&self) -> Option<bool> {
        self.0.as_bool()
    }
}
