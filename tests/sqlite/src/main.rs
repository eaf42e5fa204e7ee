//! Works on a workspace in a file: `omnicontact-sqlite FILE [COMMANDS]`.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: omnicontact-sqlite FILE [COMMANDS]")?;
    let commands = arguments.next().map_or(Ok(1000), |text| text.parse())?;
    omnicontact_sqlite::work(Path::new(&file), commands)
}
