//! Laws of both reports on random workspaces (P1, P4, P5, P8, P12).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is missing")]

#[path = "oracle/answer.rs"]
mod answer;
#[path = "oracle/columns.rs"]
mod columns;
#[path = "oracle/scene.rs"]
mod scene;
