"""What the words before a date say it is: the day of publication, of a change, or of another thing.

"Published: 4 May 2017" dates a text, "Updated 5 May 2017" dates a change of it, "Date of birth:
3 May 1980" says nothing of it. The words are those of the languages that dateparser reads best.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Kind = Literal["published", "modified", "other", ""]

_PUBLISHED = """
published posted issued released filed sent dated publication posting press.release news.release
immediate.release edition
publiée? parue? postée? diffusée? émise? envoyée? mise?.en.ligne communiqué.de.presse
veröffentlicht publiziert erschienen herausgegeben gesendet erscheinungsdatum
veröffentlichungsdatum ausgabedatum pressemitteilung
publicad[oa] emitid[oa] enviad[oa] difundid[oa] comunicado.de.prensa
pubblicat[oa] emess[oa] inviat[oa] comunicato.stampa postad[oa]
gepubliceerd geplaatst verschenen verzonden publicatiedatum persbericht
опубликован[оа]? размещено выпущено опубліковано розміщено публикувано
yayınlandı yayımlandı yayınlanma.tarihi yayımlanma.tarihi yayın.tarihi
opublikowan[oy] zamieszczono wydano publicera[dt] publiceringsdatum utgiven
publiceret offentliggjort udgivet udgivelsesdato publisert utgitt publiseringsdato
julkaistu julkaisupäivä publikováno zveřejněno vydáno publicat postat objavljeno
megjelent közzétéve kiadva publikálva megjelenés.dátuma
δημοσιεύτηκε δημοσιεύθηκε δημοσίευση פורסם פורסמה
نشر نشرت نُشر تاريخ.النشر انتشار تاریخ.انتشار منتشر.شد
diterbitkan dipublikasikan diposting terbit xuất.bản ngày.đăng đăng
"""
_PUBLISHED_UNSPACED = (
    "发布 发表 刊登 發布 發表 发布时间 发布日期 發布日期 公開 公開日 発行 発行日 掲載 掲載日 "
    "投稿日 配信 게시 게시일 발행 발행일 입력 등록"
)
_MODIFIED = """
updated? last.edited modified revised last.changed last.update last.modification last.revision
mise?.à.jour modifiée? actualisée? dernière.modification
aktualisiert geändert überarbeitet bearbeitet letzte.änderung stand
actualizad[oa] modificad[oa] última.actualización
aggiornat[oa] modificat[oa] ultimo.aggiornamento atualizad[oa] última.atualização
bijgewerkt gewijzigd laatste.wijziging обновлено изменено оновлено обновено
güncellendi güncelleme güncellenme zaktualizowano aktualizacja uppdatera[dt] ändra[dt]
opdateret oppdatert endret päivitetty aktualizováno aktualizace frissítve módosítva
actualizat actualitzat ενημερώθηκε ενημέρωση עודכן ažurirano
تحديث آخر.تحديث diperbarui cập.nhật
"""
_MODIFIED_UNSPACED = (
    "更新 更新日 更新时间 更新日期 最終更新 最終更新日 最后更新 最後更新 수정 수정일"
)
_DATES = """
date datum fecha data дата تاريخ التاريخ تاریخ tarih dato päivämäärä päiväys dátum keltezés
ημερομηνία תאריך tanggal ngày 日期 日付 날짜
"""
_OF_DATES = """
publication publishing publish issue issuance release posting post print report article document
letter press.release news story invoice edition this.letter this.report
parution diffusion veröffentlichung ausgabe erscheinung publicación emisión pubblicazione
emissione publicação emissão publicatie uitgifte публикации выпуска публікації النشر انتشار
publikacji wydania publikace publicării publicació objave δημοσίευσης
"""
# What governs a date without a colon too: "Born 4 May 1950", "Deadline 4 May 2031".
_OTHER = r"""
born died deceased birth death birthday birthdate due dues deadline valid validity expir\w+ expiry
until till through thru effective begin\w* start(?:s|ed|ing)? end(?:s|ed|ing) open(?:s|ing)
clos(?:es|ing) meeting hearing appointment interview event scheduled wedding married anniversary
departure arrival depart\w* arriv\w* check-?in check-?out delivery payment payable renewal renew\w*
since founded established joined hired retired accessed retrieved visited downloaded received
accepted rsvp exp dob best.before use.by pay.by apply.by
geboren geb gestorben verstorben gest fällig gültig frist termin ablauf sitzung seit zahlbar
née? décédée? échéance valable jusqu['’]au expire réunion rendez-vous depuis naissance
nacid[oa] nació falleció fallecid[oa] vence vencimiento válid[oa] hasta desde caduca caducidad
reunión nacimiento scadenza scade fino.al riunione nascita
nascid[oa] nascimento validade prazo reunião overleden vervalt geldig vergadering sinds
родил(?:ся|ась) рождения умер(?:ла)? действител\w+ срок ولد مواليد الميلاد حتى
doğum doğdu urodzon[ya] zmarła? ważn[yae] född giltig född født gyldig
syntynyt kuollut voimassa narozena? zemřela? platn[áéý] született meghalt érvényes
născută? decedată? valabil народився народилась γεννήθηκε נולד rođena? lahir
"""
_OTHER_UNSPACED = "生于 出生 生年月日 截止 有效期 締切 期限 생년월일 마감"

# "Geburtsdatum", "Ablaufdatum", "syntymäpäivä": a date of something that the word itself names.
_COMPOUND = r"\w{3,}(?:datum|dato|dagur|päivä|dátuma)"
_LINK = r"(?:\s+(?!by\b|in\b|as\b|of\b|and\b|or\b|to\b|for\b)\w{1,3})?"
_CLOCK = re.compile(
    r"[\s,]*\d{1,2}[:.h]?\d\d(?:\s*(?:gmt|utc|[a-z]{2,4}t|[ap]\.?m\.?|uhr))?[\s,]*\Z"
)
_MARKS = " \t\r\n*_#>=|•·–—-,("
_CUT = re.compile(r".*(?:[.!?;|\t)\]]|\s[–—-])\s+(?=\S*\w)", re.DOTALL)
# Before a label in small letters: "First", one noun, or "This page was last".
_OPENS = re.compile(
    r"(?:(?!(?:is|was|were|be|been|and|or)\b)\w+\s+)?(?:on-?line\s+|first\s+)?"
    r"|(?:this|diese[rs]?|cette)\s.*"
)
_LASTLY = ("last", "zuletzt", "letzte", "dernière", "última", "ultimo", "laatst", "senast", "sist")
_REACH = 60
_FORM_WORDS = 3


def _either(words: str, *, spaced: bool = True) -> str:
    """Return a pattern of the words, a dot in them for white space."""
    made = sorted(words.split(), key=len, reverse=True)
    return "|".join(word.replace(".", r"\s+") if spaced else word for word in made)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return what ends a label (modified, published, a bare date, other), and other's words."""
    end = rf"{_LINK}\s*\Z"
    dates, of_dates = _either(_DATES), _either(_OF_DATES)
    modified, published = (
        rf"(?:(?<!\w)(?:{_either(spaced)})|{_either(unspaced, spaced=False)})"
        for spaced, unspaced in (
            (_MODIFIED, _MODIFIED_UNSPACED),
            (_PUBLISHED, _PUBLISHED_UNSPACED),
        )
    )
    other = rf"(?<!\w)(?:{_either(_OTHER)}|{_COMPOUND})|{_either(_OTHER_UNSPACED, spaced=False)}"
    return (
        re.compile(
            rf"(?:(?:{'|'.join(_LASTLY)})\s+)?"
            rf"{modified}{end}"
        ),
        re.compile(published + end),
        re.compile(
            rf"\A(?:the\s+)?(?:(?:{of_dates})\s+)?(?:{dates})"
            rf"(?:\s+(?:(?:of|de|der|des|di|da|do|van|af|av)\s+)?"
            rf"(?:(?:the|la|l['’])\s*)?(?:{of_dates}|published|posted|issued|released|sent))?{end}"
        ),
        re.compile(rf"(?<!\w)(?:{dates})\s*\Z"),
        re.compile(rf"(?:{other})(?!\w)(?:\s+(?:on|by|at|date|is|am|le|el|il|em|den|op)\b)*\s*\Z"),
        re.compile(rf"(?:{other})(?!\w)"),
    )


def label_of(words: str) -> tuple[Kind, int]:
    """Return what words right before a date say of it, and where in them the label starts.

    >>> label_of("Last updated on "), label_of("Date of birth: "), label_of("Varna Kestrel ")
    (('modified', 0), ('other', 0), ('', 14))
    """
    folded = words.lower()  # of the same length, unlike casefold, for all but a handful of letters
    folded = _CLOCK.sub("", folded.rstrip(_MARKS + ":：")) if _CLOCK.search(folded) else folded
    bare = folded.rstrip(_MARKS)
    colon = bare.endswith((":", "：")) and any(char.isalpha() for char in bare)
    bare = bare.rstrip(_MARKS + ":：")
    modified, published, dates, dated, other, _ = _patterns()
    cut = found.end() if (found := _CUT.match(bare)) else 0
    cut += len(bare[cut:]) - len(bare[cut:].lstrip(_MARKS))
    label = bare[cut:].rstrip(".")
    for kind, pattern in (("modified", modified), ("published", dates), ("published", published)):
        if match := pattern.search(label):
            at = cut + match.start()
            opens = match.group().startswith(_LASTLY) or _OPENS.fullmatch(label[: match.start()])
            if colon or opens or not words[at : at + 1].islower():
                return kind, at  # type: ignore[return-value]
            return "other", cut  # "her novel was published on"
    if colon or dated.search(label) or other.search(label):
        return "other", cut
    return "", len(words)


def label_before(text: str, position: int) -> tuple[Kind, int]:
    r"""Return what a date at a position is said to be on its line, or on the line above in a form.

    >>> label_before("Rain\nPublished on 4 May 2017", 18), label_before("Due date\n4 May 2017", 9)
    (('published', 5), ('other', 0))
    """
    start = max(text.rfind("\n", 0, position) + 1, position - _REACH)
    words = text[start:position]
    if words.strip(_MARKS):
        kind, at = label_of(words)
        return kind, start + at
    began = max(0, start - _REACH)
    above = text[began:start].rstrip()
    line = above.rpartition("\n")[2]
    first = began + len(above) - len(line)
    if not line or (began and len(line) == len(above)):
        return "", position  # nothing above, or a line too long for a label
    kind, at = label_of(line)
    if line.endswith((":", "：")):
        return kind, first + at
    adjacent = text[first + len(line) : start].count("\n") == 1
    is_form = adjacent and kind in {"modified", "other"} and len(line.split()) <= _FORM_WORDS
    return (kind, first + at) if is_form else ("", position)


def is_modified(words: str) -> bool:
    """Say whether the words that gave a date speak of a change of the text.

    >>> is_modified("Last updated at Apr 232017"), is_modified("4 April 2017")
    (True, False)
    """
    label = re.split(r"\d", words, maxsplit=1)[0]
    return "modified" in label.lower() or bool(label.strip()) and _opens_modified(label)


def _opens_modified(label: str) -> bool:
    """Say whether the first one to five words are a label of a change, whatever follows them."""
    words = label.split()
    return any(
        label_of(" ".join(words[:n]))[0] == "modified" for n in range(1, min(6, len(words) + 1))
    )


def speaks_of_other(line: str) -> bool:
    """Say whether a short line with a date speaks of another day than that of publication.

    >>> speaks_of_other("Gültig bis 3. Juni 2030"), speaks_of_other("Varna, 4 April 2017")
    (True, False)
    """
    return bool(_patterns()[-1].search(line.lower()))
