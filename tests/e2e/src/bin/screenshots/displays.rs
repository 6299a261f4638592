//! The prompt in a café's page: every display and kind of question, on a desk and on a phone, light, dark and in forced
//! colours, in English, Indonesian and Arabic.

use std::path::Path;

use serde_json::{Value, json};
use suara_e2e::{Host, Look, Page, Reply, Suite, Visitor, fixture};

use crate::{SIZES, shoot};

/// One picture: its name, where the prompt stands, what it asks, and what is clicked on before.
struct View {
    name: &'static str,
    display: fn(&Texts) -> Value,
    questions: fn(&Texts) -> Value,
    clicks: &'static [&'static str],
}

const NINE: &str = ".nps .tile:nth-child(10)";

const VIEWS: [View; 13] = [
    view("corner", corner, nps, &[]),
    view("corner-why", corner, nps, &[NINE, ".text .tile:nth-child(2)"]),
    view("corner-thanks", corner, nps, &[".nps .tile:nth-child(3)", ".send"]),
    view("corner-missing", corner, nps, &[".send"]),
    view("modal", modal, faces, &[".csat .tile:nth-child(4)"]),
    view("bar", bar, effort, &[]),
    view("tab", tab, nps, &[]),
    view("tab-opened", tab, nps, &[".open"]),
    view("inline", inline, nps, &[NINE]),
    view("drivers", corner, drivers, &[".row .tile:nth-child(4)", ".row:last-child .tile:last-child"]),
    view("choices", corner, choices, &[".tile:nth-child(2)", ".tile:last-child"]),
    view("contact", corner, contact, &[".send"]),
    view("stars", top, stars, &[".csat .tile:nth-child(4)"]),
];

const fn view(
    name: &'static str,
    display: fn(&Texts) -> Value,
    questions: fn(&Texts) -> Value,
    clicks: &'static [&'static str],
) -> View {
    View { name, display, questions, clicks }
}

/// How colours are wanted: what pictures call it, the scheme, and whether they are forced.
const COLOURS: [(&str, &str, &str); 3] =
    [("light", "light", "none"), ("dark", "dark", "none"), ("forced", "light", "active")];

/// What is said in one language.
struct Texts {
    locale: &'static str,
    html: &'static str,
    title: &'static str,
    text: &'static str,
    nps: &'static str,
    why: &'static str,
    csat: &'static str,
    ces: &'static str,
    drivers: &'static str,
    choices: &'static str,
    contact: &'static str,
    tab: &'static str,
    sorry: &'static str,
    link: &'static str,
    parts: [&'static str; 4],
}

const LANGUAGES: [Texts; 3] = [
    Texts {
        locale: "en",
        html: r#"lang="en""#,
        title: "Coffee from three islands, roasted this week",
        text: "We buy from forty growers in Flores, Sumatra and Java, and roast on Tuesdays.",
        nps: "How likely are you to recommend us to a friend or colleague?",
        why: "What is the main reason for your score?",
        csat: "How satisfied are you with your order?",
        ces: "It was easy to find what I was looking for.",
        drivers: "How do you rate us on each of these?",
        choices: "What matters to you when you buy coffee?",
        contact: "May we come back to you about this?",
        tab: "Feedback",
        sorry: "Thank you. We would like to make this right.",
        link: "Write to our team",
        parts: ["Taste", "Price", "How quickly it is delivered", "Help when something goes wrong"],
    },
    Texts {
        locale: "id",
        html: r#"lang="id""#,
        title: "Kopi dari tiga pulau, disangrai minggu ini",
        text: "Kami membeli dari empat puluh petani di Flores, Sumatra, dan Jawa, lalu menyangrai setiap Selasa.",
        nps: "Seberapa besar kemungkinan Anda merekomendasikan kami kepada teman atau rekan kerja?",
        why: "Apa alasan utama penilaian Anda?",
        csat: "Seberapa puas Anda dengan pesanan Anda?",
        ces: "Saya mudah menemukan apa yang saya cari.",
        drivers: "Bagaimana Anda menilai kami untuk masing-masing hal ini?",
        choices: "Apa yang penting bagi Anda saat membeli kopi?",
        contact: "Bolehkah kami menghubungi Anda tentang hal ini?",
        tab: "Masukan",
        sorry: "Terima kasih. Kami ingin memperbaikinya.",
        link: "Tulis kepada tim kami",
        parts: ["Rasa", "Harga", "Kecepatan pengiriman", "Bantuan saat terjadi masalah"],
    },
    Texts {
        locale: "ar",
        html: r#"lang="ar" dir="rtl""#,
        title: "قهوة من ثلاث جزر، حُمّصت هذا الأسبوع",
        text: "نشتري من أربعين مزارعًا في فلوريس وسومطرة وجاوة، ونحمّص كل ثلاثاء.",
        nps: "ما مدى احتمال أن توصي بنا صديقًا أو زميلًا؟",
        why: "ما السبب الرئيسي لتقييمك؟",
        csat: "ما مدى رضاك عن طلبك؟",
        ces: "كان من السهل العثور على ما أبحث عنه.",
        drivers: "كيف تقيّمنا في كل مما يلي؟",
        choices: "ما الذي يهمك عند شراء القهوة؟",
        contact: "هل يمكننا التواصل معك بشأن ذلك؟",
        tab: "ملاحظات",
        sorry: "شكرًا لك. نودّ أن نصلح هذا الأمر.",
        link: "راسل فريقنا",
        parts: ["المذاق", "السعر", "سرعة التوصيل", "المساعدة عند حدوث مشكلة"],
    },
];

/// All of them, into `folder`.
pub(crate) async fn all(suite: &Suite, visitor: &Visitor, folder: &Path) {
    for texts in &LANGUAGES {
        for view in &VIEWS {
            for (size, look) in SIZES {
                visitor.look(look).await;
                for colours in COLOURS {
                    bring(suite, visitor, view, texts, colours).await;
                    shoot(visitor, folder, &format!("{}-{}-{size}-{}", view.name, texts.locale, colours.0))
                        .await;
                }
            }
        }
    }
    visitor.look(Look::Desktop).await;
    visitor.devtools("Emulation.setEmulatedMedia", json!({ "features": [] })).await;
}

async fn bring(
    suite: &Suite,
    visitor: &Visitor,
    view: &View,
    texts: &Texts,
    (_, scheme, forced): (&str, &str, &str),
) {
    let features = json!([
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "forced-colors", "value": forced },
    ]);
    visitor.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    let host = Host::start(suite.collector.url()).await;
    host.put("/taken", Reply { status: 204, ..Reply::new("text/plain", "") });
    visitor.open(&host.put("/", page(suite, view, texts))).await;
    let first = if view.name.starts_with("tab") { ".open" } else { ".ask" };
    visitor.part(first).await;
    for selector in view.clicks {
        visitor.click(selector).await;
    }
    if view.clicks.contains(&".send") {
        let said =
            "document.querySelector('suara-prompt').shadowRoot.querySelector('.says').textContent !== ''";
        visitor.wait_for(said).await;
    }
}

fn page(suite: &Suite, view: &View, texts: &Texts) -> Reply {
    let survey = json!({
        "id": "coffee", "version": 1, "questions": (view.questions)(texts), "display": (view.display)(texts),
        "timing": { "later_days": 3 },
        "endings": [{
            "id": "sorry", "text": said(texts.sorry),
            "link": { "url": "https://shop.example/help", "text": said(texts.link) },
        }],
    });
    let tag = r##"data-survey="#survey" data-delay-ms="1" data-receipt="status" data-endpoint="/taken""##;
    let page = Page { file: "shop.html", html: texts.html, tag: tag.to_owned(), ..suite.page() };
    let mut reply = page.reply();
    assert!(fixture("shop.html").contains("{{survey}}"), "the place of the survey");
    for (name, value) in [("title", texts.title), ("text", texts.text), ("survey", &survey.to_string())] {
        reply.body = reply.body.replace(&format!("{{{{{name}}}}}"), value);
    }
    reply
}

/// The page speaks one language, and so does the survey: `en` is what every text must have.
fn said(text: &str) -> Value {
    let wordings = ["en", "id", "ar"].map(|locale| (locale.to_owned(), Value::from(text)));
    Value::Object(wordings.into_iter().collect())
}

fn corner(_: &Texts) -> Value {
    json!({ "kind": "corner" })
}

fn top(_: &Texts) -> Value {
    json!({ "kind": "corner", "position": "top-end" })
}

fn modal(_: &Texts) -> Value {
    json!({ "kind": "modal" })
}

fn bar(_: &Texts) -> Value {
    json!({ "kind": "bar" })
}

fn tab(texts: &Texts) -> Value {
    json!({ "kind": "tab", "label": said(texts.tab) })
}

fn inline(_: &Texts) -> Value {
    json!({ "kind": "inline", "target": "#here" })
}

fn nps(texts: &Texts) -> Value {
    json!([
        { "id": "score", "kind": "nps", "text": said(texts.nps) },
        { "id": "why", "kind": "text", "sorted": true, "text": said(texts.why), "next": [{ "go": "end:sorry" }] },
    ])
}

fn faces(texts: &Texts) -> Value {
    json!([
        { "id": "csat", "kind": "csat", "look": "faces", "text": said(texts.csat) },
        { "id": "why", "kind": "text", "text": said(texts.why) },
    ])
}

fn stars(texts: &Texts) -> Value {
    json!([{ "id": "csat", "kind": "csat", "look": "stars", "text": said(texts.csat) }])
}

fn effort(texts: &Texts) -> Value {
    json!([{ "id": "ces", "kind": "ces", "text": said(texts.ces) }])
}

fn drivers(texts: &Texts) -> Value {
    json!([{ "id": "drivers", "kind": "drivers", "text": said(texts.drivers), "items": parts(texts) }])
}

fn choices(texts: &Texts) -> Value {
    json!([{ "id": "choices", "kind": "choices", "text": said(texts.choices), "choices": parts(texts), "other": true }])
}

fn contact(texts: &Texts) -> Value {
    json!([{ "id": "contact", "kind": "contact", "required": true, "text": said(texts.contact) }])
}

fn parts(texts: &Texts) -> Value {
    let named = |(at, text): (usize, &&str)| json!({ "id": format!("part-{at}"), "text": said(text) });
    Value::Array(texts.parts.iter().enumerate().map(named).collect())
}
