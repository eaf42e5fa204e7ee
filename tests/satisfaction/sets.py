"""Labelled texts to measure the model of satisfaction on; the texts are not in the repository, our labels are."""

import csv
import html
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

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


PARTS = {"tuned": "tuned", "reported": "measured"}


if __name__ == "__main__":
    for row in care(PARTS[sys.argv[1] if len(sys.argv) > 1 else "reported"]):
        print(json.dumps(row, ensure_ascii=False))
