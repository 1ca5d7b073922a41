"""How colours look to people who are colour-blind, and how far apart two colours look."""

from __future__ import annotations

import numpy as np

MACHADO = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Linear RGB to linear RGB as seen without one kind of cone: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, A
Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE TVCG 15(6), 2009, severity 1.0."""

TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""Linear sRGB to XYZ, IEC 61966-2-1."""
WHITE = TO_XYZ @ np.ones(3)


def linear(colour):
    """Return linear shares (3,) of an 8-bit sRGB colour."""
    shares = np.asarray(colour, float)[:3] / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def seen_by(vision, colour):
    """Return the linear RGB (3,) that a person with ``vision`` sees; "usual" changes nothing."""
    return linear(colour) if vision == "usual" else np.clip(np.array(MACHADO[vision]) @ linear(colour), 0.0, 1.0)


def lab(rgb):
    """Return CIE L*a*b* (3,) of linear RGB."""
    share = TO_XYZ @ rgb / WHITE
    f = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(vision, one, other):
    """Return the CIE 1976 colour difference of two colours for a person with ``vision``; about 2.3 is just noticed."""
    return float(np.linalg.norm(lab(seen_by(vision, one)) - lab(seen_by(vision, other))))
