"""Vietnamese syllables: does a word spell one? By onset, rhyme and tone."""

import re
import unicodedata

from verification.basics.remembering import remembered

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot below
_ONSETS = "b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu "
    "i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi "
    "oc om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up uơ ut "
    "uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu "
    "ưt ưu y yêm yên yêng yêt yêu ynh yt yn"
).replace(" ", "|")
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{_RHYMES})")
_BARE = "".join(
    c for c in unicodedata.normalize("NFD", f"(?:{_ONSETS})?(?:{_RHYMES})") if c.isascii()
)
_BARE_SYLLABLE = re.compile(_BARE)
_STOPS = ("c", "ch", "p", "t")  # before these only two tones are spoken
_TONES_OF_STOPS = {"", "\u0301", "\u0323"}


@remembered(1 << 15)
def is_syllable(word: str) -> bool:
    """Tell whether a word can be one Vietnamese syllable, in either case and placing of tones."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = "".join(c for c in apart if c in TONES)
    bare = unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(bare):
        return False
    return not bare.endswith(_STOPS) or tones in _TONES_OF_STOPS


@remembered(1 << 15)
def is_bare_syllable(word: str) -> bool:
    """Tell whether a word can be a Vietnamese syllable without its marks."""
    return word.isascii() and _BARE_SYLLABLE.fullmatch(word.lower()) is not None
