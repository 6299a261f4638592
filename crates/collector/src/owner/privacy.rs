//! What an owner does for one person: looks up what is kept of them, and erases it.

use axum::body::Bytes;
use axum::extract::State;
use axum::{Extension, Json};
use suara_survey::wire::{Erasure, PersonRecords};

use crate::account::{Signed, read};
use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::privacy;

/// Everything that is kept of somebody. It is no GET, so that nobody's address stands in an address.
pub(crate) async fn find(State(app): State<App>, body: Bytes) -> Result<Json<PersonRecords>, Fault> {
    let wanted = privacy::wanted(&read(&body)?, app.store.identity().await?.key)?;
    Ok(Json(privacy::find(&app.store, &wanted).await?))
}

/// Erases everything that is kept of somebody. Whoever hangs up or waits too long does not stop it halfway.
pub(crate) async fn erase(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    body: Bytes,
) -> Result<Json<Erasure>, Fault> {
    let wanted = privacy::wanted(&read(&body)?, app.store.identity().await?.key)?;
    let erasing = tokio::spawn(async move {
        let erasure = (signed.name.as_str(), &wanted, now_ms());
        privacy::erase(&app.store, &app.ledger, erasure).await
    });
    let done = erasing.await.map_err(|_| Fault::Unavailable)??;
    Ok(Json(Erasure { answers: done.answers, refused: done.refused, is_overwritten: done.is_overwritten }))
}
