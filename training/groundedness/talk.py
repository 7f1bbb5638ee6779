"""What people say in a conversation beside the facts: nothing that a source could hold up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from training.groundedness.pairs import Label, Pair
from training.groundedness.wrapping import chatted

_REMARKS = """
I have never tried that, but I would love to.
That sounds like a lot of fun.
I love it, it is my favorite.
My brother does that every weekend.
I used to do that when I was a kid.
Wow, that is so cool!
I'm not sure about that.
Do you have a favorite one?
I think it is very interesting.
It must be amazing to see it in person.
I wish I could go there some day.
That is great, I'm happy for you.
I have two of them at home.
I don't know much about it, sorry.
Have you ever been there?
I agree, it is the best.
It's one of the best things ever.
I'm a big fan of it.
My mother taught me how to do it.
That's really funny.
I can see why people like it.
I hope you have a good time.
What do you think about it?
I always wanted to learn that.
I've been doing it for ten years now.
Oh no, I'm sorry to hear that.
I watched it with my friends last night.
I guess it depends on what you like.
I prefer to stay at home and read.
It is delicious, I eat it all the time.
I heard it is very hard to do.
There are so many kinds to choose from.
Everyone loves it these days.
You should try it, you won't regret it.
I never knew that, thanks for telling me.
It's too expensive for me.
""".strip().split("\n")
_ABOUT = (
    "I love {}.", "{} is my favorite!", "I have never heard of {}.", "I really like {}, do you?",
    "I think {} is great.", "I've been to see {} a few times.", "I don't like {} that much.",
    "I grew up with {}.", "What do you like about {}?", "My friends talk about {} all the time.",
)  # fmt: skip


def remark(passage: str, draw: Random) -> str:
    """Return something that people say, about a word of the passage in half of all cases."""
    words = re.findall(r"(?<=[a-z] )[a-z]{5,}\b|(?<=[a-z] )[A-Z][a-z]+(?: [A-Z][a-z]+)?", passage)
    if words and draw.random() < 0.5:
        return draw.choice(_ABOUT).format(draw.choice(words))
    return draw.choice(_REMARKS)


def remarked(passage: str, sentence: str, draw: Random) -> Pair:
    """Return a true sentence with a remark before or behind it, which is marked."""
    said = chatted(remark(passage, draw), draw).strip()
    if draw.random() < 0.5:
        text = f"{said} {sentence}"
        return Pair(passage, text, "unsupported", "remarked", ((0, len(said)),))
    text = f"{sentence} {said}"
    start = len(text) - len(said)
    return Pair(passage, text, "unsupported", "remarked", ((start, len(text)),))


def remarks(passages: list[str], draw: Random) -> Iterator[Pair]:
    """Yield passages with remarks alone, which no passage says."""
    label: Label = "neither"
    for passage in passages:
        text = " ".join(remark(passage, draw) for _ in range(draw.randint(1, 2)))
        text = chatted(text, draw)
        yield Pair(passage, text, label, "remark", ((0, len(text)),))
