//! Tables out, and work off the event loop.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use napi::bindgen_prelude::{Float64ArraySlice, Result, ToNapiValue, TypeName, Uint32ArraySlice};
use napi::{Env, Task};
use napi_derive::napi;
use omnicontact::import::ImportOptions;
use omnicontact::wire::PackedColumn;
use omnicontact::{Code, Error};

use crate::error::guarded;

/// A column of a table in few pieces. The engine owns them: memory that is lent to it comes back only when the event loop
/// turns, and a loop over reports does not let it.
#[napi(object, object_from_js = false)]
pub struct Column<'env> {
    /// Stable key.
    pub name: String,
    /// Header.
    pub title: String,
    /// Which of the pieces it has.
    pub kind: String,
    /// Numbers; NaN where missing.
    pub numbers: Float64ArraySlice<'env>,
    /// Codes.
    pub codes: Uint32ArraySlice<'env>,
    /// Texts behind one another.
    pub text: String,
    /// Where each text ends.
    pub ends: Uint32ArraySlice<'env>,
}

pub(crate) fn columns(env: &Env, packed: Vec<PackedColumn>) -> Result<Vec<Column<'_>>> {
    let column = |column: PackedColumn| {
        Ok(Column {
            name: column.name,
            title: column.title,
            kind: column.kind.to_owned(),
            numbers: Float64ArraySlice::copy_from(env, column.numbers)?,
            codes: Uint32ArraySlice::copy_from(env, column.codes)?,
            text: column.text,
            ends: Uint32ArraySlice::copy_from(env, column.ends)?,
        })
    };
    packed.into_iter().map(column).collect()
}

type Boxed<T> = Box<dyn FnOnce() -> omnicontact::Result<T> + Send>;

/// Work for a thread of the pool.
pub struct Work<T>(Option<Boxed<T>>);

impl<T> Work<T> {
    pub(crate) fn new(work: impl FnOnce() -> omnicontact::Result<T> + Send + 'static) -> Self {
        Self(Some(Box::new(work)))
    }
}

impl<T: ToNapiValue + TypeName + Send + 'static> Task for Work<T> {
    type Output = T;
    type JsValue = T;

    fn compute(&mut self) -> Result<T> {
        let work = self.0.take();
        guarded(|| work.map_or_else(|| Err(Error::new(Code::Internal, "the work was done before")), |work| work()))
    }

    fn resolve(&mut self, _env: Env, output: T) -> Result<T> {
        Ok(output)
    }
}

/// Watches work from outside: how far it is, and whether it shall end.
#[napi]
#[derive(Clone, Default)]
pub struct Watch {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cancelled: AtomicBool,
    file: AtomicU64,
    bytes: AtomicU64,
    rows: AtomicU64,
}

#[napi]
impl Watch {
    #[napi(constructor)]
    /// Nothing done, nothing cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the work to end.
    #[napi]
    pub fn cancel(&self) {
        self.state.cancelled.store(true, Ordering::Relaxed);
    }

    /// Which file is read, and its bytes and rows so far.
    #[napi]
    pub fn done(&self) -> Vec<f64> {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed) as f64;
        vec![read(&self.state.file), read(&self.state.bytes), read(&self.state.rows)]
    }

    /// The error `cancelled`, if that was asked for.
    pub(crate) fn check(&self) -> omnicontact::Result<()> {
        if self.state.cancelled.load(Ordering::Relaxed) {
            return Err(Error::new(Code::Cancelled, "the work was asked to stop"));
        }
        Ok(())
    }

    pub(crate) fn begin(&self, file: u64) {
        self.state.bytes.store(0, Ordering::Relaxed);
        self.state.rows.store(0, Ordering::Relaxed);
        self.state.file.store(file, Ordering::Relaxed);
    }

    /// Says how far the work is; whether it shall go on.
    pub(crate) fn tell(&self, done: usize, total: usize) -> bool {
        self.state.bytes.store(done as u64, Ordering::Relaxed);
        self.state.rows.store(total as u64, Ordering::Relaxed);
        !self.state.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn listen(&self, options: ImportOptions) -> ImportOptions {
        let state = Arc::clone(&self.state);
        options.on_progress(move |progress| {
            state.bytes.store(progress.bytes, Ordering::Relaxed);
            state.rows.store(progress.rows, Ordering::Relaxed);
            if state.cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    }
}
