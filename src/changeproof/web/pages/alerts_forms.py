"""The fields by which channels are added and routes are set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from changeproof.web.pages.connecting_forms import Named, Typed, select_field, text_field
from changeproof.web.pages.desk_page import Choice, Field

RHYTHMS: Mapping[str, str] = {
    "at_once": "At once",
    "daily": "Each morning, 07:00 UTC",
    "weekly": "On Monday morning, 07:00 UTC",
}


def channel_fields(kinds: Named, typed: Typed) -> tuple[Field, ...]:
    """What kind it is, where it leads, what it is called here."""
    return (
        select_field("channel_kind", _("Kind"), _("How it is told."), kinds, typed),
        Field(  # whatever was typed is not shown again: it may hold a token
            "channel_address",
            _("Its address"),
            _(
                "An e-mail address, https://… for JSON, or an apprise address such as "
                "slack://TOKEN/#channel, workflows://… for Teams, ntfys://…; it is shown "
                "to nobody."
            ),
        ),
        text_field(
            "channel_name", _("Name"), _("What it is called here; its kind, if left empty."), typed
        ),
    )


def turn_fields(channels: Sequence[str], routes: Sequence[str], typed: Typed) -> tuple[Field, ...]:
    """When its people are on call, who is told outside that, and who if nobody acknowledges."""
    return (
        text_field("route_opens", _("On call from"), _("A time of day, like 18:00."), typed),
        text_field(
            "route_closes",
            _("On call until"),
            _("A time of day; one before the first is of the next day, like 08:00."),
            typed,
        ),
        text_field(
            "route_zone", _("In the time zone"), _("Like Europe/Berlin; empty is UTC."), typed
        ),
        text_field(
            "route_days",
            _("On these days"),
            _("Monday, Tuesday and so on, commas between; empty is every day."),
            typed,
        ),
        text_field(
            "route_holidays",
            _("Not on these holidays"),
            _("Like 2026-12-25, commas between."),
            typed,
        ),
        _optional(
            select_field(
                "route_otherwise",
                _("Outside these hours, this channel"),
                _("It is told instead."),
                [(name, name) for name in channels],
                typed,
            )
        ),
        _optional(
            select_field(
                "route_next",
                _("The next route"),
                _(
                    "Told outside these hours where no channel is named, and where nobody"
                    " acknowledged in time."
                ),
                [(name, name) for name in routes],
                typed,
            )
        ),
        text_field(
            "route_within",
            _("To be acknowledged within minutes"),
            _("Like 15; empty asks nobody."),
            typed,
        ),
    )


def _optional(field: Field) -> Field:
    return replace(field, is_required=False)


def route_fields(channels: Sequence[str], typed: Typed) -> tuple[Field, ...]:
    """Who is told, how often, of which systems and checks."""
    named = [(name, name) for name in channels]
    return (
        text_field(
            "route_name",
            _("Name of the route"),
            _("A name that is there already replaces that route."),
            typed,
            is_required=True,
        ),
        select_field("route_channel", _("Channel"), _("Who is told."), named, typed),
        select_field("route_rhythm", _("How often"), "", list(RHYTHMS.items()), typed),
        text_field(
            "route_systems", _("Only these systems"), _("Commas between; empty takes all."), typed
        ),
        text_field(
            "route_checks",
            _("Only these checks"),
            _("Like cc8_1/08_approval, or a folder like signs/; commas between."),
            typed,
        ),
    )


def boxes(options: Mapping[str, str], chosen: Sequence[str]) -> tuple[Choice, ...]:
    """One box each."""
    return tuple(Choice(value, text, value in chosen) for value, text in options.items())
