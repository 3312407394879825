"""Ruling lines of a page: strokes, thin filled bars and the sides of stroked rectangles, forms included."""

from __future__ import annotations

import ctypes

import pypdfium2.raw as c

from pipeline.model import Edge
from pipeline.read.display import Display

_THIN = 2.0  # points: a filled bar no thicker than this is a line
_SHORT = 3.0  # points: shorter strokes are bullets and glyph parts, not rulings
_STRAIGHT = 0.5  # points of slant that a ruling may have

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def page_edges(page: object, to_page: Display) -> tuple[tuple[Edge, ...], int, int]:
    """Edges of a page in displayed coordinates, the number of its images and of its paths."""
    segments: list[tuple[float, float, float, float]] = []
    counts = [0, 0]
    objects = ((c.FPDFPage_GetObject(page, i)) for i in range(c.FPDFPage_CountObjects(page)))
    for obj in objects:
        _collect(obj, _IDENTITY, segments, counts, 0)
    edges = []
    for x0, y0, x1, y1 in segments:
        e = Edge(*to_page(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        if e.x1 - e.x0 >= e.bottom - e.top:
            y = (e.top + e.bottom) / 2
            edges.append(Edge(e.x0, y, e.x1, y))
        else:
            x = (e.x0 + e.x1) / 2
            edges.append(Edge(x, e.top, x, e.bottom))
    return tuple(edges), counts[0], counts[1]


def _collect(obj: object, outer: Matrix, out: list[tuple[float, float, float, float]],
             counts: list[int], depth: int) -> None:  # fmt: skip
    kind = c.FPDFPageObj_GetType(obj)
    if kind == c.FPDF_PAGEOBJ_IMAGE:
        counts[0] += 1
    elif kind == c.FPDF_PAGEOBJ_PATH:
        counts[1] += 1
        _path(obj, _times(_matrix(obj), outer), out)
    elif kind == c.FPDF_PAGEOBJ_FORM and depth < 8:
        inner = _times(_matrix(obj), outer)
        for i in range(c.FPDFFormObj_CountObjects(obj)):
            _collect(c.FPDFFormObj_GetObject(obj, i), inner, out, counts, depth + 1)


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


def _path(obj: object, m: Matrix, out: list[tuple[float, float, float, float]]) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(obj, ctypes.byref(fill), ctypes.byref(stroke))
    if not stroke.value and not fill.value:
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    subpaths: list[list[tuple[float, float]]] = []
    for i in range(c.FPDFPath_CountSegments(obj)):
        segment = c.FPDFPath_GetPathSegment(obj, i)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_BEZIERTO:
            return  # a drawing, not a ruling
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
        elif stroke.value:
            for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
                straight = abs(ax - bx) <= _STRAIGHT or abs(ay - by) <= _STRAIGHT
                if straight and max(abs(ax - bx), abs(ay - by)) >= _SHORT:
                    out.append((ax, ay, bx, by))


def _bar(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    """The middle line of a thin bar."""
    if x1 - x0 >= y1 - y0:
        return (x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    return ((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)
