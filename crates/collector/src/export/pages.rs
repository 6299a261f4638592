//! The body of an export over HTTP, page by page as the reader takes it, so that memory stays the same whatever the number
//! of answers.

use axum::body::{Body, Bytes};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::sync::OwnedSemaphorePermit;

use super::{Batches, Sheet};
use crate::app::App;
use crate::store::{Kept, Span, StoreError};

/// What the rows are written on.
pub(crate) enum Paper {
    Batches(Box<Batches>),
    Sheet(Sheet<Vec<u8>>),
}

impl Paper {
    fn write(&mut self, page: Vec<Kept>, survey: &str) -> Result<Vec<Bytes>, StoreError> {
        match self {
            Self::Batches(batches) => batches.encode(&page),
            Self::Sheet(sheet) => {
                for row in page {
                    sheet.write(&row.listed(survey)?).map_err(|error| unwritten(&error))?;
                }
                Ok(vec![sheet.take().map_err(|error| unwritten(&error))?])
            }
        }
    }

    fn end(self) -> Result<Vec<Bytes>, StoreError> {
        match self {
            Self::Batches(batches) => batches.end(),
            // An empty table still has its header.
            Self::Sheet(mut sheet) => Ok(vec![sheet.take().map_err(|error| unwritten(&error))?]),
        }
    }
}

/// An export on its way.
struct Export {
    app: App,
    survey: String,
    span: Span,
    paper: Paper,
    _place: OwnedSemaphorePermit,
}

/// A body with the records in `span`. It keeps its place among the exports until it is read or given up.
pub(crate) fn body(
    app: &App,
    (survey, span): (&str, Span),
    paper: Paper,
    place: OwnedSemaphorePermit,
) -> Body {
    let export = Export { app: app.clone(), survey: survey.to_owned(), span, paper, _place: place };
    let pages = stream::try_unfold(Some(export), |export| async move {
        let Some(export) = export else { return Ok(None) };
        // Whoever reads sees the connection break; the reason is for the operator.
        export.next().await.map(Some).inspect_err(|error| tracing::error!(%error, "an export broke off"))
    });
    Body::from_stream(pages.map_ok(|pieces| stream::iter(pieces).map(Ok::<Bytes, StoreError>)).try_flatten())
}

impl Export {
    /// The bytes of the next page, and the rest of the export if there is one.
    async fn next(mut self) -> Result<(Vec<Bytes>, Option<Self>), StoreError> {
        let page = self.app.store.page(&self.survey, self.span).await?;
        let Some(last) = page.last() else { return Ok((self.paper.end()?, None)) };
        self.span.after = last.change;
        // Thousands of rows take milliseconds to write, in which a visitor's receipt would wait.
        let written = tokio::task::spawn_blocking(move || {
            let bytes = self.paper.write(page, &self.survey)?;
            Ok((bytes, Some(self)))
        });
        written.await.map_err(|_| StoreError::NotCommitted)?
    }
}

fn unwritten(error: &std::io::Error) -> StoreError {
    StoreError::Foreign(format!("a row that no sheet takes ({error})"))
}
