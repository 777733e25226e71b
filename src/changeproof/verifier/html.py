"""Small pieces of a static page: escaped text, tables, sections. No script, nothing remote."""

import re
from collections.abc import Iterable, Sequence
from html import escape

_ACCOUNT = re.compile(r"\{([^{}]*)\}")


def text(value: object) -> str:
    """Escaped; accounts in reasons stand in braces, here they stay identifiers."""
    return escape(_ACCOUNT.sub(r"\1", "" if value is None else str(value)))


def number(value: int) -> str:
    return f"{value:,}"


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
    marks: Sequence[str] = (),
) -> str:
    """A captioned table; cells are markup already. `marks` gives each row's class."""
    kinds = ['class="n"' if place in numbers else "" for place in range(len(heads))]
    head = "".join(
        f'<th scope="col" {kind}>{escape(name)}</th>'
        for name, kind in zip(heads, kinds, strict=True)
    )
    body = []
    for place, row in enumerate(rows):
        mark = f' class="mk {marks[place]}"' if place < len(marks) and marks[place] else ""
        first, *rest = row
        cells = f'<th scope="row">{first}</th>' + "".join(
            f"<td {kind}>{cell}</td>" for cell, kind in zip(rest, kinds[1:], strict=True)
        )
        body.append(f"<tr{mark}>{cells}</tr>")
    if not body:
        return f'<p class="soft">{caption}: none.</p>'
    return (
        f'<div class="wide"><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def section(title: str, aside: str, body: str) -> str:
    """A part of the report: its head in the margin, its matter beside."""
    return (
        f'<section class="part"><div class="side"><h2>{escape(title)}</h2><p>{aside}</p></div>'
        f"<div>{body}</div></section>"
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values, one a line; values are markup already."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs)
    return f"<dl>{lines}</dl>"


def code(value: object) -> str:
    return f"<code>{text(value)}</code>"


STYLE = """
:root{color-scheme:light dark;--page:#fff;--wash:#f5f6f7;--ink:#17191d;--ink-2:#4a4f57;
--rule:#d8dbe0;--dev:#9b1c1c;--nv:#6b3f00;--pend:#1d4f91}
@media(prefers-color-scheme:dark){:root{--page:#14161a;--wash:#1c1f24;--ink:#eceef1;
--ink-2:#b4bac4;--rule:#343941;--dev:#ffb3ad;--nv:#ffd58a;--pend:#a9ccff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;
font-variant-numeric:tabular-nums lining-nums}
main,footer,.notice{max-width:90rem;margin:0 auto;padding:0 2.5rem}
.notice{background:var(--wash);border-left:4px solid var(--ink);padding:.75rem 1rem;max-width:none}
h1{font-size:1.75rem;line-height:1.2;font-weight:600;margin:2.5rem 0 1rem}
h2{font-size:1rem;font-weight:650;margin:0}
.lede{font-size:1.25rem;line-height:1.45;max-width:52rem;margin:0 0 .5rem}
.part{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:.5rem 2rem;margin-top:3rem;
padding-top:.75rem;border-top:1px solid var(--ink)}
.part>div>*+*{margin-top:1rem}
.side p,.soft,caption,dt{color:var(--ink-2);font-size:.875rem}
.side p{margin:.25rem 0 0}
p,ul,ol{max-width:75ch;margin:0}
table{width:100%;border-collapse:collapse;font-size:.875rem;line-height:1.25rem}
caption{text-align:left;padding-bottom:.375rem}
.wide{overflow-x:auto}
th,td{text-align:left;vertical-align:baseline;padding:.375rem 1rem .375rem 0;font-weight:400;
border-top:1px solid var(--rule)}
tbody th{min-width:14rem;overflow-wrap:anywhere}
thead th{color:var(--ink-2);border-top:0;border-bottom:1px solid var(--ink);vertical-align:bottom}
.n{text-align:right;white-space:nowrap}
.mk>:first-child{padding-left:.75rem}
.dev>:first-child{border-left:4px solid var(--dev)}
.nv>:first-child{border-left:3px dashed var(--nv)}
.left>:first-child{border-left:3px double var(--ink)}
b.dev{color:var(--dev)}b.nv{color:var(--nv)}
code{font:.93em ui-monospace,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
pre{background:var(--wash);padding:.75rem 1rem;overflow:auto;font-size:.8125rem;line-height:1.4;
white-space:pre-wrap;margin:0}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) minmax(0,1fr);gap:.25rem 1rem;margin:0;
font-size:.875rem}
dd{margin:0}
summary{cursor:pointer}
footer{margin-top:4rem;color:var(--ink-2);font-size:.875rem}
footer p{border-top:1px solid var(--ink);padding:.75rem 0 2.5rem;max-width:none}
@media(max-width:60rem){.part{grid-template-columns:minmax(0,1fr)}dl{grid-template-columns:1fr}
dt{margin-top:.375rem}main,footer{padding:0 1rem}}
@media print{:root{color-scheme:light;--page:#fff;--ink:#000;--ink-2:#333;--dev:#000;--nv:#000}
body{font-size:10pt}main,footer{padding:0;max-width:none}thead{display:table-header-group}
tr{break-inside:avoid}.part{margin-top:1.5rem}}
"""
