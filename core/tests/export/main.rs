//! Tables, CSV, charts, page and text, checked against the rules they show.

mod csv;
mod data;
mod html;
mod svg;
mod table;
mod terminal;
mod vega;
mod words;
