"""Names of time zones as feeds write them, as offsets from UTC; where a name has two owners, news decides."""

from __future__ import annotations

from datetime import timedelta

_HOURS = {
    # RFC 822 5.1; single letters other than Z are noise there (RFC 5322 4.3)
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "et": -5, "ct": -6, "mt": -7, "pt": -8,
    # the Americas
    "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "brst": -2,
    "art": -3, "clt": -4, "clst": -3, "cot": -5, "pet": -5, "vet": -4, "bot": -4, "uyt": -3, "ect": -5,
    # Europe and Africa
    "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "met": 1, "mest": 2, "eet": 2,
    "eest": 3, "msk": 3, "мск": 3, "msd": 4, "trt": 3, "samt": 4, "yekt": 5, "wat": 1, "cat": 2, "sast": 2,
    "eat": 3,
    # Asia and Oceania; IST is India's, BST Britain's, CST America's
    "irst": 3.5, "gst": 4, "azt": 4, "amt": 4, "get": 4, "aft": 4.5, "pkt": 5, "uzt": 5, "ist": 5.5,
    "npt": 5.75, "almt": 5, "kgt": 6, "mmt": 6.5, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "sgt": 8,
    "myt": 8, "hkt": 8, "pht": 8, "awst": 8,
    "kst": 9, "jst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12,
    "nzdt": 13,
}  # fmt: skip

OFFSETS = {name: timedelta(hours=hours) for name, hours in _HOURS.items()}
