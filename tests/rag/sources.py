"""Invented reports as hits, candidates and citations: what the parts of the answer engine take."""

import hashlib

from rag.citations import cite
from rag.english.sentences import sentences
from rag.types import Candidate, DateCandidate, DocumentInfo, Hit, Passage


def report(text, *, publisher="Dunmark Courier", day="2021-06-16", title="", cluster="", lead=0):
    """Return one report as a hit: a document of one passage, ``lead`` characters into its text."""
    digest = hashlib.sha256(f"{publisher}{day}{title}{text}".encode()).hexdigest()
    dates = (DateCandidate(day, "text", day),) if day else ()
    info = DocumentInfo(
        id=digest[:12],
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        title=title,
        source=f"{digest[:6]}.txt",
        dates=dates,
        publisher=publisher,
        cluster=cluster or digest[:12],
    )
    passage = Passage(info.id, lead, lead + len(text), text, title, digest[12:20])
    return Hit(passage, info, score=0.5, dense=0.5, lexical=1.0)


def candidates(*hits, probability=0.8):
    """Return every sentence of the hits as a candidate, the first hit's first."""
    found = []
    for rank, hit in enumerate(hits):
        start = hit.passage.start
        for first, last in sentences(hit.passage.text):
            text = hit.passage.text[first:last]
            score = 5.0 - rank / 10
            found.append(Candidate(hit, start + first, start + last, text, score, probability))
    return found


def citation(text, quote=None, **fields):
    """Return a citation of ``quote``, else of the whole text."""
    hit = report(text, **fields)
    quote = quote or text
    start = hit.passage.start + text.index(quote)
    return cite(hit, start, start + len(quote))
