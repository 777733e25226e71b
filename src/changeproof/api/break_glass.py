"""Uses of the glass, looked at by somebody else. Breaking it is for the host alone."""

from django.http import HttpRequest
from ninja import Router, Status

from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.vocabulary import Permission
from changeproof.api import commands
from changeproof.api.acting import CREATED, DoneOut, recorded
from changeproof.workflow.break_glass import ReviewUse, review_use

router = Router(tags=["break glass"], auth=api_doors(Permission.ACCOUNT_MANAGE))


@router.post("/break-glass-reviews", response=CREATED)
def post_break_glass_review(
    request: HttpRequest, body: commands.BreakGlassReviewIn
) -> Status[DoneOut]:
    """Say what was found; never about one's own use."""
    return recorded(request, review_use, ReviewUse(body.use, body.outcome, body.reason))
