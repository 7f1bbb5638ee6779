"""Write the example files that are not plain text: the PDF, the Word document and the table.

    python examples/make_files.py [FOLDER]

The plain ones are written by hand. The table's first row is the wire report to the character, so
that the collection holds one exact copy. Needs reportlab, which is among the test extras.
"""

from __future__ import annotations

import csv
import sys
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parent / "larkhaven"
MADE = ("03-interior-ministry.docx", "08-safety-office-report.pdf", "outlets.csv")

RELAY = (
    "LARKHAVEN, March 15 (Harbour Radio) - According to Estuary Watch, 17 people died in Tuesday's "
    "explosion at the Corran fertiliser works. The group, which checks every name with two "
    "sources, put the figure on its website on Wednesday afternoon.\n\n"
    "Harbour Radio has not been able to count the victims itself: police keep reporters 500 "
    "metres from the gate. The road to Kiln Quay is closed until further notice, and the ferry to "
    "Eskmouth sails from the fish market instead.\n\n"
    "Listeners who look for relatives can call the town hall, where eight people have been "
    "answering the telephones since Tuesday noon."
)
EVACUATION = (
    "LARKHAVEN, March 15 (Esk Valley Post) - About 1,200 residents of Kiln Quay and the streets "
    "behind it had to leave their homes on Wednesday after a second storage building began to "
    "smoke. It held potash, which does not explode, the fire service said.\n\n"
    'Provincial governor Petra Lindqvar ordered the evacuation at 2 p.m. "Nobody is in danger if '
    'everybody goes now," she said on local television. Most families were taken to the sports '
    "hall in Eskmouth and to two schools. Fire chief Ilse Maron said in the evening that the "
    "smoke had come from burning pallets and that people could probably return by Saturday.\n\n"
    "On Tuesday the governor had said that there was no danger to health beyond the quay."
)
FUND = (
    "ESKMOUTH, March 20 (Tarn Business Daily) - The provincial assembly on Monday voted 34 to 11 "
    "for a relief fund of 25 million crowns for the victims of the Larkhaven explosion. The money "
    "is meant for families that lost a wage and for 86 houses whose roofs or windows were "
    "destroyed.\n\n"
    "Members from the countryside voted against it because it will be paid for by putting off the "
    "bridge at Sallow Ford. The governor, Petra Lindqvar, said that the province would ask Corran "
    "Industries to pay the money back if a court found the company at fault."
)


def table_rows(wire: str) -> list[dict[str, str]]:
    """Return the rows of the table, the exact copy of ``wire`` first."""
    fields = ("id", "published", "publisher", "title", "text", "section")
    rows = [
        ("LC-0314", "2023-03-14", "Larkhaven Courier", wire.split("\n", 1)[0], wire, "front page"),
        ("HR-0315", "2023-03-15", "Harbour Radio", "Group counts 17 dead", RELAY, "news at six"),
        ("EP-0315", "2023-03-15", "Esk Valley Post", "1,200 leave homes", EVACUATION, "local"),
        ("TB-0320", "2023-03-20", "Tarn Business Daily", "Relief fund voted", FUND, "province"),
    ]
    return [dict(zip(fields, row, strict=True)) for row in rows]


def write_table(folder: Path, wire: str) -> None:
    """Write ``outlets.csv``: a row is a document."""
    rows = table_rows(wire)
    with (folder / "outlets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


MINISTRY: list[tuple[int, str]] = [
    (1, "Minister Brennick on the explosion at Larkhaven"),
    (0, "Source: Interior Ministry"),
    (0, "Date: March 15, 2023"),
    (2, "Victims"),
    (
        0,
        "Interior Minister Aldo Brennick said on Wednesday that 12 people were killed in the "
        "explosion at the Corran fertiliser works in Larkhaven on Tuesday, March 14. This is the "
        "number of victims whom a court doctor has identified. The minister asked the media not to "
        "spread other figures. He visited the injured in Larkhaven General Hospital in the "
        "afternoon and promised that the state would pay for their treatment.",
    ),
    (2, "Responsibility"),
    (
        0,
        "The minister accused Corran Industries of having caused the disaster. According to the "
        "customs papers of the port, 2,400 tonnes of ammonium nitrate were in the storage building "
        'on the day of the explosion, three times what the permit allows. "Somebody signed for '
        'every one of those sacks. Corran is responsible, and Corran will answer for it," Brennick '
        "said.",
    ),
    (
        0,
        "The public prosecutor in Eskmouth has opened an investigation. The works are closed until "
        "it ends. The director of the works, Henrik Saal, was questioned on Tuesday night and "
        "released.",
    ),
    (2, "Measures"),
    (0, "1. The Federal Chemical Safety Office will publish a preliminary report within ten days."),
    (0, "2. Five other stores of ammonium nitrate in the country will be inspected this week."),
    (0, "3. The army has sent 80 engineers to help to clear the quay."),
    (2, "Contact"),
    (0, "Press office of the Interior Ministry, Castle Square 2. Enquiries are answered daily."),
]


def write_word(folder: Path) -> None:
    """Write the ministry's press release with real headings."""
    import docx

    document = docx.Document()
    facts = document.core_properties
    facts.title = MINISTRY[0][1]
    facts.author = "Interior Ministry"
    facts.created = facts.modified = datetime(2023, 3, 15, 17, 30)
    for level, text in MINISTRY:
        if level:
            document.add_heading(text, level)
        else:
            document.add_paragraph(text)
    made = BytesIO()
    document.save(made)
    _without_clock(made, folder / MADE[0])


def _without_clock(made: BytesIO, target: Path) -> None:
    """Copy a zip file with a fixed time in every entry, so that equal content is equal bytes."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            fixed = zipfile.ZipInfo(entry, date_time=(2023, 3, 15, 17, 30, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(entry))


REPORT: list[list[tuple[str, str]]] = [
    [
        ("Title", "Explosion at the Corran fertiliser works, Larkhaven, on 14 March 2023"),
        ("Heading2", "Preliminary report 7/2023 of the Federal Chemical Safety Office"),
        ("BodyText", "Publisher: Federal Chemical Safety Office"),
        ("BodyText", "Published: 24 March 2023"),
        (
            "BodyText",
            "This report states what is established so far. It does not assign guilt or civil "
            "liability, which is for the courts. Findings may change in the final report, which is "
            "due in September.",
        ),
        ("Heading2", "Contents"),
        ("BodyText", "Summary: page ii. 1 Course of events: page 1. 2 Quantity stored: page 2."),
        ("BodyText", "3 Cause: page 2. 4 Warnings and alarms: page 3. 5 Victims: page 3."),
    ],
    [
        ("Heading2", "Summary"),
        (
            "BodyText",
            "The Office concludes that Corran Industries was responsible for storing about 1,900 "
            "tonnes of ammonium nitrate in a building that was permitted to hold 800 tonnes.",
        ),
        (
            "BodyText",
            "The fire that led to the explosion most probably began at an overheated bearing of a "
            "conveyor belt. The Office found no evidence of welding on the roof in the ten days "
            "before the explosion.",
        ),
        (
            "BodyText",
            "Two heat alarms in the storage building were out of service at the time of the "
            "explosion.",
        ),
    ],
    [
        ("Heading2", "1 Course of events"),
        (
            "BodyText",
            "Seismometers at Eskmouth recorded one explosion, at 6:41 a.m. on Tuesday, 14 March "
            "2023. They recorded nothing at 11:50 p.m. on Monday, 13 March, the time of an entry "
            "in the harbour master's log that has been quoted in the press.",
        ),
        (
            "BodyText",
            "A deflagration of dust, too weak for the instruments, may have been heard on "
            "the water at that time. The Office regards it as likely that a fire smouldered in the "
            "building during the night.",
        ),
    ],
    [
        ("Heading2", "2 Quantity stored"),
        (
            "BodyText",
            "The company stated that 760 tonnes were in the building. The Interior Ministry stated "
            "that there were 2,400 tonnes. From the weighbridge records the Office calculates "
            "between 1,850 and 1,950 tonnes. The ministry's figure counted one shipload twice.",
        ),
        ("Heading2", "3 Cause"),
        (
            "BodyText",
            "A bearing of conveyor 4 shows traces of temperatures above 600 degrees. Its "
            "replacement had been ordered on 2 February and was not carried out. Time sheets and "
            "telephone data confirm the statement of Hallam Marine that its crew left the site on "
            "3 March.",
        ),
    ],
    [
        ("Heading2", "4 Warnings and alarms"),
        (
            "BodyText",
            "Two letters of the union about the sprinklers in Hall 3 reached the works office, on "
            "20 October 2022 and on 12 January 2023. No repair was ordered. Working sprinklers in "
            "Hall 3 would not have prevented the explosion, which began in the storage building.",
        ),
        (
            "BodyText",
            "Heat alarms 2 and 5 were switched off at the control desk on Sunday, 12 March. The "
            "Office has not established who switched them off.",
        ),
        ("Heading2", "5 Victims"),
        (
            "BodyText",
            "By 22 March the court doctors had identified 24 persons killed. The Office has no "
            "count of the injured of its own.",
        ),
    ],
]


def write_report(folder: Path) -> None:
    """Write the report: two pages numbered i and ii, then three numbered 1 to 3."""
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph

    styles = getSampleStyleSheet()
    width, height = A5
    made = BytesIO()
    canvas = Canvas(made, pagesize=A5, invariant=1)
    canvas.setTitle("Explosion at the Corran fertiliser works: preliminary report")
    canvas.setAuthor("Federal Chemical Safety Office")
    canvas.addPageLabel(0, "ROMAN_LOWER", 1)
    canvas.addPageLabel(2, "ARABIC", 1)
    for page, label in zip(REPORT, ("i", "ii", "1", "2", "3"), strict=True):
        top = height - 50
        for style, text in page:
            block = Paragraph(text, styles[style])
            _, used = block.wrap(width - 100, top)
            block.drawOn(canvas, 50, top - used)
            top -= used + 10
        canvas.drawCentredString(width / 2, 30, label)
        canvas.showPage()
    canvas.save()
    # reportlab's fixed clock stands at the year 2000; this one stands at the day of publication.
    data = made.getvalue().replace(b"D:20000101000000", b"D:20230324060000")
    (folder / MADE[1]).write_bytes(data)


def main(folder: Path = FOLDER) -> None:
    """Write all three into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    wire = (FOLDER / "01-northern-wire-explosion.txt").read_text(encoding="utf-8")
    write_table(folder, wire.strip())
    write_word(folder)
    write_report(folder)
    for name in MADE:
        print(folder / name)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
