"""GitHub's REST interface as far as our client asks: one repository, one pull request."""

from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import connect_source

ADA, BOB = ({"id": number, "login": name, "type": "User"} for number, name in ((7, "a"), (8, "b")))
REPOSITORY = {
    "id": 583231,
    "node_id": "R_1",
    "full_name": "acme/shop",
    "name": "shop",
    "default_branch": "main",
    "owner": {**ADA, "site_admin": False},
}
BASE, HEAD, MERGE = "0" * 39 + "1", "a" * 40, "b" * 40


def commit(sha, parents, at, message):
    person = {"name": "A", "email": "7+a@users.noreply.github.com", "date": at}
    return {
        "sha": sha,
        "commit": {
            "message": message,
            "author": person,
            "committer": person,
            "tree": {"sha": "c" * 40},
        },
        "parents": [{"sha": parent} for parent in parents],
        "comments_url": "https://api.github.com/x",
    }


PULL = {
    "number": 7,
    "id": 70,
    "state": "closed",
    "title": "Round half to even",
    "user": ADA,
    "created_at": "2026-03-01T10:00:00Z",
    "updated_at": "2026-03-01T12:00:00Z",
    "closed_at": "2026-03-01T12:00:00Z",
    "merged_at": "2026-03-01T12:00:00Z",
    "merged": True,
    "merged_by": BOB,
    "merge_commit_sha": MERGE,
    "draft": False,
    "head": {"sha": HEAD, "ref": "round", "repo": REPOSITORY},
    "base": {"sha": BASE, "ref": "main", "repo": REPOSITORY},
}
REVIEW = {
    "id": 700,
    "user": BOB,
    "state": "APPROVED",
    "commit_id": HEAD,
    "submitted_at": "2026-03-01T11:00:00Z",
    "pull_request_url": "https://api.github.com/repos/acme/shop/pulls/7",
}
CHECK = {
    "id": 900,
    "name": "test",
    "head_sha": HEAD,
    "status": "completed",
    "conclusion": "success",
    "started_at": "2026-03-01T10:30:00Z",
    "completed_at": "2026-03-01T10:40:00Z",
    "app": {"id": 15368, "slug": "github-actions"},
    "check_suite": {"id": 1},
    "output": {},
}
DEPLOYMENT = {
    "id": 50,
    "sha": MERGE,
    "ref": "main",
    "environment": "production",
    "created_at": "2026-03-01T13:00:00Z",
    "creator": BOB,
}
STATUS = {
    "id": 51,
    "state": "success",
    "environment": "production",
    "created_at": "2026-03-01T13:05:00Z",
    "updated_at": "2026-03-01T13:05:00Z",
    "creator": BOB,
}


RULESET = {
    "id": 9,
    "name": "main",
    "enforcement": "active",
    "target": "branch",
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
    "rules": [{"type": "pull_request", "parameters": {"required_approving_review_count": 1}}],
    "bypass_actors": [],
    "updated_at": "2026-02-01T10:00:00Z",
}


class GitHub:
    """The history above, as the REST interface gives it."""

    def __init__(self) -> None:
        self.protected = True
        self.may_not_see = False
        self.by_rules = False
        self.classic = False
        self.rules_refused = False
        self.collaborators = []
        self.tip, self.tree, self.blobs, self.truncated = MERGE, [], {}, False
        self.repository = REPOSITORY

    def __call__(self, path, query, headers):
        assert headers["authorization"] == "Bearer s3cret"
        here = path.removeprefix("/repos/acme/shop").strip("/")
        if here == "branches/main/protection" and self.may_not_see:
            return 404, {}, {"message": "Not Found"}
        answers = {
            "": self.repository,
            "collaborators": self.collaborators,
            "pulls": [PULL],
            "pulls/7": PULL,
            "pulls/7/reviews": [REVIEW],
            "pulls/7/commits": [commit(HEAD, [BASE], "2026-03-01T09:50:00Z", "Round")],
            f"commits/{HEAD}/check-runs": {"total_count": 1, "check_runs": [CHECK]},
            f"commits/{MERGE}/check-runs": {"total_count": 0, "check_runs": []},
            f"commits/{HEAD}/statuses": [],
            f"commits/{MERGE}/statuses": [],
            "commits": [
                commit(MERGE, [BASE, HEAD], "2026-03-01T12:00:00Z", "Merge pull request #7"),
                commit(BASE, [], "2026-02-01T12:00:00Z", "Begin"),
            ],
            "deployments": [DEPLOYMENT],
            "deployments/50/statuses": [STATUS],
            f"git/trees/{self.tip}": {"sha": "t1", "tree": self.tree, "truncated": self.truncated},
            **{f"git/blobs/{sha}": blob for sha, blob in self.blobs.items()},
            "branches/main": {
                "name": "main",
                "commit": {"sha": self.tip},
                "protected": self.protected and (self.classic or not self.by_rules),
            },
            "branches/main/protection": {
                "enforce_admins": {"enabled": True},
                "required_pull_request_reviews": {"required_approving_review_count": 1},
            },
        }
        if here == "rulesets" and self.rules_refused:
            return 403, {}, {}
        if here == "rulesets" and (self.by_rules or self.classic):
            rules = [{"id": 9, "name": "main", "enforcement": "active"}]
            return 200, {}, rules if self.by_rules else []
        if here == "rulesets":
            return 403, {}, {"message": "Upgrade to GitHub Pro"}
        if here == "rulesets/9":
            return 200, {}, RULESET
        return (200, {}, answers[here]) if here in answers else (404, {}, {})


def asked(address, **more):
    options = {"repositories": "acme/shop", **more}
    settings = Settings("github", "github", address, "", "s3cret", options)
    return connect_source(settings, every=300, private_allowed=True)
