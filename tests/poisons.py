"""Comments that nobody writes by accident, and some that somebody does: as words, and as fields of a record."""

from __future__ import annotations

from typing import Any

TRAP = "https://trap.example"
SCRIPT = f"<script src='{TRAP}/x.js'></script><style>*{{display:none}}</style><img src=x onerror=alert(1)>"
TEMPLATE = "{{7*7}} {% for x in y %} ${7*7} <%= 7*7 %> #{7*7} %s %(name)s {0.__class__}"
SQL = "'; DROP TABLE incidents; --\" OR 1=1 /*"
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x1b[31mred\x9b1m"
LINES = "Sam\r\nBcc: everyone@trap.example\r\n\r\n<b>hello</b>\v\x85\u2028\u2029"

# name → what stands in `message`; each is met alone and with swear words behind it
WORDS: dict[str, str] = {
    "empty": "",
    "blank": " \t\n ",
    "60 kB": "All work and no play. " * 2_800,
    "60 kB of one letter": "a" * 60_000,
    "10,000 emoji": "😡" * 10_000,
    "joined families": "👨\u200d👩\u200d👧\u200d👦🏽🏴\U000e0067\U000e0062\U000e007f" * 400,
    "zero width": "lo\u200bve\u200cl\u200dy\u2060 \ufeffday\u00ad",
    "right to left": "\u202edneirf ym\u202c \u2067hi\u2069 \u200fx\u061c",
    "never closed": "\u202e\u2066\u2067\u202a" * 200,
    "NUL": "nice\x00day\x00",
    "half an emoji": "oh \ud83d dear",
    "the other half": "\ude00 oh",
    "script and style": SCRIPT,
    "ends our tags": "</div></td></style></script></title>--><!--]]></textarea>",
    "template": TEMPLATE,
    "SQL": SQL,
    "terminal escapes": ESCAPES,
    "header lines": LINES,
    "a log line": '"}\n{"at":"2026-01-01","level":"error","event":"hacked"}',
    "8,000 combining marks": "a" + "\u0301\u0489\u0332\u20dd" * 2_000,
    "not a character": "\ufffe\uffff\U0010ffff\ufdd0",
    "a lone return": "one\rtwo\x0bthree\x0cfour",
    "other writing": "مرحبا بكم 你好 नमस्ते Ωμέγα ⠓⠑⠇⠇⠕ 𝕱𝖔𝖔",
    "full width": "ｌｏｖｅｌｙ　ｄａｙ",
    "many brackets": "(" * 5_000 + ")" * 5_000,
    "many lines": "\n" * 8_000,
    "a long word of digits": "0" * 9_000,
    "backtracking": "a" * 3_000 + "!" + "@" * 3_000 + ".." * 1_000 + "http://" * 800,
}

# name → members of the record instead of, or beside, the usual ones; None: not there
RECORDS: dict[str, dict[str, Any]] = {
    "only an id": {
        "from": None,
        "created_time": None,
        "permalink_url": None,
        "is_hidden": None,
        "can_hide": None,
    },
    "no time": {"created_time": None},
    "a time that is none": {"created_time": "the day before yesterday"},
    "a time before time": {"created_time": "0000-00-00T00:00:00+0000"},
    "a time as a number": {"created_time": 1e300},
    "unknown attachment": {"attachment": {"type": "hologram_3d", "url": f"{TRAP}/h", "target": {"id": 7}}},
    "odd attachment": {"attachment": {"type": ["photo"], "url": {"a": 1}, "media": "x", "target": 5}},
    "an attachment that is none": {"attachment": "photo"},
    "script in the attachment": {"attachment": {"type": SCRIPT, "url": f"javascript:fetch('{TRAP}')"}},
    "an inner address": {"attachment": {"type": "share", "url": "http://169.254.169.254/latest/"}},
    "tags as an object": {"message_tags": {"0": [{"id": 5, "name": "you", "offset": 0, "length": 3}]}},
    "tags beyond the end": {"message_tags": [{"id": "5", "name": "x", "offset": 10**9, "length": -4}]},
    "tags of anything": {
        "message_tags": [None, 5, [], "x", {}, {"offset": "a"}, {"name": ["x"], "length": 1e300}]
    },
    "ten thousand tags": {"message_tags": [{"id": "5", "name": "you", "offset": 0, "length": 3}] * 10_000},
    "tags that are a word": {"message_tags": "nobody"},
    "from as a word": {"from": "Sam"},
    "from as a list": {"from": [{"id": "1"}]},
    "a nameless author": {"from": {"id": "u1"}},
    "a numeric author": {"from": {"id": 12, "name": 12}},
    "script in the name": {"from": {"id": SCRIPT, "name": SCRIPT}},
    "template in the name": {"from": {"id": "u1", "name": TEMPLATE}},
    "SQL in the name": {"from": {"id": SQL, "name": SQL}},
    "lines in the name": {"from": {"id": "u1", "name": LINES}},
    "escapes in the name": {"from": {"id": ESCAPES, "name": ESCAPES}},
    "half an emoji in the name": {"from": {"id": "u1", "name": "\ud83d\x00"}},
    "8,000 letters in the name": {"from": {"id": "u1", "name": "Z" * 8_000}},
    "a link that is code": {"permalink_url": "javascript:alert(1)"},
    "a link with lines": {"permalink_url": f"{TRAP}/\r\nX-Evil: 1"},
    "hidden as a word": {"is_hidden": "yes", "can_hide": "perhaps"},
    "a parent that is a word": {"parent": "1_2"},
    "a parent that is itself": {"parent": {"id": None}},
}

# ids that no platform gives: whatever is done about them, it is done to nobody else
IDS: dict[str, Any] = {
    "upwards": "1001_9/../../me",
    "two dots": "..",
    "percent": "1001_9%2f..%2f..",
    "a question": "1001_9?method=delete&ids=1001",
    "SQL": f"1001_{SQL}",
    "lines": f"1001_{LINES}",
    "escapes": f"1001_{ESCAPES}",
    "script": f"1001_{SCRIPT}",
    "NUL and half an emoji": "1001_\x00\ud83d",
    "very long": "1001_" + "9" * 5_000,
    "right to left": "1001_\u202e9",
    "a number too large": 10**30,
    "the Page itself": "100000000000001",
    "an object": {"id": 5},
    "a list": ["1001_9"],
    "a fraction": 1.5,
    "nothing": "",
    "yes": True,
}
