"""The context processor that gives `frame` to every template, allauth's included."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from changeproof.web.readings.frame_reading import frame_of


def frame(request: HttpRequest) -> dict[str, object]:
    """Read when a template first asks: a fragment needs no footing."""
    return {"frame": SimpleLazyObject(lambda: frame_of(request))}
