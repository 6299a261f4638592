//! What a browser tells assistive technology about an element: its computed role and name.

use std::sync::Arc;

use serde_json::Value;
use thirtyfour::WebElement;
use thirtyfour::common::command::{Command, ExtensionCommand};

use crate::Visitor;

#[derive(Debug)]
struct Ask(String);

impl ExtensionCommand for Ask {
    fn parameters_json(&self) -> Option<Value> {
        None
    }

    fn method(&self) -> reqwest::Method {
        reqwest::Method::GET
    }

    fn endpoint(&self) -> Arc<str> {
        self.0.as_str().into()
    }
}

impl Visitor {
    /// Role and name of an element as they reach assistive technology.
    pub async fn told_by(&self, element: &WebElement) -> (String, String) {
        let mut told = [String::new(), String::new()];
        for (at, what) in ["computedrole", "computedlabel"].into_iter().enumerate() {
            let command = Ask(format!("/element/{}/{what}", element.element_id()));
            let reply = self.session().cmd(Command::ExtensionCommand(Box::new(command))).await.unwrap();
            told[at] = reply.value::<String>().unwrap();
        }
        let [role, name] = told;
        (role, name)
    }
}
