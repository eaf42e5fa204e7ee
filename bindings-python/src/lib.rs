//! Python binding of omnicontact: what `omnicontact._native` holds. The package around it is in `python/omnicontact`.

mod arrow_check;
mod arrow_door;
mod arrow_in;
mod arrow_out;
mod convert;
mod error;
mod handles;
mod turn;
mod workspace;

use pyo3::prelude::*;

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<handles::Dataset>()?;
    module.add_class::<handles::Report>()?;
    module.add_class::<handles::Partial>()?;
    module.add_class::<workspace::Workspace>()?;
    module.add_class::<arrow_out::Table>()?;
    module.add_function(wrap_pyfunction!(handles::call, module)?)
}
