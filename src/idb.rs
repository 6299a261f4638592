//! IndexedDB with futures, as far as the outbox needs it: string keys, string values, one transaction at a time.

use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode};

/// Anything the browser refuses: no storage, no room, a closed database.
pub type Result<T> = std::result::Result<T, JsValue>;

/// An open database, closed once nobody has it any more: a browser keeps open ones, with their listeners, for as long as
/// the page stays.
#[derive(Clone, Debug)]
pub struct Database(Rc<Connection>);

#[derive(Debug)]
struct Connection(IdbDatabase);

impl Drop for Connection {
    fn drop(&mut self) {
        // What is under way is still done.
        self.0.close();
    }
}

/// One step of a transaction: a value put under a key of a store, or the key deleted.
#[derive(Debug)]
pub struct Step<'a> {
    /// The store.
    pub store: &'a str,
    /// The key.
    pub key: &'a str,
    /// The value; none deletes.
    pub value: Option<&'a str>,
}

impl Database {
    /// Opens a database, making it with `stores` if it is new.
    pub async fn open(name: &str, stores: &'static [&'static str]) -> Result<Self> {
        // Through the global rather than `window.indexedDB`, whose mere touch throws in a sandbox: this way it is caught.
        let factory = Reflect::get(&js_sys::global(), &"indexedDB".into())?;
        if factory.is_undefined() {
            return Err(factory);
        }
        let factory: web_sys::IdbFactory = factory.unchecked_into();
        let request = factory.open_with_u32(name, 1)?;
        let on_upgrade = Closure::once_into_js(move |event: web_sys::Event| {
            let request = event.target().map(|target| target.unchecked_into::<IdbOpenDbRequest>());
            let database = request.and_then(|request| request.result().ok()).map(IdbDatabase::from);
            for store in stores {
                // A store that cannot be made shows in the first transaction.
                database.as_ref().and_then(|database| database.create_object_store(store).ok());
            }
        });
        request.set_onupgradeneeded(on_upgrade.dyn_ref());
        let database = done(&request).await?;
        // Whoever erases the database is not kept waiting.
        Reflect::set(&database, &"onversionchange".into(), &Reflect::get(&database, &"close".into())?)?;
        Ok(Self(Rc::new(Connection(database.into()))))
    }

    /// All values of a store, by the order of their keys.
    pub async fn all(&self, store: &str) -> Result<Vec<String>> {
        let values = self.0.0.transaction_with_str(store)?.object_store(store)?.get_all()?;
        Ok(Array::from(&done(&values).await?).iter().filter_map(|value| value.as_string()).collect())
    }

    /// Takes all steps or none, and returns once they are kept: true, or false where `decide` wants nothing done after a
    /// look at what a store holds under a key. A text that it gives takes that one's place, but for an empty one.
    pub async fn commit(
        &self,
        steps: &[Step<'_>],
        (store, key): (&str, &str),
        decide: &dyn Fn(Option<String>) -> Option<String>,
    ) -> Result<bool> {
        let names = steps.iter().map(|step| step.store).chain([store]);
        let stores: Array = names.map(JsValue::from).collect();
        let transaction =
            self.0.0.transaction_with_str_sequence_and_mode(&stores, IdbTransactionMode::Readwrite)?;
        // The transaction stays open for what is asked of it right after the reply.
        let found = done(&transaction.object_store(store)?.get(&key.into())?).await?;
        let Some(mended) = decide(found.as_string()) else { return Ok(false) };
        let mended = (!mended.is_empty()).then_some(Step { store, key, value: Some(&mended) });
        for step in steps.iter().chain(&mended) {
            let store = transaction.object_store(step.store)?;
            match step.value {
                Some(value) => store.put_with_key(&value.into(), &step.key.into())?,
                None => store.delete(&step.key.into())?,
            };
        }
        kept(&transaction).await?;
        Ok(true)
    }
}

async fn done(request: &IdbRequest) -> Result<JsValue> {
    settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    })
    .await?;
    request.result()
}

async fn kept(transaction: &IdbTransaction) -> Result<()> {
    settled(|resolve, reject| {
        transaction.set_oncomplete(Some(resolve));
        transaction.set_onabort(Some(reject));
    })
    .await
}

/// A promise's own functions serve as event handlers: no closure to keep alive, and a second event changes nothing.
async fn settled(mut listen: impl FnMut(&Function, &Function)) -> Result<()> {
    let promise = Promise::new(&mut |resolve, reject| listen(&resolve, &reject));
    JsFuture::from(promise).await.map(|_| ())
}
