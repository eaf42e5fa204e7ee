"""Makes core/src/contact/plans.rs: what the numbering plans of the world say, from libphonenumber's metadata.

    pip install phonenumbers==9.0.42 && python3 tests/plans/build.py

Of each plan: the calling code, possible lengths, the pattern of national numbers, what is taken off before them, and home
forms that are rewritten. Mexico's home forms are ours: the metadata forgot them when the plan of August 2019 dropped them,
and people still write them.
"""

import re
import sys
import unicodedata
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneMetadata

HOUSE = Path(__file__).resolve().parents[2]
PLANS = HOUSE / "core/src/contact/plans.rs"
# Countries of ISO 3166-1 that the metadata has no plan of its own for, under their calling codes.
BORROWED = {"AQ": "672", "BV": "", "GS": "500", "HM": "", "PN": "64", "TF": "262", "UM": "1"}
# Codes of the metadata that are no countries of ISO 3166-1; TA is dialled as SH.
NO_COUNTRY = {"AC", "XK"}
LEFT_OUT = {"TA"}
MEXICO = ("044|045|01|1", r"\d{10}$", "", "")
# What is dialled before a number abroad, where it is not `00` alone: the forms that mean nothing else.
ABROAD = {"011", "810", "010", "119", "009", "000"}
AUSTRALIA = re.compile(r"001\[14-689\]")


def home(region: str, parsing: str, rule: str) -> tuple[str, tuple[str, str, str, str]]:
    """What is taken off, and a form that is rewritten: what stands before, what is kept, what stands after, what is put."""
    if region == "AR":
        found = re.fullmatch(r"0\?\(\?:\((.*)\)15\)\?", parsing)
        return "0?", ("0?", found[1], "15", rule.removesuffix("\\1"))
    if region == "BR":
        found = re.fullmatch(r"\(\?:0\|90\)\(\?:\((.*)\)\((.*)\)\)\?", parsing)
        return "0|90", (f"(?:0|90)(?:{found[1]})", found[2], "", "")
    if found := re.fullmatch(r"0\(([^()]*)\)", parsing):
        return "", ("0", found[1], "", rule.removesuffix("\\1"))
    found = re.fullmatch(r"\(([^()]*)\)\$(?:\|(.*))?", parsing)
    return found[2] or "", ("", f"{found[1]}$", "", rule.removesuffix("\\1"))


def quoted(text: str) -> str:
    return f'r"{text}"' if "\\" in text else f'"{text}"'


def row(code: str, data: PhoneMetadata, main: bool) -> str:
    parsing = data.national_prefix_for_parsing or ""
    rewritten = None
    if data.national_prefix_transform_rule:
        parsing, rewritten = home(code, parsing, data.national_prefix_transform_rule)
    if code == "MX":
        rewritten = MEXICO
    lengths = sum(1 << length for length in data.general_desc.possible_length if length > 0)
    abroad = data.international_prefix or ""
    abroad = abroad if abroad in ABROAD else "001[14-689]" if AUSTRALIA.match(abroad) else ""
    pattern = data.general_desc.national_number_pattern
    name = "" if data.id == "001" else code
    words = [f'"{name}"', f'"{data.country_code}"', str(main).lower(), f"{lengths:#x}", quoted(pattern), quoted(parsing)]
    if abroad:
        words.append(f"abroad {quoted(abroad)}")
    if rewritten:
        words.append("home " + " ".join(quoted(part) for part in rewritten))
    return words


def rust(words: list[str]) -> str:
    call = f"    p({', '.join(words[:6])})"
    for extra in words[6:]:
        kind, _, rest = extra.partition(" ")
        rest = rest if kind == "abroad" else ", ".join(re.findall(r'r?"[^"]*"', rest))
        call += f".{kind}({rest})"
    return call + ",\n"


def main() -> None:
    if phonenumbers.__version__ != "9.0.42":
        sys.exit(f"phonenumbers 9.0.42 is wanted, {phonenumbers.__version__} is there")
    rows: dict[str, str] = {}
    others: list[str] = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS - LEFT_OUT):
        data = PhoneMetadata.metadata_for_region(region)
        leads = phonenumbers.region_code_for_country_code(data.country_code) == region
        line = rust(row(region, data, leads))
        if region in NO_COUNTRY:
            others.append(line.replace(f'p("{region}"', 'p(""'))
        else:
            rows[region] = line
    for code, calling in BORROWED.items():
        rows[code] = f'    p("{code}", "{calling}", false, 0, "", ""),\n'
    for calling in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        others.append(rust(row("", PhoneMetadata.metadata_for_nongeo_region(calling), True)))
    zeros = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Nd" and unicodedata.digit(c) == 0]
    written = ", ".join(f"'\\u{{{ord(c):x}}}'" for c in zeros)
    PLANS.write_text(
        "// Made by tests/plans/build.py from the metadata of libphonenumber 9.0.42 (PyPI: phonenumbers 9.0.42), Apache-2.0;\n"
        "// see core/NOTICE.md. Do not edit.\n\n"
        "use super::plan::{Plan, p};\n\n"
        "/// Countries of ISO 3166-1, sorted; without a pattern they are dialled as the country that leads their calling code.\n"
        f"#[rustfmt::skip]\npub(super) static COUNTRIES: &[Plan] = &[\n{''.join(rows[code] for code in sorted(rows))}];\n\n"
        "/// Codes without a country of ISO 3166-1: freephone, satellite, networks, Ascension, Kosovo.\n"
        f"#[rustfmt::skip]\npub(super) static OTHERS: &[Plan] = &[\n{''.join(others)}];\n\n"
        f"/// The zeros of all scripts (Unicode {unicodedata.unidata_version}); nine digits follow each.\n"
        f"#[rustfmt::skip]\npub(super) static ZEROS: &[char] = &[\n    {written},\n];\n"
    )


if __name__ == "__main__":
    main()
