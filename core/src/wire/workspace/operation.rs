//! Operations of a workspace by name.

use super::{WorkspaceHandle, read as reads};
use crate::error::{Code, Error, Result};
use crate::wire::operation::Door;
use crate::wire::{contact_files, find};
use crate::workspace::Watch;

/// Defines the operations: those that read, and those that change.
macro_rules! workspace_operations {
    (
        |$handle:ident, $options:ident, $progress:ident|
        reads { $($read:literal => $found:expr,)* }
        changes { $($change:literal => $done:expr,)* }
    ) => {
        /// Names of the operations of [`WorkspaceHandle`] that only read.
        pub const WORKSPACE_READS: &[&str] = &[$($read,)*];
        /// Names of the operations of [`WorkspaceHandle`] that change the workspace, or what it remembers.
        pub const WORKSPACE_CHANGES: &[&str] = &[$($change,)*];

        pub(super) fn read<D: Door>($handle: &WorkspaceHandle, operation: &str, $options: D) -> Result<D::Answer> {
            match operation {
                $($read => D::write(&$found),)*
                _ => Err(unknown(operation)),
            }
        }

        pub(super) fn change<D: Door>(
            $handle: &mut WorkspaceHandle,
            operation: &str,
            $options: D,
            $progress: &mut dyn Watch,
        ) -> Result<D::Answer> {
            match operation {
                $($change => D::write(&$done),)*
                _ => read($handle, operation, $options),
            }
        }
    };
}

fn unknown(operation: &str) -> Error {
    Error::new(Code::UnknownLabel, format!("unknown operation `{operation}`"))
        .with_allowed(WORKSPACE_READS.iter().chain(WORKSPACE_CHANGES).copied())
        .at("operation")
}

workspace_operations! { |handle, options, progress|
    reads {
        "about" => handle.about(&options.read()?),
        "contact" => handle.contact(&options.read()?),
        "contacts" => handle.contacts(&options.read()?),
        "channel_states" => handle.channel_states(&options.read()?),
        "resolve" => handle.resolve(&options.read()?),
        "holder" => handle.holder(options.read()?),
        "merged_into" => handle.merged_into(&options.read()?),
        "channels" => handle.channels(&options.read()?),
        "tags" => handle.tags(&options.read()?),
        "custom_fields" => handle.custom_fields(&options.read()?),
        "select_contacts" => find::select_contacts(&handle.table(), &options.read()?)?,
        "explain_segment" => find::explain_segment(&handle.table(), &options.read()?)?,
        "search_contacts" => find::search_contacts(&handle.table(), &options.read()?)?,
        "contacts_page" => find::contacts_page(&handle.table(), &options.read()?)?,
        "export_contacts" => find::export_contacts(&handle.table(), &options.read()?)?,
        "contact_file" => contact_files::contact_file(&handle.table(), &options.read()?)?,
        "try_contact_file" => handle.try_contact_file(options.read()?)?,
        "quota" => handle.quota(&options.read()?),
        "units" => handle.units(&options.read()?)?,
        "admit" => handle.admit(&options.read()?),
        "plan_merge" => handle.plan_merge(options.read()?)?,
        "suggest_merges" => handle.suggest_merges(&options.read()?),
        "plan_reset" => handle.plan_reset(&options.read()?),
        "reset_status" => handle.reset_status(&options.read()?),
        "check_access" => handle.check_access(options.read()?),
        "events" => handle.event_page(&options.read()?),
        "report_tables" => handle.report_tables(options.read()?),
    }
    changes {
        "execute" => handle.execute(options.read().map_err(reads::inside_the_command)?)?,
        "import_contacts" => handle.import_contacts_watched(options.read()?, progress)?,
        "import_contact_file" => handle.import_contact_file_watched(options.read()?, progress)?,
        "bulk" => handle.bulk_watched(options.read()?, progress)?,
        "forget_events" => handle.forget_events(&options.read()?),
    }
}
