//! Tables out.

use js_sys::{Array, Float64Array, Object, Reflect, Uint32Array};
use omnicontact::wire::PackedColumn;
use wasm_bindgen::JsValue;

/// The columns of a table in few pieces each.
pub(crate) fn columns(packed: Vec<PackedColumn>) -> Array {
    packed.iter().map(column).collect()
}

fn column(column: &PackedColumn) -> JsValue {
    let object = Object::new();
    let pieces: [(&str, JsValue); 7] = [
        ("name", column.name.as_str().into()),
        ("title", column.title.as_str().into()),
        ("kind", column.kind.into()),
        ("numbers", Float64Array::from(&column.numbers[..]).into()),
        ("codes", Uint32Array::from(&column.codes[..]).into()),
        ("text", column.text.as_str().into()),
        ("ends", Uint32Array::from(&column.ends[..]).into()),
    ];
    for (name, value) in pieces {
        // Setting a property of an object of our own cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}
