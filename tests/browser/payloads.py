"""Two hundred texts that would run a script where a page forgets to escape: tags × ways out of their place × encodings.

`ran(number)` is what a page must never call.
"""

from collections.abc import Callable
from itertools import product
from urllib.parse import quote

JS = "ran({n})"
TAGS = (
    "<script>{js}</script>",
    "<ScRiPt src=data:text/javascript,{js}></sCrIpT>",
    "<img src=x onerror={js}>",
    "<svg/onload={js}>",
    "<svg><script>{js}</script></svg>",
    "<body onload={js}>",
    "<iframe srcdoc='<script>parent.{js}</script>'></iframe>",
    "<iframe src=javascript:parent.{js}></iframe>",
    "<details open ontoggle={js}>x</details>",
    "<input autofocus onfocus={js}>",
    "<video><source onerror={js}></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror={js}>",
    "<object data=javascript:{js}></object>",
    "<a href=javascript:{js} autofocus onfocus={js}>x</a>",
    "<base href=javascript:{js}//>",
    "<meta http-equiv=refresh content='0;url=javascript:{js}'>",
    "<link rel=stylesheet href=data:text/css,* onload={js}>",
    "<style>@import 'x';</style><img src=x onerror={js}>",
    "<noscript><p title='</noscript><img src=x onerror={js}>'>",
    "<template><script>{js}</script></template><audio src=x onerror={js}>",
    "<select autofocus onfocus={js}></select>",
    "<marquee onstart={js}>x</marquee>",
    "javascript:{js}",
    "{{{{ ''.__class__ }}}}{{% raw %}}<script>{js}</script>",
    "${{{js}}}<%= {js} %><script>{js}</script>",
)
WAYS_OUT = (
    "",
    '">',
    "'>",
    "</textarea></title></style>",
    "--></bdi></select>",
    '" autofocus onfocus={js} x="',
)
ENCODINGS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text.replace("<", "&lt;").replace("(", "&#40;"),
    lambda text: quote(text, safe=" =:"),
    lambda text: "\u202e\u2066" + text.replace("<", "\u200b<\ufeff", 1) + "\u202e",
)


Pieces = tuple[Callable[[str], str], str, str]
ALL: list[Pieces] = list(product(ENCODINGS, WAYS_OUT, TAGS))


def chosen(count: int = 200) -> list[Pieces]:
    """So many of all combinations, spread over them."""
    step = 7  # no divisor of their number, so that none comes twice
    return [ALL[(number * step) % len(ALL)] for number in range(count)]


def payloads(count: int = 200) -> list[str]:
    """So many texts, each of which calls `ran` with its own number."""
    return [
        encoding((way + tag).format(js=JS.format(n=number)))
        for number, (encoding, way, tag) in enumerate(chosen(count))
    ]
