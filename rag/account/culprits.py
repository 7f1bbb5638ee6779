"""The sentences that tell who did what a question asks about, or that nobody knows. English.

Where nobody is held responsible, that it is not known is the answer; whatever else is told of the
deed is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.account.anchor import (
    in_time,
    of_named_reports,
    of_other_target,
    of_that_place,
    of_that_target,
)
from rag.account.blame import BLAME_TERMS, tells_culprit
from rag.account.doers import doing
from rag.english.question import Asked
from rag.english.speech import claims
from rag.types import Candidate

_LEFT_OPEN = re.compile(
    r"\b(?:(?:unclear|unknown|not (?:\w+ )?(?:clear|known|certain|identif\w+)) "
    r"(?:who|whose|which|what|whether|if)"
    r"|(?:could|did) not (?:\w+ )?(?:say|determine|identify|know) (?:who|whose|which|whether|if)"
    r"|(?:no|not|without)\b[^.;]{0,40}\bclaim\w*[^.;]{0,20}\bresponsib"
    r"|no ?(?:one|body)\b[^.;]{0,20}\b(?:claimed|knows?)"
    r"|un(?:identified|known) (?:\w+ )?(?:planes?|warplanes?|jets?|gunmen|attackers?|aircraft))",
    re.IGNORECASE,
)


def telling(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences that tell who did what is asked about, or that it is not known.

    What else is said of the deed is no answer to who was behind it.
    """
    kin = of_named_reports(asked, candidates)
    kin = of_that_target(asked, in_time(asked, of_that_place(asked, kin)), BLAME_TERMS)
    kin = [one for one in kin if not of_other_target(asked, one.text, BLAME_TERMS)]
    told = [one for one in kin if tells_culprit(one) or _takes_side(one)]
    if re.match(r"\W*who\s+(?!was|were|is|are)", asked.text, re.IGNORECASE):
        told += [one for one in doing(asked, kin) if one.answer and one not in told and one in kin]
    return told or [one for one in kin if left_open(one)]


def left_open(candidate: Candidate) -> bool:
    """Return whether a sentence says that it is not known who did something, or nobody owned up."""
    return bool(_LEFT_OPEN.search(candidate.text))


def _takes_side(candidate: Candidate) -> bool:
    """Return whether somebody denies or claims a deed in a sentence."""
    return any(one.stance in ("denies", "claims_responsibility") for one in claims(candidate.text))
