"""What is drawn on a page: strokes, thin filled bars and the sides of stroked rectangles, forms included; what hides text."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2.raw as c

from pipeline.model import Edge
from pipeline.read.covers import Fill, covered_text, is_large, opaque_fill
from pipeline.read.display import Display
from pipeline.read.sides import Sides, bounds
from pipeline.read.strokes import LONGEST, SHORTEST
from pipeline.read.unseen import cut_away, unseen_text

_THIN = 2.0  # points: a filled bar no thicker than this is a line
_SHORT = 3.0  # points: shorter strokes are bullets and glyph parts, not rulings
_STRAIGHT = 0.5  # points of slant that a ruling may have

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Drawing(NamedTuple):
    """Edges of a page in displayed coordinates, the number of its images and of its paths; text objects that are hidden whole,
    and boxes in page space of all text that is, whole or in part."""

    edges: tuple[Edge, ...]
    images: int
    paths: int
    hidden: tuple[object, ...]
    covered: tuple[Sides, ...]
    pictures: tuple[tuple[object, Sides], ...]  # of forms too, with where they stand in page space
    strokes: tuple[Edge, ...]  # level ones, so short that they may be signs
    cut: frozenset[int]  # addresses of text objects inside of forms that are hidden: these cannot be taken out


@dataclass(slots=True)
class _Seen:
    """What a walk over the objects of a page has met, in page space."""

    segments: list[tuple[float, float, float, float]] = field(default_factory=list)
    short: list[tuple[float, float, float, float]] = field(default_factory=list)
    images: list[tuple[object, Sides]] = field(default_factory=list)
    paths: int = 0
    texts: list[tuple[int, object]] = field(default_factory=list)  # of the page itself, with how many objects come before
    inner: dict[Matrix, list[object]] = field(default_factory=dict)  # texts of forms, by how these are placed
    fills: list[Fill] = field(default_factory=list)  # the same


def page_drawing(page: object, to_page: Display) -> Drawing:
    """What is drawn on a page apart from its text."""
    seen = _Seen()
    for i in range(c.FPDFPage_CountObjects(page)):
        _collect(c.FPDFPage_GetObject(page, i), _IDENTITY, seen, i, 0)
    edges = _edges(seen.segments, to_page)
    strokes = tuple(e for e in _edges(seen.short, to_page) if e.top == e.bottom)
    covered = covered_text(page, to_page, seen.texts, seen.fills) if seen.fills else []
    known = {id(one.text) for one in covered if one.whole}
    hidden, sides = unseen_text(page, to_page, [t for t in seen.texts if id(t[1]) not in known] if known else seen.texts)
    hidden = [one.text for one in covered if one.whole] + hidden
    cut = [(obj, m) for m, texts in seen.inner.items() for obj in cut_away(texts)]
    away = [_moved(own, m) for obj, m in cut if (own := bounds(obj)) and own[0] < own[2] and own[1] < own[3]]
    addresses = frozenset(ctypes.cast(obj, ctypes.c_void_p).value or 0 for obj, _ in cut)  # type: ignore[arg-type]
    told = (*(one.sides for one in covered), *sides, *away)
    return Drawing(edges, len(seen.images), seen.paths, tuple(hidden), told, tuple(seen.images), strokes, addresses)


def _edges(segments: Sequence[tuple[float, float, float, float]], to_page: Display) -> tuple[Edge, ...]:
    """Segments in page space as level or upright edges of the page as displayed."""
    edges = []
    for x0, y0, x1, y1 in segments:
        e = Edge(*to_page(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        if e.x1 - e.x0 >= e.bottom - e.top:
            y = (e.top + e.bottom) / 2
            edges.append(Edge(e.x0, y, e.x1, y))
        else:
            x = (e.x0 + e.x1) / 2
            edges.append(Edge(x, e.top, x, e.bottom))
    return tuple(edges)


def _moved(sides: Sides, m: Matrix) -> Sides:
    """The box around a box of a form as the form is placed."""
    corners = [(x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]) for x in sides[::2] for y in sides[1::2]]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _collect(obj: object, outer: Matrix, seen: _Seen, order: int, depth: int) -> None:
    kind = c.FPDFPageObj_GetType(obj)
    if kind == c.FPDF_PAGEOBJ_TEXT:
        if depth:
            seen.inner.setdefault(outer, []).append(obj)
        else:
            seen.texts.append((order, obj))
    elif kind == c.FPDF_PAGEOBJ_IMAGE:
        seen.images.append((obj, _moved(bounds(obj) or (0.0, 0.0, 0.0, 0.0), outer)))
        if seen.texts and not depth and is_large(seen.images[-1][1]):
            seen.fills.append(Fill(order, seen.images[-1][1]))
    elif kind == c.FPDF_PAGEOBJ_PATH:
        seen.paths += 1
        filled = _path(obj, _times(_matrix(obj), outer), seen.segments, seen.short)
        if filled and seen.texts and (fill := opaque_fill(obj, order, filled, clipped=not depth)):
            seen.fills.append(fill)
    elif kind == c.FPDF_PAGEOBJ_FORM and depth < 8:
        inner = _times(_matrix(obj), outer)
        for i in range(c.FPDFFormObj_CountObjects(obj)):
            _collect(c.FPDFFormObj_GetObject(obj, i), inner, seen, order, depth + 1)


def _matrix(obj: object) -> Matrix:
    m = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(obj, m):
        return _IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _times(m: Matrix, n: Matrix) -> Matrix:
    """The matrix that applies `m` first, then `n`."""
    if n == _IDENTITY:
        return m
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def _path(obj: object, m: Matrix, out: list[tuple[float, float, float, float]],
          short: list[tuple[float, float, float, float]]) -> list[tuple[float, float]] | None:  # fmt: skip
    """Adds the edges of a path to `out`, what may be a sign to `short`; the corners of what it fills, where it is a single area."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(obj, ctypes.byref(fill), ctypes.byref(stroke))
    if not stroke.value and not fill.value:
        return None
    x, y = ctypes.c_float(), ctypes.c_float()
    subpaths: list[list[tuple[float, float]]] = []
    for i in range(c.FPDFPath_CountSegments(obj)):
        segment = c.FPDFPath_GetPathSegment(obj, i)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_BEZIERTO:
            return None  # a drawing, not a ruling
        c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = (x.value * m[0] + y.value * m[2] + m[4], x.value * m[1] + y.value * m[3] + m[5])
        if kind == c.FPDF_SEGMENT_MOVETO or not subpaths:
            subpaths.append([point])
        else:
            subpaths[-1].append(point)
        if c.FPDFPathSegment_GetClose(segment) and point != subpaths[-1][0]:
            subpaths[-1].append(subpaths[-1][0])
    for points in subpaths:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
        if min(x1 - x0, y1 - y0) <= _THIN:
            if max(x1 - x0, y1 - y0) >= _SHORT:
                out.append(_bar(x0, y0, x1, y1))
            if SHORTEST <= max(x1 - x0, y1 - y0) <= LONGEST:
                short.append(_bar(x0, y0, x1, y1))
        elif stroke.value:
            for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
                straight = abs(ax - bx) <= _STRAIGHT or abs(ay - by) <= _STRAIGHT
                if straight and max(abs(ax - bx), abs(ay - by)) >= _SHORT:
                    out.append((ax, ay, bx, by))
    return subpaths[0] if fill.value and len(subpaths) == 1 else None


def _bar(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    """The middle line of a thin bar."""
    if x1 - x0 >= y1 - y0:
        return (x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    return ((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)
