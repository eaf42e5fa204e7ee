//! Fonts of the host: which one has a letter, how wide it is, and texts as glyphs in reading order.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustc_hash::FxHashMap;
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};
use unicode_segmentation::UnicodeSegmentation;

use crate::error::{Code, Error, Result};

/// Fonts by preference: TrueType or OpenType, as bytes.
#[derive(Clone, Default)]
pub struct PdfFonts(Vec<Arc<Vec<u8>>>);

impl PdfFonts {
    /// The fonts, the preferred one first.
    pub fn new(fonts: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(fonts.into_iter().map(Arc::new).collect())
    }

    /// Reads the fonts.
    pub(super) fn open(&self) -> Result<Faces<'_>> {
        if self.0.is_empty() {
            return Err(Error::new(Code::MissingOption, "a PDF needs a font")
                .with_hint("hand over the bytes of a TrueType or OpenType font, others after it for further scripts")
                .at("fonts"));
        }
        let faces = self.0.iter().enumerate().map(|(row, bytes)| opened(row, bytes)).collect::<Result<_>>()?;
        Ok(Faces { faces, known: RefCell::default() })
    }
}

fn opened(row: usize, bytes: &Arc<Vec<u8>>) -> Result<(Face<'_>, Font)> {
    let data: Arc<dyn AsRef<[u8]> + Send + Sync> = bytes.clone();
    // What the shaper reads and what the writer reads must be a font to both.
    match (Face::from_slice(bytes, 0), Font::new(data.into(), 0)) {
        (Some(face), Some(font)) => Ok((face, font)),
        _ => Err(Error::new(Code::InvalidValue, "the bytes are no font").at_row(row).at("fonts")),
    }
}

impl fmt::Debug for PdfFonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fonts", self.0.len())
    }
}

/// Fonts that were read.
pub(super) struct Faces<'f> {
    faces: Vec<(Face<'f>, Font)>,
    /// Font and width of letters that were asked for: a table says the same ones over and over.
    known: RefCell<FxHashMap<char, Option<(usize, f32)>>>,
}

/// A piece of text in one font and one direction, as glyphs from left to right.
pub(super) struct Run {
    pub(super) face: usize,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In letter sizes.
    pub(super) width: f32,
}

/// What stands for a letter that no font has.
const BOX: char = '\u{25a1}';

impl Faces<'_> {
    pub(super) fn font(&self, face: usize) -> Option<Font> {
        self.faces.get(face).map(|(_, font)| font.clone())
    }

    /// The font of a cluster: the first one that has all of it, or its first letter; none where nobody has that.
    fn face_of(&self, cluster: &str) -> Option<usize> {
        if let Some(letter) = alone(cluster) {
            return self.letter(letter).map(|(face, _)| face);
        }
        let all = self.faces.iter().position(|(face, _)| cluster.chars().all(|c| is_silent(c) || has(face, c)));
        let first = cluster.chars().next().filter(|c| !is_silent(*c));
        all.or_else(|| first.and_then(|c| self.faces.iter().position(|(face, _)| has(face, c))))
    }

    /// Font and width of a letter by itself.
    fn letter(&self, letter: char) -> Option<(usize, f32)> {
        if let Some(known) = self.known.borrow().get(&letter) {
            return *known;
        }
        let face = if is_silent(letter) { Some(0) } else { self.faces.iter().position(|(face, _)| has(face, letter)) };
        let found = face.map(|place| (place, self.advance(place, letter)));
        self.known.borrow_mut().insert(letter, found);
        found
    }

    /// Width of a letter in a font, in letter sizes.
    fn advance(&self, place: usize, letter: char) -> f32 {
        if is_silent(letter) {
            return 0.0;
        }
        let face = &self.faces[place].0;
        let units = face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph)).unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "letters have some thousand units")]
        let width = f32::from(units) / face.units_per_em() as f32;
        width
    }

    /// Width of a text in letter sizes, letter by letter.
    pub(super) fn width(&self, text: &str) -> f32 {
        text.graphemes(true).map(|cluster| self.width_of(cluster)).sum()
    }

    pub(super) fn width_of(&self, cluster: &str) -> f32 {
        if let Some(letter) = alone(cluster) {
            return self.letter(letter).map_or_else(|| self.box_width(), |(_, width)| width);
        }
        let Some(place) = self.face_of(cluster) else { return self.box_width() };
        cluster.chars().map(|c| self.advance(place, c)).sum()
    }

    fn box_width(&self) -> f32 {
        if self.face_of("\u{25a1}").is_some() { self.width_of("\u{25a1}") } else { self.width_of("?") }
    }

    /// A text as runs from left to right, as it is read (UAX #9).
    pub(super) fn runs(&self, text: &str) -> Vec<Run> {
        let bidi = BidiInfo::new(text, None);
        let mut runs = Vec::new();
        for paragraph in &bidi.paragraphs {
            let (levels, pieces) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for piece in pieces {
                let level = levels.get(piece.start).copied().unwrap_or_else(Level::ltr);
                let mut of_piece = self.by_font(&text[piece], level.is_rtl());
                if level.is_rtl() {
                    of_piece.reverse();
                }
                runs.append(&mut of_piece);
            }
        }
        runs
    }

    /// Runs of one font each, in the order of the text.
    fn by_font(&self, text: &str, rtl: bool) -> Vec<Run> {
        let mut pieces: Vec<(Option<usize>, String)> = Vec::new();
        for cluster in text.graphemes(true) {
            let face = self.face_of(cluster);
            match pieces.last_mut() {
                // A letter that nobody has is a piece of its own.
                Some((last, piece)) if *last == face && face.is_some() => piece.push_str(cluster),
                _ => pieces.push((face, cluster.to_owned())),
            }
        }
        pieces
            .into_iter()
            .map(|(face, piece)| match face {
                Some(face) => self.shaped(face, piece, rtl),
                None => self.boxed(piece),
            })
            .collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "glyph positions are small")]
    fn shaped(&self, place: usize, text: String, rtl: bool) -> Run {
        let face = &self.faces[place].0;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(face, &[], buffer);
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
        starts.push(text.len());
        starts.sort_unstable();
        starts.dedup();
        let em = face.units_per_em() as f32;
        let glyph = |(info, position): (&rustybuzz::GlyphInfo, &rustybuzz::GlyphPosition)| {
            let start = info.cluster as usize;
            let end = starts.iter().copied().find(|next| *next > start).unwrap_or(text.len());
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                position.x_advance as f32 / em,
                position.x_offset as f32 / em,
                position.y_offset as f32 / em,
                position.y_advance as f32 / em,
                start..end,
                None,
            )
        };
        let glyphs = infos.iter().zip(positions).map(glyph).collect();
        let width = positions.iter().map(|position| position.x_advance as f32 / em).sum();
        Run { face: place, text, glyphs, width }
    }

    /// A box that is copied as the text that it stands for.
    fn boxed(&self, text: String) -> Run {
        let shown = if self.face_of("\u{25a1}").is_some() { BOX } else { '?' };
        let place = self.face_of(shown.encode_utf8(&mut [0; 4])).unwrap_or(0);
        let glyph = self.faces.get(place).and_then(|(face, _)| face.glyph_index(shown)).map_or(0, |glyph| glyph.0);
        let width = self.box_width();
        let range = 0..text.len();
        let glyphs = vec![KrillaGlyph::new(GlyphId::new(glyph.into()), width, 0.0, 0.0, 0.0, range, None)];
        Run { face: place, text, glyphs, width }
    }
}

/// The only letter of a cluster.
fn alone(cluster: &str) -> Option<char> {
    let mut letters = cluster.chars();
    letters.next().filter(|_| letters.next().is_none())
}

fn has(face: &Face<'_>, letter: char) -> bool {
    face.glyph_index(letter).is_some_and(|glyph| glyph.0 != 0)
}

/// Characters that change others and show nothing themselves.
fn is_silent(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0020}'..='\u{e007f}')
}

/// Whether a text is read from the right: its first strong letter is.
pub(super) fn is_right_to_left(text: &str) -> bool {
    matches!(unicode_bidi::get_base_direction(text), unicode_bidi::Direction::Rtl)
}
