//! The descriptions for programs, `docs/openapi.json` and `docs/snapshot.schema.json`, are made here of the wire types.
//! `SUARA_BLESS=1 cargo test -p suara-collector contract` writes them anew.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator, schema_for};
use serde_json::{Map, Value, json};
use suara_survey::wire;

use crate::harness::Site;

/// A body, as a schema.
type Body = fn(&mut SchemaGenerator) -> Value;

fn body<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    json!({ "content": { "application/json": { "schema": generator.subschema_for::<T>() } } })
}

/// Nothing at all.
fn nothing(_: &mut SchemaGenerator) -> Value {
    json!({})
}

/// A snapshot, or the note that one was lost, or several, a line each; any media type will do.
fn answer(generator: &mut SchemaGenerator) -> Value {
    let either = [generator.subschema_for::<wire::Snapshot>(), generator.subschema_for::<wire::Loss>()];
    json!({ "content": { "text/plain": { "schema": { "oneOf": either } } } })
}

/// One for one; for several lines one each, in their order.
fn receipt(generator: &mut SchemaGenerator) -> Value {
    let either =
        [generator.subschema_for::<wire::Receipt>(), generator.subschema_for::<Vec<wire::Outcome>>()];
    json!({ "content": { "application/json": { "schema": { "oneOf": either } } } })
}

/// A survey is read field by field, so that what is wrong with it can be named; see docs/configure.md.
fn survey(_: &mut SchemaGenerator) -> Value {
    json!({ "content": { "application/json": { "schema": { "type": "object" } } } })
}

fn arrow(_: &mut SchemaGenerator) -> Value {
    json!({ "content": { "application/vnd.apache.arrow.stream": { "schema": { "type": "string", "format": "binary" } } } })
}

fn table(_: &mut SchemaGenerator) -> Value {
    json!({ "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } })
}

fn csv(_: &mut SchemaGenerator) -> Value {
    json!({ "content": { "text/csv": { "schema": { "type": "string" } } } })
}

fn ndjson(_: &mut SchemaGenerator) -> Value {
    json!({ "content": { "application/x-ndjson": { "schema": { "type": "string" } } } })
}

fn events(_: &mut SchemaGenerator) -> Value {
    json!({ "content": { "text/event-stream": { "schema": { "type": "string" } } } })
}

/// A route: who may, what is sent, what comes back, and what else may happen.
struct Operation {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    who: &'static str,
    takes: Body,
    gives: Body,
    status: u16,
}

const fn operation(
    (method, path): (&'static str, &'static str),
    (who, summary): (&'static str, &'static str),
    takes: Body,
    (status, gives): (u16, Body),
) -> Operation {
    Operation { method, path, summary, who, takes, gives, status }
}

fn operations() -> Vec<Operation> {
    use wire::{
        Account, Chunks, Columns, Comments, Credentials, Deeds, Erasure, IdentitySecrets, ImportReport,
        InvitationLink, Invite, NewIdentitySecret, NewSurvey, NewToken, PasswordChange, People,
        PersonRecords, Promotion, Quarantine, QuarantinedBody, ReadyMade, Receipt, Setup, StateChange,
        SurveySettings, SurveySummary, SurveyVersion, SurveyVersions, TokenSecret, Tokens, Whose,
    };
    let nil = nothing as Body;
    let mut operations = vec![
        operation(
            ("post", "/n/1/a"),
            ("anyone", "Keep a snapshot of an answer; acknowledged once it is on disk"),
            answer,
            (200, receipt),
        ),
        operation(("get", "/n/1/q/{id}"), ("anyone", "A survey at its newest version"), nil, (200, survey)),
        operation(
            ("post", "/api/1/setup"),
            (
                "anyone",
                "Make an account with the first link or an invitation's, or set a new password with a link for that",
            ),
            body::<Setup>,
            (200, body::<Account>),
        ),
        operation(
            ("post", "/api/1/session"),
            ("anyone", "Sign in; the session is a cookie"),
            body::<Credentials>,
            (200, body::<Account>),
        ),
        operation(("get", "/api/1/session"), ("viewer", "Who is signed in"), nil, (200, body::<Account>)),
        operation(("delete", "/api/1/session"), ("viewer", "Sign out"), nil, (204, nil)),
        operation(
            ("put", "/api/1/session/password"),
            ("viewer", "Set a new password, and end all other sessions of the account"),
            body::<PasswordChange>,
            (204, nil),
        ),
        operation(
            ("delete", "/api/1/sessions"),
            ("viewer", "End all sessions of the account, this one too"),
            nil,
            (204, nil),
        ),
        operation(
            ("get", "/api/1/surveys"),
            ("viewer", "All surveys"),
            nil,
            (200, body::<Vec<SurveySummary>>),
        ),
        operation(
            ("post", "/api/1/surveys"),
            ("analyst", "Begin a survey with a copy of a ready-made or another one as its draft"),
            body::<NewSurvey>,
            (200, survey),
        ),
        operation(
            ("patch", "/api/1/surveys/{id}"),
            ("owner", "Pause, archive or resume a survey"),
            body::<StateChange>,
            (204, nil),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/draft"),
            ("analyst", "The draft; its ETag names this state of it"),
            nil,
            (200, survey),
        ),
        operation(
            ("put", "/api/1/surveys/{id}/draft"),
            ("analyst", "Keep a draft, also of a new survey; with If-Match, only in place of that state"),
            survey,
            (200, survey),
        ),
        operation(("delete", "/api/1/surveys/{id}/draft"), ("analyst", "Drop the draft"), nil, (204, nil)),
        operation(
            ("get", "/api/1/surveys/{id}/versions"),
            ("viewer", "Every version that was published"),
            nil,
            (200, body::<SurveyVersions>),
        ),
        operation(
            ("post", "/api/1/surveys/{id}/versions"),
            ("owner", "Publish the draft as the next version; with If-Match, only in that state"),
            nil,
            (200, body::<SurveyVersion>),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/versions/{version}"),
            ("viewer", "One version, exactly as it was published"),
            nil,
            (200, survey),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/settings"),
            ("analyst", "What holds for all versions of a survey"),
            nil,
            (200, body::<SurveySettings>),
        ),
        operation(
            ("put", "/api/1/surveys/{id}/settings"),
            ("owner", "Set all of it anew"),
            body::<SurveySettings>,
            (204, nil),
        ),
        operation(
            ("get", "/api/1/models"),
            ("viewer", "The surveys that come with Suara"),
            nil,
            (200, body::<Vec<ReadyMade>>),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/columns"),
            ("viewer", "All records of a survey as columns"),
            nil,
            (200, body::<Columns>),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/comments"),
            ("analyst", "The latest comments; from_ms, to_ms and limit choose"),
            nil,
            (200, body::<Comments>),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/live"),
            ("viewer", "An event after each change"),
            nil,
            (200, events),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/responses"),
            ("viewer", "Where all records are, in chunks that need not be fetched twice"),
            nil,
            (200, body::<Chunks>),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/responses/{range}"),
            ("viewer", "A chunk, such as 0-65536.arrow; rows as in the list seals it for caches"),
            nil,
            (200, arrow),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/responses.arrow"),
            (
                "viewer",
                "All records as an Arrow stream, or those after a change; visitors' words for analysts",
            ),
            nil,
            (200, arrow),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/responses.csv"),
            ("analyst", "All records for spreadsheets, or those after a change"),
            nil,
            (200, csv),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/responses.ndjson"),
            ("analyst", "All records as JSON lines, or those after a change"),
            nil,
            (200, ndjson),
        ),
        operation(
            ("post", "/api/1/surveys/{id}/imports"),
            ("analyst", "Take a file of answers from elsewhere; what is said about it is in docs/import.md"),
            table,
            (200, body::<ImportReport>),
        ),
        operation(
            ("get", "/api/1/people"),
            ("owner", "Everybody, and who is invited"),
            nil,
            (200, body::<People>),
        ),
        operation(
            ("patch", "/api/1/people/{id}"),
            ("owner", "Give somebody another role"),
            body::<Promotion>,
            (204, nil),
        ),
        operation(
            ("delete", "/api/1/people/{id}"),
            ("owner", "Remove an account with its sessions"),
            nil,
            (204, nil),
        ),
        operation(
            ("post", "/api/1/invitations"),
            ("owner", "Invite somebody; the link is said once"),
            body::<Invite>,
            (200, body::<InvitationLink>),
        ),
        operation(
            ("delete", "/api/1/invitations/{id}"),
            ("owner", "Take an invitation back"),
            nil,
            (204, nil),
        ),
        operation(
            ("get", "/api/1/tokens"),
            ("owner", "Tokens that have not ended"),
            nil,
            (200, body::<Tokens>),
        ),
        operation(
            ("post", "/api/1/tokens"),
            ("owner", "Make a token for a program; its secret is said once"),
            body::<NewToken>,
            (200, body::<TokenSecret>),
        ),
        operation(("delete", "/api/1/tokens/{id}"), ("owner", "End a token"), nil, (204, nil)),
        operation(
            ("get", "/api/1/deeds"),
            ("owner", "What was done, newest first; before continues"),
            nil,
            (200, body::<Deeds>),
        ),
        operation(
            ("get", "/api/1/identity/secrets"),
            (
                "owner",
                "The secrets with which the owner's backend signs who a visitor is, without themselves",
            ),
            nil,
            (200, body::<IdentitySecrets>),
        ),
        operation(
            ("post", "/api/1/identity/secrets"),
            ("owner", "Make such a secret; it is said once, and there are two at most"),
            nil,
            (200, body::<NewIdentitySecret>),
        ),
        operation(
            ("delete", "/api/1/identity/secrets/{id}"),
            ("owner", "Remove one: what it has signed proves nothing any more"),
            nil,
            (204, nil),
        ),
        operation(
            ("post", "/api/1/privacy/find"),
            ("owner", "Everything that is kept of one person"),
            body::<Whose>,
            (200, body::<PersonRecords>),
        ),
        operation(
            ("post", "/api/1/privacy/erase"),
            ("owner", "Erase everything of one person, or one answer, for good"),
            body::<Whose>,
            (200, body::<Erasure>),
        ),
        operation(
            ("get", "/api/1/quarantine"),
            ("analyst", "What was refused as an answer, newest first; before continues"),
            nil,
            (200, body::<Quarantine>),
        ),
        operation(
            ("get", "/api/1/quarantine/{id}"),
            ("analyst", "One of them with what was sent"),
            nil,
            (200, body::<QuarantinedBody>),
        ),
        operation(("delete", "/api/1/quarantine/{id}"), ("owner", "Throw one away"), nil, (204, nil)),
        operation(
            ("post", "/api/1/quarantine/{id}/admit"),
            ("owner", "Check one once more and take it, such as when its survey was published since"),
            nil,
            (200, body::<Receipt>),
        ),
    ];
    operations.extend(follow_up());
    operations
}

/// Whoever follows answers up, and whoever is told of them.
fn follow_up() -> Vec<Operation> {
    use wire::{
        CaseChange, CaseFigures, CaseFile, CaseNote, Cases, Deliveries, HookSecret, Hooks, NewHook, Resend,
    };
    let nil = nothing as Body;
    vec![
        operation(
            ("get", "/api/1/surveys/{id}/cases"),
            (
                "analyst",
                "Cases, the one due first at the top; status, assignee, only, after and limit choose",
            ),
            nil,
            (200, body::<Cases>),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/cases/figures"),
            ("viewer", "How well cases are followed up; from_ms and to_ms choose by when they were opened"),
            nil,
            (200, body::<CaseFigures>),
        ),
        operation(
            ("get", "/api/1/surveys/{id}/cases/{case}"),
            ("analyst", "A case with everything that was done and said about it"),
            nil,
            (200, body::<CaseFile>),
        ),
        operation(
            ("patch", "/api/1/surveys/{id}/cases/{case}"),
            ("analyst", "Change how far it is, who looks after it, or when it is due"),
            body::<CaseChange>,
            (200, body::<CaseFile>),
        ),
        operation(
            ("post", "/api/1/surveys/{id}/cases/{case}/notes"),
            ("analyst", "Write a note"),
            body::<CaseNote>,
            (200, body::<CaseFile>),
        ),
        operation(("get", "/api/1/hooks"), ("owner", "All webhooks"), nil, (200, body::<Hooks>)),
        operation(
            ("post", "/api/1/hooks"),
            ("owner", "Make a webhook; its secret is said once"),
            body::<NewHook>,
            (200, body::<HookSecret>),
        ),
        operation(
            ("put", "/api/1/hooks/{id}"),
            ("owner", "Set all of a webhook anew but its secret"),
            body::<NewHook>,
            (204, nil),
        ),
        operation(
            ("delete", "/api/1/hooks/{id}"),
            ("owner", "Remove a webhook with all that it was still to be told"),
            nil,
            (204, nil),
        ),
        operation(
            ("post", "/api/1/hooks/{id}/secret"),
            ("owner", "Give a webhook a new secret, said once; for a day both sign"),
            nil,
            (200, body::<HookSecret>),
        ),
        operation(
            ("post", "/api/1/hooks/{id}/probe"),
            ("owner", "Tell a webhook something without meaning, to try it"),
            nil,
            (204, nil),
        ),
        operation(
            ("get", "/api/1/hooks/{id}/deliveries"),
            ("owner", "What a webhook was told and is to be told, newest first; state and before_ms choose"),
            nil,
            (200, body::<Deliveries>),
        ),
        operation(
            ("post", "/api/1/hooks/{id}/deliveries"),
            ("owner", "Send something again"),
            body::<Resend>,
            (204, nil),
        ),
    ]
}

impl Operation {
    fn describe(&self, generator: &mut SchemaGenerator) -> Value {
        let mut success = json!({ "description": "Done" });
        merge(&mut success, (self.gives)(generator));
        let fault = body::<wire::Fault>(generator);
        let refused = |description: &str| {
            let mut refused = json!({ "description": description });
            merge(&mut refused, fault.clone());
            refused
        };
        let mut responses = json!({
            "4XX": refused("Refused, with a sentence that says why; 429 names in Retry-After when to come again"),
            "503": refused("Not now; Retry-After says when to come again"),
        });
        responses[self.status.to_string()] = success;
        let mut operation = json!({ "summary": self.summary, "responses": responses });
        let names = self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let parameter = |name: &str| {
            let is_text = ["surveys", "/q/", "hooks"].iter().any(|part| self.path.contains(part));
            let is_text = name == "case" || name == "id" && is_text;
            let kind = if is_text { "string" } else { "integer" };
            let schema = match name {
                "range" => json!({ "type": "string", "pattern": r"^\d+-\d+\.arrow$" }),
                _ => json!({ "type": kind }),
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        };
        let parameters: Vec<_> = names.map(parameter).collect();
        if !parameters.is_empty() {
            operation["parameters"] = json!(parameters);
        }
        for (name, _) in QUERIES.into_iter().filter(|(_, paths)| paths.contains(&self.path)) {
            let number = json!({ "type": "integer", "minimum": 0 });
            if let Some(parameters) = operation["parameters"].as_array_mut() {
                parameters.push(json!({ "name": name, "in": "query", "schema": number }));
            }
        }
        let takes = (self.takes)(generator);
        if takes != json!({}) {
            operation["requestBody"] = takes;
            operation["requestBody"]["required"] = json!(true);
        }
        if self.who != "anyone" {
            operation["security"] = json!([{ "session": [] }, { "token": [] }]);
            operation["description"] = json!(format!("For whom is at least: {}.", self.who));
        }
        operation
    }
}

/// Whole numbers that a path takes behind its question mark.
const QUERIES: [(&str, &[&str]); 2] = [
    (
        "after",
        &[
            "/api/1/surveys/{id}/responses.arrow",
            "/api/1/surveys/{id}/responses.csv",
            "/api/1/surveys/{id}/responses.ndjson",
        ],
    ),
    ("rows", &["/api/1/surveys/{id}/responses/{range}"]),
];

fn merge(into: &mut Value, from: Value) {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
}

fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for operation in operations() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation.describe(&mut generator);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Suara, the collector",
            "version": wire::VERSION.to_string(),
            "summary": "Takes answers, and gives them to who may see them",
            "description": "Writes with a session's cookie need the header `x-suara: 1`.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-suara" },
                "token": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

fn assert_committed(name: &str, made: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("SUARA_BLESS").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(made).unwrap() + "\n").unwrap();
    }
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert!(
        committed == *made,
        "docs/{name} is behind the code: SUARA_BLESS=1 cargo test -p suara-collector contract"
    );
}

#[test]
fn the_committed_descriptions_are_what_the_types_say() {
    assert_committed("openapi.json", &openapi());
    assert_committed("snapshot.schema.json", &serde_json::to_value(schema_for!(wire::Snapshot)).unwrap());
}

#[test]
fn every_route_of_the_admin_view_is_described_and_no_other() {
    let described = operations().into_iter().filter(|operation| operation.path.starts_with("/api/"));
    let described: Vec<_> = described
        .map(|operation| (operation.method.to_uppercase().parse().unwrap(), operation.path))
        .collect();
    assert_eq!(suara_collector::owner_routes(), described);
}

#[test]
fn every_reference_leads_somewhere() {
    let document = openapi();
    let text = document.to_string();
    let references: Vec<&str> =
        text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(references.len() > 20, "{references:?}");
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn anyone_may_fetch_the_descriptions() {
    let site = Site::start().await;
    let reply = site.get("/n/1/openapi.json").await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(reply.json()["openapi"], "3.1.0");
    assert_eq!(site.get("/n/1/snapshot.schema.json").await.json()["title"], "Snapshot");
}
