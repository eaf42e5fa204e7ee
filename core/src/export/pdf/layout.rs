//! Widths of columns, and cells wrapped into lines.

use unicode_segmentation::UnicodeSegmentation;

use super::GAP;
use super::fonts::Faces;

/// One line of a row.
pub(super) struct Line {
    /// The piece of each cell that stands on it.
    pub(super) cells: Vec<String>,
    /// Whether a row begins with it.
    pub(super) is_first: bool,
}

/// Columns that fit a page.
pub(super) struct Layout<'f> {
    faces: &'f Faces<'f>,
    size: f32,
    /// Widths of the columns in points, which fill the page.
    pub(super) widths: Vec<f32>,
}

/// Rows that are measured; the widths of the others follow.
const MEASURED: usize = 2_000;

impl<'f> Layout<'f> {
    pub(super) fn new(faces: &'f Faces<'f>, size: f32, titles: &[String], rows: &[Vec<String>], room: f32) -> Self {
        let step = rows.len().div_ceil(MEASURED).max(1);
        let measured = || std::iter::once(titles).chain(rows.iter().step_by(step).map(Vec::as_slice));
        // A little more than it is wide: letters side by side differ from letters alone.
        let wanted: Vec<f32> = (0..titles.len())
            .map(|column| {
                let widths = measured().filter_map(|row| row.get(column)).map(|text| faces.width(text) * size * 1.04);
                widths.fold(0.0, f32::max) + GAP * 2.0
            })
            .collect();
        Self { faces, size, widths: shared(&wanted, room) }
    }

    /// A row as lines: every cell wrapped to its column.
    pub(super) fn row(&self, cells: &[String]) -> Vec<Line> {
        let wrapped: Vec<Vec<String>> =
            cells.iter().zip(&self.widths).map(|(text, width)| self.wrapped(text, width - GAP)).collect();
        let most = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        let line = |at: usize| Line {
            cells: wrapped.iter().map(|lines| lines.get(at).cloned().unwrap_or_default()).collect(),
            is_first: at == 0,
        };
        (0..most.max(1)).map(line).collect()
    }

    /// A text in lines of a width: broken between words, and within those that are wider than a line.
    fn wrapped(&self, text: &str, width: f32) -> Vec<String> {
        let room = width / (self.size * 1.04);
        if self.faces.width(text) <= room {
            return vec![text.to_owned()];
        }
        let mut lines = vec![String::new()];
        let mut used = 0.0;
        for word in text.split_word_bounds() {
            let wide = self.faces.width(word);
            if used + wide > room && used > 0.0 {
                lines.push(String::new());
                used = 0.0;
            }
            if wide <= room {
                push(&mut lines, word);
                used += wide;
                continue;
            }
            for cluster in word.graphemes(true) {
                let wide = self.faces.width_of(cluster);
                if used + wide > room && used > 0.0 {
                    lines.push(String::new());
                    used = 0.0;
                }
                push(&mut lines, cluster);
                used += wide;
            }
        }
        lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
    }
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// Shares a width: columns that want less than a fair part get what they want, the others share the rest.
fn shared(wanted: &[f32], room: f32) -> Vec<f32> {
    let total: f32 = wanted.iter().sum();
    if wanted.is_empty() || total <= 0.0 {
        return vec![0.0; wanted.len()];
    }
    if total <= room {
        // What is left goes to all of them, but no column becomes a desert.
        let factor = (room / total).min(1.5);
        return wanted.iter().map(|width| width * factor).collect();
    }
    let mut widths = vec![0.0; wanted.len()];
    let mut open: Vec<usize> = (0..wanted.len()).collect();
    let mut left = room;
    loop {
        #[expect(clippy::cast_precision_loss, reason = "a table has few columns")]
        let fair = left / open.len().max(1) as f32;
        let (small, large): (Vec<usize>, Vec<usize>) = open.iter().partition(|column| wanted[**column] <= fair);
        for column in &small {
            widths[*column] = wanted[*column];
            left -= wanted[*column];
        }
        if small.is_empty() || large.is_empty() {
            for column in &large {
                widths[*column] = fair;
            }
            return widths;
        }
        open = large;
    }
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn columns_share_a_page() {
        assert_eq!(shared(&[10.0, 20.0], 300.0), [15.0, 30.0]);
        assert_eq!(shared(&[10.0, 500.0, 500.0], 210.0), [10.0, 100.0, 100.0]);
        assert_eq!(shared(&[90.0, 100.0, 110.0], 150.0), [50.0, 50.0, 50.0]);
        assert!(shared(&[], 100.0).is_empty());
    }
}
