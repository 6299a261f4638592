//! Every route, grouped by who calls it.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, delete, get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;
use crate::{account, bounds, intake, owner, site};

pub(crate) fn router(app: App) -> Router {
    let (anyone, signed_in) = owners().into_iter().partition(|route| route.who == Who::Anyone);
    let owners = merged(signed_in)
        .layer(from_fn_with_state(app.clone(), account::signed_in))
        .merge(merged(anyone))
        .layer(from_fn(bounds::bound))
        .layer(from_fn(account::same_site))
        .layer(set(header::CACHE_CONTROL, "no-store"));
    let admin = Router::new()
        .route("/admin", get(site::admin))
        .route("/admin/", get(site::admin))
        .route("/admin/{*path}", get(site::admin))
        .layer(from_fn(bounds::bound));
    Router::new()
        .merge(strict(owners.merge(admin)))
        .merge(visitors(&app))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(from_fn(bounds::log))
        .with_state(app)
}

/// Visitors' browsers, on any page. No word here that content blockers' lists match.
fn visitors(app: &App) -> Router<App> {
    let answers = Router::new()
        .route("/n/1/a", post(intake::take))
        .layer(from_fn(bounds::bound))
        .layer(from_fn_with_state(app.clone(), intake::admit))
        .layer(intake::cors(app));
    Router::new()
        .route("/n/1/q/{id}", get(intake::survey))
        .route("/suara.js", get(site::loader))
        .route("/s/{*path}", get(site::prompt))
        .route("/favicon.ico", get(site::icon))
        .fallback(get(site::demo))
        .layer(from_fn(bounds::bound))
        .merge(answers)
}

/// The admin view.
fn owners() -> Vec<Route> {
    use Who::{Anyone, Owner};
    vec![
        Route::new(Anyone, Method::POST, "/api/1/setup", post(account::setup)),
        Route::new(Anyone, Method::POST, "/api/1/session", post(account::sign_in)),
        Route::new(Owner, Method::GET, "/api/1/session", get(account::who)),
        Route::new(Owner, Method::DELETE, "/api/1/session", delete(account::sign_out)),
        Route::new(Owner, Method::GET, "/api/1/surveys", get(owner::surveys)),
        Route::new(Owner, Method::GET, "/api/1/surveys/{id}/columns", get(owner::columns)),
        Route::new(Owner, Method::GET, "/api/1/surveys/{id}/comments", get(owner::comments)),
        Route::new(Owner, Method::GET, "/api/1/surveys/{id}/live", get(owner::live)),
    ]
}

/// Who gets through to a route of the admin view.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Who {
    Anyone,
    Owner,
}

struct Route {
    who: Who,
    method: Method,
    path: &'static str,
    handler: MethodRouter<App>,
}

impl Route {
    fn new(who: Who, method: Method, path: &'static str, handler: MethodRouter<App>) -> Self {
        Self { who, method, path, handler }
    }
}

/// Method and path of every route of the admin view: what a test of their gates must cover.
pub fn owner_routes() -> Vec<(Method, &'static str)> {
    owners().into_iter().map(|route| (route.method, route.path)).collect()
}

fn merged(routes: Vec<Route>) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
}

/// Nothing from elsewhere runs in the admin view, frames it, or learns where it was.
fn strict(router: Router<App>) -> Router<App> {
    const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; \
        img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'";
    router
        .layer(set(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
}

fn set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
