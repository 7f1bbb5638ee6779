"""Text of documents, made safe for a page: escaped, on one line, nothing invisible.

Everything is built with ``markupsafe``: a template is ours, every value that goes into it is
escaped. The result holds no line break, because the chat shows it through Gradio's Markdown
component: to Markdown it is a single block of HTML in which nothing else is markup, and Gradio's
sanitizer goes over it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

# Characters that change or hide what a reader sees: controls, direction, zero width, tags.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\U000e0000-\U000e007f\ud800-\udfff]"
)
_BREAKS = str.maketrans({"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def plain(text: object) -> str:
    """Return text with every unseen character as U+FFFD, for attributes and short names."""
    return _UNSEEN.sub("\ufffd", str(text))


def seen(text: object) -> Markup:
    """Return escaped text in which every unseen character stands as a small named mark.

    >>> str(seen("1\u200b00 <b>"))
    '1<span class="v-unseen" title="invisible character U+200B">\u25ab</span>00 &lt;b&gt;'
    """
    found: list[Markup] = []
    end = 0
    value = str(text)
    for match in _UNSEEN.finditer(value):
        found.append(escape(value[end : match.start()]))
        found.append(
            Markup(
                '<span class="v-unseen" title="invisible character U+{:04X}">\u25ab</span>'
            ).format(ord(match.group()))
        )
        end = match.end()
    found.append(escape(value[end:]))
    return one_line(Markup("").join(found))


def one_line(markup: Markup) -> Markup:
    r"""Return the same HTML without line breaks, which stand as character references.

    >>> one_line(Markup("<p>a\n\nb</p>"))
    Markup('<p>a&#10;&#10;b</p>')
    """
    return Markup(str(markup).translate(_BREAKS))


def html(template: str, *parts: object, **named: object) -> Markup:
    """Return a template filled with values; a value that is not Markup is escaped.

    >>> html("<p>{}</p>", "<b>")
    Markup('<p>&lt;b&gt;</p>')
    """
    safe = [part if isinstance(part, Markup) else seen(part) for part in parts]
    also = {
        name: value if isinstance(value, Markup) else escape(plain(value))
        for name, value in named.items()
    }
    return one_line(Markup(template).format(*safe, **also))


def together(parts: Iterable[Markup | str], between: str = "") -> Markup:
    """Return pieces of HTML one after the other; pieces that are not Markup are escaped."""
    return one_line(Markup(between).join(parts))


NOTHING = Markup("")
