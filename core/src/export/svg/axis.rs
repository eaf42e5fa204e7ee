//! The two axes of bar and line charts.

use super::Frame;
use super::legend;
use super::text::{self, amount, number, pixels};
use crate::export::chart::Chart;
use crate::export::markup::Markup;
use crate::export::shown::Shown;
use crate::report::Report;

/// Height of the plot, without labels.
const PLOT: f64 = 200.0;
const MARGIN: f64 = 10.0;

/// The area between the axes.
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    ticks: Vec<u64>,
    bands: usize,
}

impl Plot {
    /// The plot of a chart whose largest value is `most`.
    pub(super) fn new(chart: &Chart, most: u64, frame: &Frame<'_>, shown: &Shown) -> Self {
        let ticks = ticks(most);
        let widest = ticks.iter().map(|&tick| text::width(&shown.number(tick), 12.0)).fold(0.0, f64::max);
        let top = frame.top() + if frame.legend { legend::height(chart, frame.width) } else { 0.0 };
        Self {
            left: widest + MARGIN,
            right: frame.width - MARGIN,
            top: top + 6.0,
            bottom: top + 6.0 + PLOT,
            ticks,
            bands: chart.buckets.len().max(1),
        }
    }

    /// How many bands of so many pixels there is room for.
    pub(super) fn room(frame: &Frame<'_>, band: f64) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "240 to 2000 pixels")]
        let bands = ((frame.width - 60.0) / band) as usize;
        bands.max(1)
    }

    /// Height of the whole image.
    pub(super) fn height(&self, chart: &Chart) -> f64 {
        self.bottom + if chart.together > 1 { 48.0 } else { 28.0 }
    }

    /// Width of a time bucket.
    pub(super) fn band(&self) -> f64 {
        (self.right - self.left) / pixels(self.bands)
    }

    /// Left edge of a time bucket.
    pub(super) fn x(&self, bucket: usize) -> f64 {
        self.left + pixels(bucket) * self.band()
    }

    pub(super) fn y(&self, value: u64) -> f64 {
        let most = amount(self.ticks.last().copied().unwrap_or(1).max(1));
        self.bottom - amount(value) / most * (self.bottom - self.top)
    }

    /// Grid, labels, and what a group of buckets stands for.
    pub(super) fn draw(&self, out: &mut Markup, chart: &Chart, shown: &Shown, report: &Report) {
        let (left, right) = (number(self.left), number(self.right));
        for &tick in &self.ticks {
            let y = number(self.y(tick));
            let opacity = if tick == 0 { "0.55" } else { "0.16" };
            let line: [(&'static str, &dyn std::fmt::Display); 6] = [
                ("x1", &left),
                ("x2", &right),
                ("y1", &y),
                ("y2", &y),
                ("stroke", &"currentColor"),
                ("stroke-opacity", &opacity),
            ];
            out.empty("line", &line);
            let at = (number(self.left - 6.0), number(self.y(tick) + 4.0));
            out.leaf(
                "text",
                &[("class", &"y"), ("x", &at.0), ("y", &at.1), ("text-anchor", &"end")],
                &shown.number(tick),
            );
        }
        let y = number(self.bottom + 18.0);
        for (x, label) in self.labels(chart) {
            let x = number(x);
            out.leaf("text", &[("class", &"x"), ("x", &x), ("y", &y), ("text-anchor", &"middle")], label);
        }
        if chart.together > 1 {
            let words = shown.fill(
                "shown.together",
                &[
                    ("count", &shown.number(chart.together as u64)),
                    ("granularity", shown.granularity(report.granularity)),
                ],
            );
            let y = number(self.bottom + 40.0);
            out.leaf("text", &[("x", &left), ("y", &y), ("opacity", &"0.75")], &words);
        }
    }

    /// Labels of time buckets and their middles; as many as fit beside each other.
    fn labels<'c>(&self, chart: &'c Chart) -> Vec<(f64, &'c str)> {
        const STEPS: [usize; 14] = [1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 21, 24, 28, 30];
        let widths: Vec<f64> = chart.buckets.iter().map(|label| text::width(label, 12.0)).collect();
        let widest = widths.iter().copied().fold(0.0, f64::max);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of lengths saturate")]
        let needed = ((widest + 14.0) / self.band()).ceil() as usize;
        let step = STEPS.into_iter().find(|&step| step >= needed).unwrap_or_else(|| needed.next_multiple_of(48));
        let mut labels = Vec::new();
        let mut taken = f64::NEG_INFINITY;
        for (bucket, label) in chart.buckets.iter().enumerate().step_by(step) {
            let half = widths[bucket] / 2.0;
            let middle = (self.x(bucket) + self.band() / 2.0).min(self.right + MARGIN - half).max(half);
            if !label.is_empty() && middle - half > taken {
                labels.push((middle, label.as_str()));
                taken = middle + half + 8.0;
            }
        }
        labels
    }
}

/// Round numbers from zero to at least `most`, at most five steps apart.
fn ticks(most: u64) -> Vec<u64> {
    let wanted = most.div_ceil(5).max(1);
    let mut unit: u64 = 1;
    let step = loop {
        let fits = [1, 2, 5].into_iter().map(|factor| unit.saturating_mul(factor)).find(|&step| step >= wanted);
        match (fits, unit.checked_mul(10)) {
            (Some(step), _) => break step,
            (None, Some(next)) => unit = next,
            (None, None) => break wanted,
        }
    };
    (0..=most.max(1).div_ceil(step)).map(|count| step.saturating_mul(count)).collect()
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn ticks_are_round_and_reach_the_top() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(3), [0, 1, 2, 3]);
        assert_eq!(ticks(9), [0, 2, 4, 6, 8, 10]);
        assert_eq!(ticks(1_999), [0, 500, 1_000, 1_500, 2_000]);
        for most in [0, 1, 7, 99, 12_345, u64::MAX] {
            let ticks = ticks(most);
            assert!(ticks.len() <= 7 && *ticks.last().unwrap() >= most, "{ticks:?}");
        }
    }
}
