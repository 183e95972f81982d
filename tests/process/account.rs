//! The server's side: its own state, its controls and its web page, asked over a plain socket.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::station::{Station, text};

impl Station {
    /// Every client that the server holds, archived ones too, with its contacts in full.
    pub(crate) fn clients(&self) -> Vec<Value> {
        let state: Value = serde_json::from_str(&self.ask("GET", "/control/state", "", "").1).unwrap();
        state["clients"].as_array().unwrap().clone()
    }

    /// Begins another fault plan; its counters begin anew.
    pub(crate) fn set_faults(&self, plan: &str) {
        let (status, said) = self.ask("POST", "/control/faults", "", plan);
        assert_eq!(status, 200, "{plan}: {said}");
    }

    /// Takes all limits away.
    pub(crate) fn lift_limits(&self) {
        self.set_limits("{\"per_minute\": null, \"per_day\": null}");
    }

    /// Sets the server's limits.
    pub(crate) fn set_limits(&self, limits: &str) {
        let (status, said) = self.ask("POST", "/control/limits", "", limits);
        assert_eq!(status, 200, "{said}");
    }

    /// Sends a form of the web page, as a person does.
    pub(crate) fn submit(&self, path: &str, form: &str) {
        let header = "Content-Type: application/x-www-form-urlencoded\r\n";
        let (status, said) = self.ask("POST", path, header, form);
        assert_eq!(status, 303, "{path}: {said}");
    }

    /// Asks for a token, as leapsync does.
    pub(crate) fn token(&self) -> String {
        let header = format!(
            "Authorization: Basic {}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            self.basic_key()
        );
        let (_, said) = self.ask("POST", "/user/oauth2/token/", &header, "grant_type=client_credentials");
        let answer: Value = serde_json::from_str(&said).unwrap();
        text(&answer, "access_token").to_owned()
    }

    /// What stands in the header of a token call.
    pub(crate) fn basic_key(&self) -> String {
        let (id, secret) = (self.variable("MAKELEAPS_CLIENT_ID"), self.variable("MAKELEAPS_CLIENT_SECRET"));
        STANDARD.encode(format!("{id}:{secret}"))
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let host = self.variable("MAKELEAPS_BASE_URL").trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}
