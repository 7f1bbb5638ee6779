"""PDF files for the tests: written by reportlab, written by hand, and damaged on purpose."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable, Iterator, Mapping

from reportlab.pdfgen.canvas import Canvas

WORDS = "The ferry sank off Varna in the night and nine people died."
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def drawn(draw: Callable[[Canvas], None], **options: object) -> bytes:
    """Return a file that reportlab wrote."""
    out = io.BytesIO()
    canvas = Canvas(out, **options)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def shown(words: str = WORDS, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return the content of a page that shows some words."""
    return b"%s BT /F1 12 Tf 72 700 Td (%s) Tj ET %s" % (before, words.encode("latin-1"), after)


def written(
    objects: Mapping[int, bytes], trailer: bytes = b"/Root 1 0 R", *, xref: bool = True
) -> bytes:
    """Return a file with these objects, object 1 the catalog."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = max(objects, default=0) + 1
    if not xref:
        return bytes(out) + b"trailer << /Size %d %s >>\n%%%%EOF\n" % (size, trailer)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        entry = (places[number], b"00000 n") if number in places else (0, b"65535 f")
        out += b"%010d %s \n" % entry
    out += b"trailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, at)
    return bytes(out)


def page(
    content: bytes | None = None,
    *,
    kids: bytes = b"[3 0 R]",
    count: bytes = b"1",
    entries: bytes = b"",
    catalog: bytes = b"",
    resources: bytes = b"",
    more: Mapping[int, bytes] | None = None,
) -> dict[int, bytes]:
    """Return the objects of a file of one page, with what is asked for changed."""
    media = b"" if b"/MediaBox" in entries else b"/MediaBox [0 0 612 792]"
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids %s /Count %s >>" % (kids, count),
        3: b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << /Font << /F1 5 0 R >>"
        b" %s >> %s >>" % (media, resources, entries),
        4: stream(shown() if content is None else content),
        5: FONT,
        **(more or {}),
    }


def evil() -> Iterator[tuple[str, bytes]]:
    """Yield files that are built to break a reader, by name."""
    good = written(page())
    yield "no xref", written(page(), xref=False)
    yield "no end", good[: good.index(b"xref")]
    yield "only pages", b"%PDF-1.7\n" + good[good.index(b"3 0 obj") : good.index(b"xref")]
    yield "wrong startxref", good.replace(b"startxref\n", b"startxref\n9")
    yield "garbage before", b"\x00garbage\n" * 60 + good
    yield "garbage far before", b"garbage line\n" * 500 + good
    yield "no head", good[9:]
    yield "only a head", b"%PDF-1.4\n"
    yield "no pages", written(page(kids=b"[]", count=b"0"))
    yield "negative count", written(page(count=b"-5"))
    yield "a million pages claimed", written(page(count=b"1000000"))
    yield "more pages than numbers", written(page(count=b"99999999999999"))
    yield "page tree loop", written(page(kids=b"[2 0 R 3 0 R]", count=b"2"))
    yield "page tree of itself", written(page(kids=b"[2 0 R]", count=b"7"))
    yield "the same page often", written(page(kids=b"[" + b"3 0 R " * 4000 + b"]", count=b"4000"))
    yield "missing page", written(page(kids=b"[99 0 R 3 0 R]", count=b"2"))
    yield "missing font", written({n: o for n, o in page().items() if n != 5})
    yield "missing content", written({n: o for n, o in page().items() if n != 4})
    yield "no catalog", written({n: o for n, o in page().items() if n != 1})
    yield "huge page", written(page(entries=b"/MediaBox [0 0 1e9 1e9]"))
    yield "flat page", written(page(entries=b"/MediaBox [0 0 0 0]"))
    yield "broken page box", written(page(entries=b"/MediaBox [0 (x) /y]"))
    yield "odd rotation", written(page(entries=b"/Rotate 37"))
    yield "labels broken", written(page(catalog=b"/PageLabels << /Nums [0 [1] 2 << /S /Q >>] >>"))
    yield (
        "labels of themselves",
        written(page(catalog=b"/PageLabels 6 0 R", more={6: b"<< /Kids [6 0 R] >>"})),
    )
    loop = {6: b"<< /First 7 0 R /Last 7 0 R /Count 1 >>"}
    loop[7] = b"<< /Title (Loop) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Dest [3 0 R /Fit] >>"
    yield "outline loop", written(page(catalog=b"/Outlines 6 0 R", more=loop))
    yield (
        "form of itself",
        written(
            page(
                b"/X Do " + shown(),
                resources=b"/XObject << /X 6 0 R >>",
                more={
                    6: stream(
                        b"/X Do",
                        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
                        b" /Resources << /XObject << /X 6 0 R >> >>",
                    )
                },
            )
        ),
    )
    yield "content of itself", written(page() | {4: b"[4 0 R 4 0 R]"})
    yield "deep arrays", written(page() | {4: b"[" * 30_000})
    yield "deep dictionaries", written(page(catalog=b"<< /A " * 20_000 + b">> " * 20_000))
    yield "deep graphics states", written(page(b"q " * 200_000 + shown()))
    yield "an endless word", written(page(b"BT /F1 12 Tf (" + b"x" * 300_000 + b") Tj ET"))
    yield "flate bomb", written(page() | {4: flate_bomb(1)})
    yield "flate bomb of bombs", written(page() | {4: flate_bomb(2)})
    yield "bad flate", written(page() | {4: stream(b"\x78\x9c broken", b"/Filter /FlateDecode")})
    yield "unknown filter", written(page() | {4: stream(b"x", b"/Filter /NoSuchDecode")})
    yield (
        "many filters",
        written(page() | {4: stream(b"x", b"/Filter [" + b"/ASCIIHexDecode " * 5000 + b"]")}),
    )
    yield "wrong length", good.replace(b"/Length ", b"/Length 999999")
    yield (
        "metadata garbage",
        written(
            page(
                more={6: b"<< /Title <FEFFD800> /Author (\x00\xff\xfe) /CreationDate (D:99999) >>"}
            ),
            b"/Root 1 0 R /Info 6 0 R",
        ),
    )
    yield (
        "unknown encryption",
        written(page(more={6: b"<< /Filter /Nobody /V 99 >>"}), b"/Root 1 0 R /Encrypt 6 0 R"),
    )
    yield "no encryption there", written(page(), b"/Root 1 0 R /Encrypt 99 0 R")
    picture = stream(b"\x00", b"/Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8")
    yield (
        "huge picture",
        written(
            page(
                b"100 0 0 100 0 0 cm /I Do", resources=b"/XObject << /I 6 0 R >>", more={6: picture}
            )
        ),
    )
    yield (
        "huge picture over white words",
        written(
            page(
                b"1 g " + shown() + b" 500 0 0 700 0 0 cm /I Do",
                resources=b"/XObject << /I 6 0 R >>",
                more={6: picture},
            )
        ),
    )
    widget = b"<< /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [0 0 9 9] /Parent 6 0 R >>"
    yield (
        "field of itself",
        written(
            page(
                entries=b"/Annots [6 0 R 6 0 R 99 0 R]",
                catalog=b"/AcroForm << /Fields [6 0 R] >>",
                more={6: widget},
            )
        ),
    )
    yield (
        "many notes",
        written(page(entries=b"/Annots [" + b"<< /Subtype /Text /Contents (x) >> " * 5000 + b"]")),
    )
    yield "script", written(page(catalog=b"/OpenAction << /S /JavaScript /JS (while(1);) >>"))


def flate_bomb(layers: int) -> bytes:
    """Return a stream of 300 MB of blanks, packed so many times."""
    packer = zlib.compressobj(9)
    data = b"".join([*(packer.compress(b" " * 1_000_000) for _ in range(300)), packer.flush()])
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [" + b"/FlateDecode " * layers + b"]")


def mutants(good: bytes, others: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield so many damaged copies of a file, always the same for a seed."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 4))):
            _damage(data, others, chance)
        yield bytes(data)


def _damage(data: bytearray, others: list[bytes], chance: random.Random) -> None:
    if not data:
        return
    size = len(data)
    start = chance.randrange(size)
    length = min(chance.choice((1, 8, 64, 512, 4096)), size - start)
    way = chance.randrange(8)
    if way == 0:
        for _ in range(chance.choice((1, 10, 100, 1000))):
            data[chance.randrange(size)] ^= 1 << chance.randrange(8)
    elif way == 1:
        del data[start:]
    elif way == 2:
        del data[start : start + length]
    elif way == 3:
        data[start:start] = data[start : start + length] * chance.choice((1, 50))
    elif way == 4:
        other = chance.choice(others)
        at = chance.randrange(max(len(other), 1))
        data[start : start + length] = other[at : at + length]
    elif way == 5:
        data[start : start + length] = bytes(chance.randrange(256) for _ in range(length))
    elif way == 6:
        _other_number(data, chance)
    else:
        for word in (b"endobj", b"endstream", b"stream", b"xref", b"/Kids", b"/Length", b"trailer"):
            if (at := data.find(word, start)) >= 0:
                data[at : at + len(word)] = chance.choice((b"", b"x", word[::-1], word * 2))
                return


def _other_number(data: bytearray, chance: random.Random) -> None:
    """Change a number somewhere in the file to one that nobody expects."""
    digits = b"0123456789"
    start = chance.randrange(len(data))
    while start < len(data) and data[start] not in digits:
        start += 1
    end = start
    while end < len(data) and data[end] in digits:
        end += 1
    odd = (b"-1", b"0", b"2147483647", b"4294967296", b"99999999999999999999", b"1e30", b"0.0")
    data[start:end] = chance.choice(odd)
