"""Are children of all origins found alike? `.venv/bin/python models/equality.py` prints recall and false alarms.

First names of each origin are put in the place of the pupil's name in the measured comments (models/corpus/measured), which
nothing learnt from, and in the place of a name there that means somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.detection.pupils import lexicon, named
from bot.detection.pupils.calls import Calls
from bot.detection.pupils.candidates import CandidateFinder
from bot.detection.pupils.scene import Scene, Staff
from bot.detection.reading import read
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence
from bot.domain.roster import Pupil, PupilId, Roster
from bot.pages import shapes
from bot.rosters import read_pupils

HERE = Path(__file__).parent
RULES = HERE.parent / "moderation_rules"
MEASURED = HERE / "corpus" / "measured"
NAMES = {
    "English girls": "Charlotte Emily Jessica Eleanor Imogen Phoebe Harriet Beatrice Matilda Sophie Lucy Hannah",
    "English boys": "Thomas Edward Henry Oliver Samuel Joshua Benjamin Dominic Alfie Stanley Albert Ethan",
    "South Asian girls": "Ayesha Zainab Priya Fatima Anjali Simran Maryam Khadija Aaliyah Meera Jasleen Nadia",
    "South Asian boys": "Muhammad Ibrahim Arjun Harpreet Zayan Rohan Bilal Aarav Hamza Gurdeep Imran Kabir",
    "Polish and Romanian girls": "Zofia Zuzanna Maja Aleksandra Oliwia Katarzyna Ioana Andreea Ilinca Mihaela Hanna Wiktoria",
    "Polish and Romanian boys": "Kacper Jakub Szymon Oskar Mateusz Filip Andrei Stefan Ionut Bogdan Wojciech Dawid",
    "West African girls": "Chidinma Adaeze Temitope Abena Efua Ngozi Folake Ama Zainabu Yetunde Akosua Ifeoma",
    "West African boys": "Oluwaseun Chukwuemeka Kwame Kofi Tunde Emeka Babatunde Kwabena Obinna Ayodele Yaw Femi",
    "Welsh and Irish girls": "Ffion Carys Seren Angharad Niamh Aoife Caoimhe Saoirse Lowri Megan Orlaith Eilidh",
    "Welsh and Irish boys": "Rhys Osian Ifan Gethin Cian Oisin Tadhg Fionn Dafydd Eoin Iestyn Ruairi",
    "Arabic girls": "Layla Noor Yasmin Salma Hiba Rania Maha Samira Dina Amira Lina Hala",
    "Arabic boys": "Omar Yusuf Khalid Tariq Mustafa Karim Hassan Faisal Ziad Anas Rayan Walid",
    "Chinese girls": "Xinyi Meilin Jiayi Yuting Wenjing Siyu Lihua Xiaoyan Qiuyue Yingying Huilin Zihan",
    "Chinese boys": "Haoran Zhiwei Junjie Weiming Jianhong Yichen Tianyu Guowei Minghao Zixuan Kaiwen Chenxi",
    "Traveller girls": "Shakira Chantelle Savannah-Rose Tiffany Margaret-Ann Kathleen Bridie Philomena Shirley-Ann Crystalle Lavinia Concetta",
    "Traveller boys": "Johnjo Paddy-Joe Mikey Tyson Elvis Jimmy-Lee Levi Nelson Jonjo Riley Danny-Boy Felix",
}


def places() -> Iterator[tuple[dict, str, bool]]:
    """Measured comments with the words that are a plain first name in them, and whether they mean the pupil."""
    known = lexicon.load(RULES)
    for file in sorted(MEASURED.glob("hand-*.jsonl")):
        pupils = tuple(read_pupils(file.with_name(f"{file.stem}-roster.csv")))
        calls = Calls(Roster(pupils), known)
        finder = CandidateFinder(calls)
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            reading = read(shapes.comment(dict(row), None))
            scene = Scene(reading, finder.find(reading), calls, Staff())
            ids = set(row["expect"]["must"].get("pupil_named", ()))
            if "pupil_named" in row["expect"]["may"] or row.get("message_tags") or len(scene.candidates) != 1:
                continue
            c = scene.candidates[0]
            if c.full or c.is_surname or c.manner != "plain" or known.is_word(c.form) or c.last - c.first > 1:
                continue
            if ids and not c.pupils & ids:
                continue
            place = reading.folded.span(c.start, c.end)
            yield row, row["message"][place.start : place.end], bool(ids)


def put(row: dict, old: str, new: str) -> Comment:
    typed = new.lower() if old.islower() else new.upper() if old.isupper() and len(old) > 1 else new
    return shapes.comment({**row, "message": row["message"].replace(old, typed, 1)}, None)


def main() -> None:
    """One line for each group."""
    known = lexicon.load(RULES)
    found_places = list(places())
    print(
        f"{sum(p for *_, p in found_places)} places of a pupil, {sum(not p for *_, p in found_places)} of others"
    )
    for group, names in NAMES.items():
        right = pupils = wrong = others = 0
        for name in names.split():
            roster = Roster((Pupil(PupilId("P1"), name, "Qoxley"),))
            find = named.detector(roster, known)
            for row, old, pupil in found_places:
                findings = find(put(row, old, name))
                said = any(
                    f.category is Category.PUPIL_NAMED and f.confidence is not Confidence.POSSIBLE
                    for f in findings
                )
                right, pupils = right + (said and pupil), pupils + pupil
                wrong, others = wrong + (said and not pupil), others + (not pupil)
        print(f"{group:28} recall {right / max(1, pupils):.3f}  false {wrong / max(1, others):.3f}")


if __name__ == "__main__":
    main()
