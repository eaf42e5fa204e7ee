//! How much room a text takes, without its font: sizes are those of common sans-serif letters, rather too large.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// A number of things as a coordinate.
pub(super) fn pixels(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A count as a length.
#[expect(clippy::cast_precision_loss, reason = "a drawing needs no more digits than a pixel")]
pub(super) fn amount(count: u64) -> f64 {
    count as f64
}

/// A coordinate with one decimal.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// The path of a line through points.
pub(super) fn line(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (place, &(x, y)) in points.iter().enumerate() {
        path.push(if place == 0 { 'M' } else { 'L' });
        path.push_str(&number(x));
        path.push(' ');
        path.push_str(&number(y));
    }
    path
}

/// The width of a text in pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let em = |c: char| match (c, c.width().unwrap_or(0)) {
        (_, 0) => 0.0,
        (_, 2..) => 1.05,
        ('i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '\u{a0}' | '\u{202f}', _) => 0.32,
        ('m' | 'w' | 'M' | 'W' | '@' | '%' | '—' | '…', _) => 0.92,
        (c, _) if c.is_uppercase() => 0.7,
        _ => 0.58,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// The text, shortened with an ellipsis if it needs more room.
pub(super) fn fitted(text: &str, room: f64, size: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut fitted = String::new();
    let mut left = room - width("…", size);
    for letter in text.graphemes(true) {
        left -= width(letter, size);
        if left < 0.0 {
            break;
        }
        fitted.push_str(letter);
    }
    format!("{}…", fitted.trim_end())
}

/// The text in lines that fit, broken at spaces.
pub(super) fn wrapped(text: &str, room: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(word, size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fitted(word, room, size)),
        }
    }
    lines
}
