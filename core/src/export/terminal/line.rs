//! Lines that are never wider than the terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text under construction.
pub(super) struct Lines {
    text: String,
    pub(super) width: usize,
    colours: bool,
}

impl Lines {
    pub(super) fn new(width: usize, colours: bool) -> Self {
        Self { text: String::new(), width, colours }
    }

    /// A line; what does not fit is cut.
    pub(super) fn push(&mut self, line: &str) {
        self.text.push_str(cut(line, self.width).trim_end());
        self.text.push('\n');
    }

    /// A line in two parts, the second in colour.
    pub(super) fn painted(&mut self, before: &str, painted: &str, after: &str) {
        if self.colours {
            let after = cut(after, self.width.saturating_sub(before.width() + painted.width()));
            self.text.extend([before, "\u{1b}[34m", painted, "\u{1b}[0m", &after, "\n"]);
        } else {
            self.push(&format!("{before}{painted}{after}"));
        }
    }

    /// A line underlined.
    pub(super) fn title(&mut self, title: &str, rule: char) {
        let title = cut(&plain(title), self.width);
        let rule: String = std::iter::repeat_n(rule, title.width()).collect();
        if self.colours {
            self.text.extend(["\u{1b}[1m", &title, "\u{1b}[0m\n"]);
        } else {
            self.push(&title);
        }
        self.push(&rule);
    }

    /// A text in as many lines as it takes.
    pub(super) fn wrapped(&mut self, words: &str) {
        let mut line = String::new();
        for word in plain(words).split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > self.width {
                self.push(&line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.push(&line);
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// A text that a terminal shows and does not obey: line breaks are spaces, other control characters U+FFFD, marks that
/// turn the direction of text are gone.
pub(super) fn plain(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|&c| !turns(c))
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// The text, shortened with an ellipsis if it takes more columns.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut left = width.saturating_sub(1);
    for letter in text.graphemes(true) {
        let takes = letter.width();
        if takes > left {
            break;
        }
        left -= takes;
        cut.push_str(letter);
    }
    if width > 0 {
        cut.push('…');
    }
    cut
}

/// The text cut or filled up to exactly so many columns.
pub(super) fn padded(text: &str, width: usize, is_number: bool) -> String {
    let text = cut(text, width);
    let fill = " ".repeat(width.saturating_sub(text.width()));
    if is_number { format!("{fill}{text}") } else { format!("{text}{fill}") }
}

/// Columns of the widest text.
pub(super) fn widest<'t>(texts: impl IntoIterator<Item = &'t String>) -> usize {
    texts.into_iter().map(|text| text.width()).max().unwrap_or(0)
}
