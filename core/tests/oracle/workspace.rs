//! What a dataset is built of.

use omnicontact::{ContactEvent, Dataset, DatasetOptions, Directory, ForeignId, Message};

/// What a dataset is built of.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) messages: Vec<Message>,
    pub(crate) events: Vec<ContactEvent>,
    pub(crate) directory: Directory,
    /// Given by hand; the events tell otherwise.
    pub(crate) merges: Option<Vec<(ForeignId, ForeignId)>>,
    pub(crate) options: DatasetOptions,
}

impl Workspace {
    pub(crate) fn dataset(&self) -> Dataset<'_> {
        let mut builder = Dataset::builder()
            .messages(&self.messages)
            .events(&self.events)
            .directory(self.directory.clone())
            .options(self.options.clone());
        if let Some(pairs) = &self.merges {
            builder = builder.merges(pairs.clone());
        }
        builder.build().unwrap()
    }
}
