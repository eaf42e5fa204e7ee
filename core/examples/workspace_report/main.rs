//! Both reports of a workspace, on the terminal and as one HTML page.
//!
//! ```text
//! cargo run --release --example workspace_report
//! cargo run --release --example workspace_report -- --messages messages.csv --zone Europe/Madrid --period last_month
//! ```
//!
//! Without arguments it reads the sample that ships with the library; `--help` lists the arguments.

mod arguments;
mod output;
mod webhooks;
mod workspace;

use std::process::ExitCode;

use arguments::{Arguments, HELP};
use omnicontact::report;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let arguments = Arguments::read()?;
    if arguments.help {
        output::say(HELP);
        return Ok(());
    }
    let workspace = workspace::load(&arguments)?;
    let data = workspace.data;
    let options = arguments.report_options(workspace.now)?;
    let messages = report::messages(&data, &options.clone().filters(arguments.filters_of("messages")?))
        .map_err(|error| error.to_string())?;
    let contacts = report::contacts(&data, &options.clone().filters(arguments.filters_of("contacts")?))
        .map_err(|error| error.to_string())?;
    output::terminal(&arguments, &[&messages, &contacts]);
    output::page(&arguments, &[&messages, &contacts])?;
    output::tables(&arguments, &[&messages, &contacts])
}
