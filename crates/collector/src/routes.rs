//! Every route, grouped by who calls it.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, delete, get, options, patch, post, put};
use suara_survey::wire::Role;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::account::{own, people};
use crate::app::App;
use crate::owner::{cases, columns, hooks, identity, imports, privacy, quarantine, responses, surveys};
use crate::{account, bounds, contract, health, intake, limits, owner, site};

pub(crate) fn router(app: App) -> Router {
    let (anyone, signed_in): (Vec<_>, Vec<_>) = owners().into_iter().partition(|route| route.who.is_none());
    let (owner, others): (Vec<_>, Vec<_>) = signed_in.into_iter().partition(|route| route.who == OWNER);
    let (analyst, viewer) = others.into_iter().partition(|route| route.who == ANALYST);
    let gate = |least| from_fn_with_state((app.clone(), least), account::signed_in);
    let owners = merged(viewer)
        .layer(gate(Role::Viewer))
        .merge(merged(analyst).layer(gate(Role::Analyst)))
        .merge(merged(owner).layer(gate(Role::Owner)))
        .merge(merged(anyone))
        .layer(from_fn(bounds::bound))
        .layer(from_fn(account::same_site))
        .layer(from_fn_with_state(app.clone(), limits::by_address))
        .layer(set(header::CACHE_CONTROL, "no-store"));
    let admin = Router::new()
        .route("/admin", get(site::admin))
        .route("/admin/", get(site::admin))
        .route("/admin/{*path}", get(site::admin))
        .layer(from_fn(bounds::bound));
    Router::new()
        .merge(strict(owners.merge(admin)))
        .merge(visitors(&app))
        .merge(operators())
        // Layers in a pair share one box for each request; each by itself would have its own.
        .layer((from_fn_with_state(app.clone(), bounds::log), set(header::X_CONTENT_TYPE_OPTIONS, "nosniff")))
        .with_state(app)
}

/// Visitors' browsers, on any page. No word here that content blockers' lists match.
fn visitors(app: &App) -> Router<App> {
    // The layer answers by itself.
    let preflight = options(|| async {}).layer(intake::preflight(app));
    let answers = Router::new().route(intake::ROUTE, post(intake::take).merge(preflight));
    Router::new()
        .route("/n/1/q/{id}", get(intake::survey))
        .route("/n/1/openapi.json", get(contract::openapi))
        .route("/n/1/snapshot.schema.json", get(contract::snapshot))
        .route("/suara.js", get(site::loader))
        .route("/s/{*path}", get(site::prompt))
        .route("/favicon.ico", get(site::icon))
        .fallback(get(site::demo))
        .layer(from_fn(bounds::bound))
        .merge(answers)
}

/// Proxies and supervisors. What they find out is no secret; the counts are, and have a listener of their own.
fn operators() -> Router<App> {
    let routes = Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready));
    routes.layer(from_fn(bounds::bound)).layer(set(header::CACHE_CONTROL, "no-store"))
}

/// The admin view, and programs that read.
fn owners() -> Vec<Route> {
    let mut routes = vec![
        Route::new(ANYONE, Method::POST, "/api/1/setup", post(account::setup)),
        Route::new(ANYONE, Method::POST, "/api/1/session", post(account::sign_in)),
        Route::new(VIEWER, Method::GET, "/api/1/session", get(account::who)),
        Route::new(VIEWER, Method::DELETE, "/api/1/session", delete(account::sign_out)),
        Route::new(VIEWER, Method::PUT, "/api/1/session/password", put(own::change_password)),
        Route::new(VIEWER, Method::DELETE, "/api/1/sessions", delete(own::end_sessions)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys", get(surveys::list)),
        Route::new(ANALYST, Method::POST, "/api/1/surveys", post(surveys::create)),
        Route::new(OWNER, Method::PATCH, "/api/1/surveys/{id}", patch(surveys::set_state)),
        Route::new(ANALYST, Method::GET, "/api/1/surveys/{id}/draft", get(surveys::draft)),
        Route::new(ANALYST, Method::PUT, "/api/1/surveys/{id}/draft", put(surveys::put_draft)),
        Route::new(ANALYST, Method::DELETE, "/api/1/surveys/{id}/draft", delete(surveys::drop_draft)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/versions", get(surveys::versions)),
        Route::new(OWNER, Method::POST, "/api/1/surveys/{id}/versions", post(surveys::publish)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/versions/{version}", get(surveys::version)),
        Route::new(ANALYST, Method::GET, "/api/1/surveys/{id}/settings", get(surveys::settings)),
        Route::new(OWNER, Method::PUT, "/api/1/surveys/{id}/settings", put(surveys::set_settings)),
        Route::new(VIEWER, Method::GET, "/api/1/models", get(surveys::models)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/columns", get(columns::columns)),
        Route::new(ANALYST, Method::GET, "/api/1/surveys/{id}/comments", get(owner::comments)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/live", get(owner::live)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/responses", get(responses::chunks)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/responses/{range}", get(responses::chunk)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/responses.arrow", get(responses::arrow)),
        Route::new(ANALYST, Method::GET, "/api/1/surveys/{id}/responses.csv", get(responses::csv)),
        Route::new(ANALYST, Method::GET, "/api/1/surveys/{id}/responses.ndjson", get(responses::ndjson)),
        Route::new(ANALYST, Method::POST, "/api/1/surveys/{id}/imports", post(imports::take)),
        Route::new(OWNER, Method::GET, "/api/1/people", get(people::people)),
        Route::new(OWNER, Method::PATCH, "/api/1/people/{id}", patch(people::promote)),
        Route::new(OWNER, Method::DELETE, "/api/1/people/{id}", delete(people::remove)),
        Route::new(OWNER, Method::POST, "/api/1/invitations", post(people::invite)),
        Route::new(OWNER, Method::DELETE, "/api/1/invitations/{id}", delete(people::uninvite)),
        Route::new(OWNER, Method::GET, "/api/1/tokens", get(people::tokens)),
        Route::new(OWNER, Method::POST, "/api/1/tokens", post(people::make_token)),
        Route::new(OWNER, Method::DELETE, "/api/1/tokens/{id}", delete(people::end_token)),
        Route::new(OWNER, Method::GET, "/api/1/deeds", get(people::deeds)),
        Route::new(OWNER, Method::GET, "/api/1/identity/secrets", get(identity::list)),
        Route::new(OWNER, Method::POST, "/api/1/identity/secrets", post(identity::make)),
        Route::new(OWNER, Method::DELETE, "/api/1/identity/secrets/{id}", delete(identity::remove)),
        Route::new(OWNER, Method::POST, "/api/1/privacy/find", post(privacy::find)),
        Route::new(OWNER, Method::POST, "/api/1/privacy/erase", post(privacy::erase)),
        Route::new(ANALYST, Method::GET, "/api/1/quarantine", get(quarantine::page)),
        Route::new(ANALYST, Method::GET, "/api/1/quarantine/{id}", get(quarantine::one)),
        Route::new(OWNER, Method::DELETE, "/api/1/quarantine/{id}", delete(quarantine::remove)),
        Route::new(OWNER, Method::POST, "/api/1/quarantine/{id}/admit", post(quarantine::admit)),
    ];
    routes.extend(follow_up());
    routes
}

/// Whoever follows answers up, and whoever is told of them.
fn follow_up() -> Vec<Route> {
    vec![
        Route::new(ANALYST, Method::GET, "/api/1/surveys/{id}/cases", get(cases::list)),
        Route::new(VIEWER, Method::GET, "/api/1/surveys/{id}/cases/figures", get(cases::report)),
        Route::new(ANALYST, Method::GET, "/api/1/surveys/{id}/cases/{case}", get(cases::file)),
        Route::new(ANALYST, Method::PATCH, "/api/1/surveys/{id}/cases/{case}", patch(cases::change)),
        Route::new(ANALYST, Method::POST, "/api/1/surveys/{id}/cases/{case}/notes", post(cases::note)),
        Route::new(OWNER, Method::GET, "/api/1/hooks", get(hooks::list)),
        Route::new(OWNER, Method::POST, "/api/1/hooks", post(hooks::make)),
        Route::new(OWNER, Method::PUT, "/api/1/hooks/{id}", put(hooks::change)),
        Route::new(OWNER, Method::DELETE, "/api/1/hooks/{id}", delete(hooks::remove)),
        Route::new(OWNER, Method::POST, "/api/1/hooks/{id}/secret", post(hooks::rotate)),
        Route::new(OWNER, Method::POST, "/api/1/hooks/{id}/probe", post(hooks::probe)),
        Route::new(OWNER, Method::GET, "/api/1/hooks/{id}/deliveries", get(hooks::deliveries)),
        Route::new(OWNER, Method::POST, "/api/1/hooks/{id}/deliveries", post(hooks::resend)),
    ]
}

/// Who gets through to a route of the admin view: the least role, or none.
type Who = Option<Role>;
const ANYONE: Who = None;
const VIEWER: Who = Some(Role::Viewer);
const ANALYST: Who = Some(Role::Analyst);
const OWNER: Who = Some(Role::Owner);

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
