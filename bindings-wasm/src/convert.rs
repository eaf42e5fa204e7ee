//! Tables out.

use js_sys::{Array, Float64Array, Object, Reflect, Uint8Array, Uint32Array};
use omnicontact::wire::PackedColumn;
use wasm_bindgen::JsValue;

thread_local! {
    /// Names of the pieces of a column, made once: each would be a text to decode.
    static NAMES: [JsValue; 7] = ["name", "title", "kind", "numbers", "codes", "text", "ends"].map(JsValue::from_str);
}

/// The columns of a table in few pieces each.
pub(crate) fn columns(packed: Vec<PackedColumn>) -> Array {
    packed.into_iter().map(|packed| column(&packed)).collect()
}

fn column(column: &PackedColumn) -> JsValue {
    let object = Object::new();
    // Texts of a column stay UTF-8 until somebody reads them.
    let text = if column.kind == "text" {
        Uint8Array::from(column.text.as_bytes()).into()
    } else {
        column.text.as_str().into()
    };
    let pieces: [JsValue; 7] = [
        column.name.as_str().into(),
        column.title.as_str().into(),
        column.kind.into(),
        Float64Array::from(&column.numbers[..]).into(),
        Uint32Array::from(&column.codes[..]).into(),
        text,
        Uint32Array::from(&column.ends[..]).into(),
    ];
    NAMES.with(|names| {
        for (name, value) in names.iter().zip(&pieces) {
            // Setting a property of an object of our own cannot fail.
            let _ = Reflect::set(&object, name, value);
        }
    });
    object.into()
}
