"""Irregular forms of English verbs: from "went" to "go", and back."""

from __future__ import annotations

from functools import lru_cache

_FORMS = (
    "arise:arose,arisen awake:awoke,awoken bear:bore,borne beat:beaten become:became "
    "begin:began,begun bend:bent bind:bound bite:bit,bitten bleed:bled blow:blew,blown "
    "break:broke,broken bring:brought build:built burn:burnt buy:bought catch:caught "
    "choose:chose,chosen cling:clung come:came creep:crept deal:dealt dig:dug do:did,done "
    "draw:drew,drawn dream:dreamt drink:drank,drunk drive:drove,driven eat:ate,eaten "
    "fall:fell,fallen feed:fed feel:felt fight:fought find:found flee:fled fling:flung "
    "fly:flew,flown forbid:forbade,forbidden foresee:foresaw,foreseen forget:forgot,forgotten "
    "forgive:forgave,forgiven freeze:froze,frozen get:got,gotten give:gave,given go:went,gone "
    "grow:grew,grown hang:hung have:had hear:heard hide:hid,hidden hold:held keep:kept "
    "know:knew,known lay:laid lead:led leap:leapt learn:learnt leave:left lend:lent lose:lost "
    "make:made mean:meant meet:met mislead:misled mistake:mistook,mistaken overcome:overcame "
    "overtake:overtook,overtaken overthrow:overthrew,overthrown pay:paid prove:proven "
    "rebuild:rebuilt repay:repaid resell:resold ride:rode,ridden ring:rang,rung rise:rose,risen "
    "run:ran say:said see:saw,seen seek:sought sell:sold send:sent shake:shook,shaken shoot:shot "
    "show:shown shrink:shrank,shrunk sing:sang,sung sink:sank,sunk sit:sat sleep:slept slide:slid "
    "speak:spoke,spoken speed:sped spell:spelt spend:spent spill:spilt spring:sprang,sprung "
    "stand:stood steal:stole,stolen stick:stuck strike:struck swear:swore,sworn sweep:swept "
    "swim:swam,swum take:took,taken teach:taught tear:tore,torn tell:told think:thought "
    "throw:threw,thrown undergo:underwent,undergone understand:understood "
    "undertake:undertook,undertaken uphold:upheld wake:woke,woken wear:wore,worn win:won "
    "wind:wound withdraw:withdrew,withdrawn withhold:withheld withstand:withstood "
    "write:wrote,written"
)
_FORMS_OF = {
    base: tuple(words.split(",")) for base, words in (pair.split(":") for pair in _FORMS.split())
}
_BASE_OF = {word: base for base, words in _FORMS_OF.items() for word in words}


def forms_of(verb: str) -> tuple[str, ...]:
    """Return the irregular forms of a verb, none where it has none.

    >>> forms_of("go"), forms_of("walk")
    (('went', 'gone'), ())
    """
    return _FORMS_OF.get(verb, ())


@lru_cache(maxsize=4096)
def base_of(word: str) -> str:
    """Return the verb that a word is an irregular form of, or the word.

    >>> base_of("went"), base_of("walked")
    ('go', 'walked')
    """
    return _BASE_OF.get(word, word)
