//! A naive reading of the rules, to hold the library against.

pub(crate) mod answer;
pub(crate) mod counts;
pub(crate) mod lives;
pub(crate) mod reports;
pub(crate) mod scene;
pub(crate) mod workspace;
pub(crate) mod world;
