//! Who gives an answer, where the owner's backend has signed it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use suara_load::skip;
use suara_survey::AnswerId;

use crate::harness::{Cookie, Reply, Site, new_id, now_ms, snapshot};

const SECRETS: &str = "/api/1/identity/secrets";
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// A token as any library makes it.
pub(crate) fn signed(header: &Value, claims: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&text);
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// One that holds for an hour.
pub(crate) fn token(sub: &str, secret: &str) -> String {
    let claims = json!({ "sub": sub, "exp": now_ms() / 1000 + 3600 });
    signed(&json!({ "alg": "HS256", "typ": "JWT" }), &claims, secret)
}

pub(crate) async fn secret(site: &Site, owner: &Cookie) -> (i64, String) {
    let made = site.act(Method::POST, SECRETS, &Value::Null, owner).await;
    assert_eq!(made.status, 200, "{made:?}");
    (made.json()["id"].as_i64().unwrap(), made.json()["secret"].as_str().unwrap().to_owned())
}

/// A complete answer with a token.
pub(crate) fn answer(id: AnswerId, number: u32, token: &str) -> Value {
    let mut answer = snapshot(id, number, 3, "slow");
    answer["identity"] = json!(token);
    answer
}

pub(crate) async fn keep(site: &Site, answer: &Value) {
    let reply = site.answer(answer).await;
    assert_eq!((reply.status, &reply.json()["id"]), (200, &answer["id"]), "{reply:?}");
}

/// The marks of an answer, by name.
pub(crate) async fn marks(site: &Site, owner: &Cookie, id: AnswerId) -> Vec<String> {
    let rows = site.read("/api/1/surveys/nps/responses.ndjson", owner).await.text;
    let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let row = rows.into_iter().find(|row| row["id"] == id.to_string()).unwrap();
    row["marks"]
        .as_array()
        .map_or(vec![], |marks| marks.iter().map(|mark| mark.as_str().unwrap().to_owned()).collect())
}

async fn has_person(site: &Site, id: AnswerId) -> bool {
    let person = sqlx::query_scalar("SELECT person FROM answers WHERE id = $1").bind(id.as_bytes().to_vec());
    let person: Option<Vec<u8>> = person.fetch_one(&site.data.database().await).await.unwrap();
    person.is_some_and(|person| person.len() == 16)
}

pub(crate) async fn set(site: &Site, owner: &Cookie, settings: Value) -> Reply {
    site.act(Method::PUT, "/api/1/surveys/nps/settings", &settings, owner).await
}

pub(crate) async fn site() -> (Site, Cookie, String) {
    let site = Site::start().await;
    let owner = site.owner().await;
    let (_, secret) = secret(&site, &owner).await;
    (site, owner, secret)
}

#[tokio::test]
async fn a_secret_is_said_once_and_there_are_two_at_most() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let (first, said) = secret(&site, &owner).await;
    assert!(said.starts_with("suid_") && said.len() == 48, "{said}");
    let (second, other) = secret(&site, &owner).await;
    let third = site.act(Method::POST, SECRETS, &Value::Null, &owner).await;
    assert!(third.status == 422 && third.error().contains("remove the one"), "{third:?}");
    let list = site.read(SECRETS, &owner).await;
    let ids: Vec<_> =
        list.json()["secrets"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [json!(first), json!(second)]);
    let settings = site.read("/api/1/surveys/nps/settings", &owner).await.text;
    let deeds = site.read("/api/1/deeds", &owner).await.text;
    for text in [list.text, settings, deeds.clone()] {
        assert!(!text.contains(&said) && !text.contains(&other), "{text}");
    }
    let path = format!("{SECRETS}/{first}");
    assert_eq!(site.act(Method::DELETE, &path, &Value::Null, &owner).await.status, 204);
    assert_eq!(site.act(Method::DELETE, &path, &Value::Null, &owner).await.status, 404);
    assert_eq!(site.act(Method::DELETE, &format!("{SECRETS}/x"), &Value::Null, &owner).await.status, 404);
    secret(&site, &owner).await;
    assert_eq!(deeds.matches("made an identity secret").count(), 2, "{deeds}");
    assert!(site.read("/api/1/deeds", &owner).await.text.contains("removed an identity secret"));
}

#[tokio::test]
async fn a_token_names_a_person_or_marks_the_answer_and_never_refuses_it() {
    let (site, owner, secret) = site().await;
    let (hs, now_s) = (json!({ "alg": "HS256" }), now_ms() / 1000);
    let claims = json!({ "sub": "ana", "exp": now_s + 60 });
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        signed(&hs, &claims, &secret)
    };
    let none = signed(&json!({ "alg": "none" }), &claims, "");
    let unsigned = &none[..=none.rfind('.').unwrap()];
    for (identity, person, marked) in [
        (json!(signed(&hs, &claims, &secret)), true, ""),
        (json!(with("aud", json!(["csat", "nps"]))), true, ""),
        (json!(with("exp", json!(now_s - 3600))), true, "identity_late"),
        (json!(with("exp", json!(now_s - 3 * 3600))), false, "identity_expired"),
        (json!(with("nbf", json!(now_s + 3600))), false, "identity_expired"),
        (json!(with("aud", json!("csat"))), false, "identity_forged"),
        (json!(with("sub", json!("x".repeat(300)))), false, "identity_forged"),
        (json!(with("more", json!("x".repeat(3000)))), false, "identity_forged"),
        (json!(signed(&hs, &claims, "guessed")), false, "identity_forged"),
        (json!(signed(&json!({ "alg": "none" }), &claims, &secret)), false, "identity_forged"),
        (json!(unsigned), false, "identity_forged"),
        // What a receiver that mixes up public and secret keys would take.
        (
            json!(signed(&json!({ "alg": "RS256" }), &claims, "-----BEGIN PUBLIC KEY-----")),
            false,
            "identity_forged",
        ),
        (json!(signed(&json!({ "alg": "RS256" }), &claims, &secret)), false, "identity_forged"),
        (json!("nonsense"), false, "identity_forged"),
        (json!({ "sub": "ana" }), false, "identity_forged"),
        (Value::Null, false, ""),
    ] {
        let id = new_id();
        let mut answer = snapshot(id, 1, 9, "");
        answer["at_ms"] = json!(now_ms() - 2 * HOUR_MS);
        answer["identity"] = identity;
        keep(&site, &answer).await;
        assert_eq!(marks(&site, &owner, id).await.join(" "), marked, "{answer}");
        assert_eq!(has_person(&site, id).await, person, "{answer}");
    }
}

#[tokio::test]
async fn without_a_secret_a_token_means_nothing_and_of_two_either_proves_until_it_is_removed() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let judged = async |secret: &str| {
        let id = new_id();
        keep(&site, &answer(id, 1, &token("ana", secret))).await;
        (has_person(&site, id).await, marks(&site, &owner, id).await.join(" "))
    };
    let (proven, forged) = ((true, String::new()), (false, "identity_forged".to_owned()));
    assert_eq!(judged("anything").await, (false, String::new()));
    let (first, old) = secret(&site, &owner).await;
    let (_, new) = secret(&site, &owner).await;
    assert_eq!((judged(&old).await, judged(&new).await), (proven.clone(), proven.clone()));
    site.act(Method::DELETE, &format!("{SECRETS}/{first}"), &Value::Null, &owner).await;
    assert_eq!((judged(&old).await, judged(&new).await), (forged, proven));
}

#[tokio::test]
async fn where_an_identity_is_required_an_answer_without_one_is_marked_and_one_that_was_proven_stays_so() {
    let (site, owner, secret) = site().await;
    assert_eq!(set(&site, &owner, json!({ "identity": "required" })).await.status, 204);
    let (unsigned, forged, proven) = (new_id(), new_id(), new_id());
    keep(&site, &snapshot(unsigned, 1, 9, "")).await;
    assert_eq!(marks(&site, &owner, unsigned).await, ["unsigned"]);
    keep(&site, &answer(forged, 1, "x")).await;
    assert_eq!(marks(&site, &owner, forged).await, ["identity_forged", "unsigned"]);
    keep(&site, &answer(forged, 2, &token("ana", &secret))).await;
    assert!(marks(&site, &owner, forged).await.is_empty(), "marks are those of the newest snapshot");
    keep(&site, &answer(proven, 1, &token("ana", &secret))).await;
    keep(&site, &snapshot(proven, 2, 9, "")).await;
    keep(&site, &answer(proven, 3, "x")).await;
    assert!(marks(&site, &owner, proven).await.is_empty());
    assert!(has_person(&site, proven).await);
    assert_eq!(set(&site, &owner, json!({ "identity": "perhaps" })).await.status, 400);
}

#[tokio::test]
async fn everything_of_a_person_is_found_and_erased_by_the_name_that_the_backend_signs() {
    let (site, owner, secret) = site().await;
    let post = async |path: &str, person: &str| {
        let reply = site.act(Method::POST, path, &json!({ "person": person }), &owner).await;
        (reply.status, reply.json())
    };
    let (ana, late, budi) = (new_id(), new_id(), new_id());
    keep(&site, &answer(ana, 1, &token("ana", &secret))).await;
    keep(&site, &answer(late, 1, &token("ana", &secret))).await;
    keep(&site, &answer(budi, 1, &token("budi", &secret))).await;
    let (_, found) = post("/api/1/privacy/find", "ana").await;
    assert_eq!((found["answers"].as_array().unwrap().len(), &found["refused"]), (2, &json!(0)));
    let (status, done) = post("/api/1/privacy/erase", "ana").await;
    assert_eq!((status, &done["answers"], &done["refused"]), (200, &json!(2), &json!(0)));
    assert_eq!(post("/api/1/privacy/find", "ana").await.1["answers"], json!([]));
    assert_eq!(post("/api/1/privacy/find", "budi").await.1["answers"][0]["id"], json!(budi.to_string()));
    keep(&site, &answer(ana, 2, &token("ana", &secret))).await;
    assert_eq!(post("/api/1/privacy/find", "ana").await.1["answers"], json!([]), "it does not come back");
    keep(&site, &answer(new_id(), 1, &token("ana", &secret))).await;
    assert_eq!(
        post("/api/1/privacy/find", "ana").await.1["answers"].as_array().unwrap().len(),
        1,
        "a new one"
    );
    for wrong in ["", &"x".repeat(257)] {
        let (status, fault) = post("/api/1/privacy/find", wrong).await;
        assert!(status == 422 && fault["error"].as_str().unwrap().starts_with("person: has"), "{fault}");
    }
    assert!(!site.read("/api/1/deeds", &owner).await.text.contains("ana\""));
}

#[tokio::test]
async fn who_is_erased_once_more_is_erased_until_then() {
    let (site, owner, secret) = site().await;
    let mut times = Vec::new();
    for _ in 0..2 {
        keep(&site, &answer(new_id(), 1, &token("ana", &secret))).await;
        let whose = json!({ "person": "ana" });
        let done = site.act(Method::POST, "/api/1/privacy/erase", &whose, &owner).await.json();
        assert_eq!(done["answers"], 1, "{done}");
        let erased = sqlx::query_scalar("SELECT at_ms FROM erased WHERE survey = '@person'");
        let erased: Vec<i64> = erased.fetch_all(&site.data.database().await).await.unwrap();
        assert_eq!(erased.len(), 1);
        times.extend(erased);
    }
    assert!(times[0] < times[1], "{times:?}");
}

#[tokio::test]
async fn of_a_refused_answer_the_token_is_not_kept_and_if_it_is_let_in_nobody_has_given_it() {
    let (site, owner, secret) = site().await;
    let mut early = snapshot(new_id(), 1, 9, "");
    (early["survey"], early["identity"]) = (json!("shop"), json!(token("ana", &secret)));
    assert_eq!(site.answer(&early).await.status, 404);
    let number = site.read("/api/1/quarantine", &owner).await.json()["quarantined"][0]["id"].clone();
    let path = format!("/api/1/quarantine/{number}");
    let kept = site.read(&path, &owner).await.json();
    let body: Value = serde_json::from_str(kept["body"].as_str().unwrap()).unwrap();
    assert_eq!((&body["identity"], &body["id"]), (&json!(""), &early["id"]));
    let draft = json!({ "questions": [{ "id": "score", "kind": "nps", "text": { "en": "How likely?" } }] });
    assert_eq!(site.act(Method::PUT, "/api/1/surveys/shop/draft", &draft, &owner).await.status, 200);
    let publish = site.act(Method::POST, "/api/1/surveys/shop/versions", &Value::Null, &owner).await;
    assert_eq!(publish.status, 200, "{publish:?}");
    let admit = site.act(Method::POST, &format!("{path}/admit"), &Value::Null, &owner).await;
    assert_eq!(admit.status, 200, "{admit:?}");
    let columns = site.read("/api/1/surveys/shop/columns", &owner).await.json();
    assert_eq!((&columns["score"], &columns["marks"]), (&json!([9]), &Value::Null));
}

/// The same signature by another hand: what docs/identity.md says of any language.
#[tokio::test]
async fn what_python_signs_is_a_signature() {
    const SIGN: &str = "
import base64, hashlib, hmac, json, sys, time
part = lambda data: base64.urlsafe_b64encode(data).rstrip(b'=')
text = part(b'{\"alg\": \"HS256\", \"typ\": \"JWT\"}') + b'.' + part(json.dumps({
    'sub': 'tamu-été-7', 'aud': 'nps', 'iat': int(time.time()), 'exp': int(time.time()) + 600}).encode())
print((text + b'.' + part(hmac.new(sys.argv[1].encode(), text, hashlib.sha256).digest())).decode())
";
    let (site, owner, secret) = site().await;
    let Ok(output) = std::process::Command::new("python3").args(["-c", SIGN, &secret]).output() else {
        return skip("there is no python3");
    };
    assert!(output.status.success(), "{output:?}");
    let id = new_id();
    keep(&site, &answer(id, 1, str::from_utf8(&output.stdout).unwrap().trim())).await;
    assert!(marks(&site, &owner, id).await.is_empty() && has_person(&site, id).await);
    let whose = json!({ "person": "tamu-été-7" });
    let found = site.act(Method::POST, "/api/1/privacy/find", &whose, &owner).await.json();
    assert_eq!(found["answers"][0]["id"], json!(id.to_string()));
}
