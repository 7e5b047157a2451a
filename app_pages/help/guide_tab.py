"""The tab "guide" of the page "trợ giúp": a branch, its steps to tick, and what came of the help.

What is ticked belongs to the person who is being helped: it goes when the help is counted, when
the officer leaves the page (the next card is scanned at the desk) or the session.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import streamlit as st

from app_pages.help import guide_window
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language, sentence_of
from verification.basics.dates import vi_date
from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts
from verification.exchange.helping import DONE, ENDS, help_given, withdraw
from verification.reception.guide.guide import (
    GUIDES,
    Guide,
    Source,
    Step,
    coded_offices,
)
from verification.rights import Actor

words = Words(Texts("app_pages.help"))
_STATE = "guide_helping"
# One of them is always drawn; Streamlit forgets a button's state when the page is left.
_ALIVE = ("guide_end_done", "guide_next")
_COLUMNS = 3
_STYLE = """<style>
.st-key-guide_branches,.st-key-guide_branches [data-testid="stHorizontalBlock"]{gap:.5rem}
.st-key-guide_branches button{min-height:3.5rem;padding:.2rem .75rem}
.st-key-guide_branches button{justify-content:flex-start;text-align:left}
.st-key-guide_branches button>div{justify-content:flex-start}
.st-key-guide_branches button p{font-size:1.15rem;line-height:1.3}
[class*="st-key-guide_do_"] label{align-items:flex-start}
[class*="st-key-guide_do_"] label>div:nth-child(2){transform:scale(1.6);margin:.5rem .5rem 0 .3rem}
[class*="st-key-guide_do_"] label *{white-space:normal!important;overflow:visible!important}
[class*="st-key-guide_do_"] label p{font-size:1.35rem;font-weight:700;line-height:1.35}
[class*="st-key-guide_step_"]{border-bottom:1px solid #d9e1e6;padding-bottom:.7rem;gap:.3rem}
[class*="st-key-guide_step_"] [data-testid="stVerticalBlock"]{gap:.3rem}
[class*="st-key-guide_step_"] [data-testid="stMarkdownContainer"] p
{font-size:1.1rem;margin:0 0 .3rem}
[class*="st-key-guide_step_"] [data-testid="stCaptionContainer"] p
{font-size:.92rem;margin:0 0 .3rem}
.st-key-guide_end{padding:.5rem 0}
@media (min-width:641px){.st-key-guide_end{position:fixed;bottom:0;left:0;right:0;z-index:9;
width:auto;padding:.5rem 5rem;background:#fff;border-top:2px solid #0a4d8c}}
</style>"""


@dataclass
class _Helping:
    """Whom the desk is helping now, as far as a page may know that.

    Args:
        branch: Key of the branch that is open, empty while none is.
        ticked: Branch and step.
        counted: The event by which this help was counted, None while it was not.
        ended: How it was said to end.
    """

    branch: str = ""
    ticked: set[tuple[str, str]] = field(default_factory=set)
    counted: str | None = None
    ended: str = ""

    def steps(self) -> tuple[str, ...]:
        """Return what was ticked, in the order of the branches and of their steps."""
        every = [(guide.key, step.key) for guide in GUIDES.values() for step in guide.steps]
        return tuple(dict.fromkeys(step for at, step in every if (at, step) in self.ticked))


def draw(house: House, actor: Actor) -> None:
    """Draw the tab."""
    st.html(_STYLE)
    helping = _helping()
    if helping.counted:
        _counted(house, actor, helping)
        return
    guide = GUIDES.get(helping.branch)
    if guide is None:
        guide_window.draw(house, actor, None)  # first: what still stands there is somebody's
        _branches(helping)
    else:
        _branch(house, actor, helping, guide)
    _ends(house, actor, helping)


def _helping() -> _Helping:
    """Return whom the desk is helping; what belongs to somebody before is gone."""
    left = not any(key in st.session_state for key in _ALIVE)
    if left or _STATE not in st.session_state:
        st.session_state[_STATE] = _Helping()
        _forget_ticks()
    helping: _Helping = st.session_state[_STATE]
    return helping


def _forget_ticks() -> None:
    for key in [key for key in st.session_state if str(key).startswith("guide_do_")]:
        del st.session_state[key]


def _branches(helping: _Helping) -> None:
    st.markdown(f"**{words('guide.choose')}**")
    guides = list(GUIDES.values())
    with st.container(key="guide_branches"):
        for row in _rows(guides):
            for column, guide in zip(st.columns(_COLUMNS), row, strict=False):
                first, second = _both(guide.title)
                done = sum(at == guide.key for at, _ in helping.ticked)
                mark = f" ✓ {done}" if done else ""
                column.button(
                    f"**{first}**{mark}  \n:small[{second}]",
                    key=f"guide_go_{guide.key}",
                    width="stretch",
                    on_click=_open,
                    args=(helping, guide.key),
                )


def _rows(guides: list[Guide]) -> Iterator[list[Guide]]:
    return (guides[at : at + _COLUMNS] for at in range(0, len(guides), _COLUMNS))


def _open(helping: _Helping, key: str) -> None:
    helping.branch = key


def _branch(house: House, actor: Actor, helping: _Helping, guide: Guide) -> None:
    first, second = _both(guide.title)
    with st.container(horizontal=True, vertical_alignment="center", key="guide_head"):
        st.button(f"‹ {words('guide.all')}", key="guide_back", on_click=_open, args=(helping, ""))
        st.markdown(f"### {first} :small[{second}]", width="content")
        st.space("stretch")
        address = f"/huong-dan/{guide.key}"
        st.link_button(words("guide.public"), address)
        st.link_button(words("guide.print"), f"{address}?in=1")
    st.caption(" · ".join(_both(guide.who)))
    guide_window.draw(house, actor, guide, _next(helping, guide))
    for number, step in enumerate(guide.steps, 1):
        _step(helping, guide, number, step)
    if guide.offices:
        _offices()
    with st.expander(words("guide.sources")):
        st.text("\n".join(in_language(source.document) for source in guide.sources))


def _next(helping: _Helping, guide: Guide) -> int:
    """Return the number of the first step that is not ticked; of the last one where all are."""
    open_ = [n for n, s in enumerate(guide.steps, 1) if (guide.key, s.key) not in helping.ticked]
    return open_[0] if open_ else len(guide.steps)


def _step(helping: _Helping, guide: Guide, number: int, step: Step) -> None:
    at = (guide.key, step.key)
    first, second = _both(step.do)
    with st.container(key=f"guide_step_{step.key}"):
        wide, narrow = st.columns([3, 2])
        wide.checkbox(
            f"{number}. {first}",
            value=at in helping.ticked,
            key=f"guide_do_{guide.key}_{step.key}",
            on_change=_tick,
            args=(helping, at),
        )
        lines = [("sees", step.sees), ("missing", step.missing)]
        lines += [("now", step.now)] if step.now else []
        said = [f"{words(f'guide.{name}')} {_both(text)[0]}" for name, text in lines]
        if step.now:
            said[-1] += f" :small[({_cited(step.now_sources)})]"
        wide.markdown("\n\n".join(said))
        wide.caption(f"{words('guide.by')} {_cited(step.sources)}")
        narrow.caption("\n\n".join([second, *(_both(text)[1] for _, text in lines)]))


def _tick(helping: _Helping, at: tuple[str, str]) -> None:
    helping.ticked ^= {at}


def _cited(sources: tuple[Source, ...]) -> str:
    """Return who says so; what no document says is marked."""
    named = ((in_language(source.cited), source.checked) for source in sources)
    return "; ".join(said if checked else f":orange-badge[{said}]" for said, checked in named)


def _offices() -> None:
    rows = [
        {
            words("guide.office_code"): office.code,
            words("guide.office_name"): office.name,
            words("guide.office_until"): vi_date(office.ended) if office.ended else "",
        }
        for office in coded_offices()
    ]
    st.dataframe(rows, hide_index=True)
    st.caption(words("guide.more_offices"))


def _ends(house: House, actor: Actor, helping: _Helping) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="guide_end"):
        for ended in ENDS:
            if st.button(
                words(f"guide.end_{ended}"),
                key=f"guide_end_{ended}",
                type="primary" if ended == DONE else "secondary",
            ):
                _count(house, actor, helping, ended)
        if helping.ticked:
            n = len(helping.steps())
            label, mine = words("guide.other_person", n=n), (house, actor)
            st.button(label, key="guide_other", on_click=_another, args=mine)


def _count(house: House, actor: Actor, helping: _Helping, ended: str) -> None:
    try:
        event = help_given(actor, house.kiosk, helping.branch, helping.steps(), ended)
    except KioskError as error:
        st.error(sentence_of(error))
        return
    st.session_state[_STATE] = _Helping(counted=event.event_id, ended=ended)
    _forget_ticks()
    guide_window.end(house, actor)
    st.rerun()


def _another(house: House, actor: Actor) -> None:
    guide_window.end(house, actor)
    _start_over()


def _start_over() -> None:
    st.session_state.pop(_STATE, None)


def _counted(house: House, actor: Actor, helping: _Helping) -> None:
    """Say what was counted; it can be taken back, and the next person is one button away."""
    st.success(words("guide.counted", ended=words(f"guide.end_{helping.ended}")))
    with st.container(horizontal=True, key="guide_counted"):
        st.button(
            words("guide.next_person"), key="guide_next", type="primary", on_click=_start_over
        )
        if st.button(words("guide.take_back"), key="guide_take_back"):
            _take_back(house, actor, helping)


def _take_back(house: House, actor: Actor, helping: _Helping) -> None:
    try:
        withdraw(actor, house.kiosk, helping.counted or "")
    except KioskError as error:
        st.error(sentence_of(error))
        return
    _start_over()
    st.toast(words("guide.taken_back"))
    st.rerun()


def _both(text: Text) -> tuple[str, str]:
    """Return a text in the page's language and in the other one."""
    return (text.en, text.vi) if words.lang == "en" else (text.vi, text.en)
