"""Every system's door. A kind that is not listed authenticates as its mapping says, or else with a
bearer token or a password.

Each proof is what the system's own documentation asks of a receiver; the page is named beside it.
"""

import logging

from changeproof.events.refusal import Refusal, WrongUsage
from changeproof.intake.webhooks.answers import admitted
from changeproof.intake.webhooks.door import WHO, Door, mapped_door, plain_door
from changeproof.intake.webhooks.proofs import (
    bearer_or_basic,
    either,
    in_address,
    mac,
    mac_of_body_and_address,
    signed_digest,
    standard_webhooks,
    timed_mac,
    token,
)
from changeproof.sources.kinds import Family, Kind
from changeproof.sources.translate import KINDS, kind_named

logger = logging.getLogger(__name__)

NO_WEBHOOK = "events"
"""Our own events have an address of their own, `/api/events`, with a token of their own."""

_HUB = "HMAC-SHA256 of the body, as sha256=… in X-Hub-Signature"
_PLAIN = "the secret in Authorization, as bearer token or as password"
_IN_ADDRESS = "the secret in the address, ?token=…"

LISTED = (
    # docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    Door(
        "github",
        mac("x-hub-signature-256", prefix="sha256="),
        "HMAC-SHA256 of the body, as sha256=… in X-Hub-Signature-256",
        (
            "In the repository or organisation: Settings, Webhooks, Add webhook.",
            "Content type application/json; the secret; send me everything.",
        ),
        delivery=("x-github-delivery",),
        event=("x-github-event",),
        needs_headers=True,
        takes_forms=True,
    ),
    # docs.gitlab.com/user/project/integrations/webhooks
    Door(
        "gitlab",
        either(token("x-gitlab-token"), standard_webhooks),
        "the secret in X-Gitlab-Token, or a signing token (webhook-signature)",
        (
            "In the project or group: Settings, Webhooks, Add new webhook.",
            "The secret as secret token; every trigger; SSL verification on.",
        ),
        delivery=("idempotency-key", "x-gitlab-event-uuid"),
        event=("x-gitlab-event",),
    ),
    # docs.gitea.com/usage/webhooks, forgejo.org/docs/latest/user/webhooks
    Door(
        "gitea",
        mac("x-forgejo-signature", "x-gitea-signature"),
        "HMAC-SHA256 of the body in X-Gitea-Signature or X-Forgejo-Signature",
        (
            "In the repository or organisation: Settings, Webhooks, Add webhook, Gitea or Forgejo.",
            "POST, application/json, the secret, all events.",
        ),
        delivery=("x-forgejo-delivery", "x-gitea-delivery"),
        event=("x-forgejo-event", "x-gitea-event"),
    ),
    # gogs.io/features/webhook
    Door(
        "gogs",
        mac("x-gogs-signature"),
        "HMAC-SHA256 of the body in X-Gogs-Signature",
        (
            "In the repository: Settings, Webhooks, Add a new webhook, Gogs.",
            "application/json, the secret, everything.",
        ),
        delivery=("x-gogs-delivery",),
        event=("x-gogs-event",),
    ),
    # support.atlassian.com/bitbucket-cloud/docs/manage-webhooks; Data Center: the same header
    *(
        Door(
            kind,
            mac("x-hub-signature", prefix="sha256="),
            _HUB,
            (
                "In the repository: Repository settings, Webhooks, Add webhook.",
                "The secret; every trigger.",
            ),
            delivery=(delivery,),
            event=("x-event-key",),
        )
        for kind, delivery in (
            ("bitbucket-cloud", "x-request-uuid"),
            ("bitbucket-server", "x-request-id"),
        )
    ),
    # learn.microsoft.com/azure/devops/service-hooks/services/webhooks
    Door(
        "azure-devops",
        bearer_or_basic,
        "Basic, with the secret as password",
        (
            "Project settings, Service hooks, Create subscription, Web Hooks; one an event.",
            f"User name {WHO}, the secret as password; resource details: all.",
        ),
    ),
    # developer.atlassian.com/cloud/jira/platform/webhooks; Data Center signs nothing
    Door(
        "jira",
        either(mac("x-hub-signature", prefix="sha256="), in_address),
        f"{_HUB} (Cloud); in the address, ?token=… (Data Center)",
        (
            "Settings, System, WebHooks, Create a WebHook; issue events, all of them.",
            "Cloud: enter the secret. Data Center has no field for it: add ?token= and the secret"
            " to the address.",
        ),
        delivery=("x-atlassian-webhook-identifier",),
    ),
    # developer.pagerduty.com/docs/verifying-webhook-signatures
    Door(
        "pagerduty",
        mac("x-pagerduty-signature", prefix="v1="),
        "HMAC-SHA256 of the body, as v1=… in X-PagerDuty-Signature (one of several)",
        (
            "Integrations, Generic Webhooks (v3), New Webhook; scope: the account; all events.",
            "PagerDuty makes the secret and shows it once: give it to us.",
        ),
        delivery=("x-webhook-id",),
        maker="theirs",
    ),
    # docs.sentry.io/organization/integrations/integration-platform/webhooks
    Door(
        "sentry",
        mac("sentry-hook-signature"),
        "HMAC-SHA256 of the body in Sentry-Hook-Signature",
        (
            "Settings, Developer Settings, New Internal Integration; issue and error webhooks.",
            "Its client secret signs: give it to us.",
        ),
        delivery=("request-id",),
        event=("sentry-hook-resource",),
        maker="theirs",
    ),
    # circleci.com/docs/webhooks
    Door(
        "circleci",
        mac("circleci-signature", prefix="v1="),
        "HMAC-SHA256 of the body, as v1=… in circleci-signature",
        (
            "Project Settings, Webhooks, Add Webhook.",
            "The secret as secret token; workflow and job completed.",
        ),
        event=("circleci-event-type",),
    ),
    # buildkite.com/docs/apis/webhooks/pipelines
    Door(
        "buildkite",
        either(
            token("x-buildkite-token"),
            timed_mac(
                "x-buildkite-signature", between=".", time="timestamp", signature="signature"
            ),
        ),
        "HMAC-SHA256 of time and body in X-Buildkite-Signature, or the secret in X-Buildkite-Token",
        (
            "Settings, Notification Services, Add, Webhook; all events.",
            "Choose to send the signature; give us its token.",
        ),
        delivery=("x-buildkite-request",),
        event=("x-buildkite-event",),
        maker="theirs",
    ),
    # devcenter.heroku.com/articles/app-webhooks
    Door(
        "heroku",
        mac("heroku-webhook-hmac-sha256", encoding="base64"),
        "HMAC-SHA256 of the body, base64, in Heroku-Webhook-Hmac-SHA256",
        (
            "heroku webhooks:add -i api:release -i api:build -l sync -s SECRET -u ADDRESS -a APP",
            "One an app; the secret is the one shown here.",
        ),
    ),
    # docs.netlify.com/deploy/deploy-notifications
    Door(
        "netlify",
        signed_digest("x-webhook-signature", "netlify"),
        "a JSON web token (HS256) with the body's SHA-256 in X-Webhook-Signature",
        (
            "Project configuration, Notifications, HTTP POST request; one an event.",
            "The secret as JWS secret token.",
        ),
        event=("x-netlify-event",),
    ),
    # docs.launchdarkly.com/home/infrastructure/webhooks
    Door(
        "launchdarkly",
        mac("x-ld-signature"),
        "HMAC-SHA256 of the body in X-LD-Signature",
        (
            "Integrations, Webhooks, Add integration; sign this webhook.",
            "Enter the secret, or give us the one that LaunchDarkly makes.",
        ),
    ),
    # docs.flagsmith.com/system-administration/webhooks
    Door(
        "flagsmith",
        mac("x-flagsmith-signature"),
        "HMAC-SHA256 of the body in X-Flagsmith-Signature",
        ("Organisation Settings, Webhooks (audit log), Create webhook.", "Enter the secret."),
    ),
    # linear.app/developers/webhooks
    Door(
        "linear",
        mac("linear-signature"),
        "HMAC-SHA256 of the body in Linear-Signature",
        (
            "Settings, API, New webhook; issues and comments.",
            "Linear makes the signing secret: give it to us.",
        ),
        delivery=("linear-delivery",),
        event=("linear-event",),
        maker="theirs",
        taken=200,
    ),
    # developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications
    Door(
        "terraform-run",
        mac("x-tfe-notification-signature", "x-tfc-task-signature", algorithm="sha512"),
        "HMAC-SHA512 of the body in X-TFE-Notification-Signature",
        (
            "In the workspace: Settings, Notifications, Create a notification, Webhook.",
            "The secret as token; all run events.",
        ),
    ),
    # fluxcd.io/flux/components/notification/providers (generic, generic-hmac)
    Door(
        "flux",
        either(mac("x-signature", prefix="sha256="), bearer_or_basic),
        f"HMAC-SHA256 of the body, as sha256=… in X-Signature; or {_PLAIN}",
        (
            "A Provider of type generic-hmac with this address and a secretRef to the secret.",
            "An Alert that sends events of Kustomizations and HelmReleases to it.",
        ),
    ),
    # grafana.com/docs/grafana/latest/alerting (webhook notifier)
    Door(
        "grafana",
        either(mac("x-grafana-alerting-signature"), bearer_or_basic),
        f"HMAC-SHA256 of the body in X-Grafana-Alerting-Signature; or {_PLAIN}",
        (
            "Alerting, Contact points, Add contact point, Webhook.",
            "HMAC signature with the secret; no timestamp header.",
        ),
    ),
    # developer.okta.com/docs/concepts/event-hooks
    Door(
        "okta",
        either(token("authorization"), bearer_or_basic),
        "the secret in Authorization",
        (
            "Workflow, Event Hooks, Create Event Hook; user and group events.",
            "Authentication field Authorization, the secret as its value; then Verify.",
        ),
        challenge="x-okta-verification-challenge",
        taken=200,
    ),
    # developer.atlassian.com/cloud/trello/guides/rest-api/webhooks
    Door(
        "trello",
        mac_of_body_and_address("x-trello-webhook", "sha1"),
        "HMAC-SHA1 of body and address, base64, in X-Trello-Webhook",
        (
            "Create the webhook with Trello's interface: POST /1/webhooks with this callbackURL.",
            "The application's secret signs: give it to us.",
        ),
        maker="theirs",
        taken=200,
    ),
    # kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers
    Door(
        "kubernetes-admission",
        bearer_or_basic,
        _PLAIN,
        (
            "A ValidatingWebhookConfiguration with this address as its url; failurePolicy: Ignore,"
            " sideEffects: NoneOnDryRun.",
            "The API server's admission configuration: a kubeconfig with the secret as its token.",
        ),
        answer=admitted,
    ),
    # gerrit.googlesource.com/plugins/webhooks (config.md): an address, and no header
    Door(
        "gerrit",
        either(in_address, bearer_or_basic),
        f"{_IN_ADDRESS}; or {_PLAIN}",
        (
            "Plugin webhooks: a section remote in webhooks.config of refs/meta/config.",
            "This address as its url. What moves a branch names no server: connect with"
            " --option host=review.example.com",
        ),
        secret_in_address=True,
    ),
    # devcenter.heroku.com/articles/deploy-hooks (HTTP post hook): an address, and no header
    Door(
        "heroku-deploy-hook",
        either(in_address, token("x-deploy-hook-token")),
        f"{_IN_ADDRESS}; or the secret in X-Deploy-Hook-Token",
        (
            "heroku addons:create deployhooks:http --url=ADDRESS -a APP",
            "Heroku offers it to apps that have it; for others connect heroku.",
        ),
        sends_forms=True,
        secret_in_address=True,
    ),
    # developers.asana.com/reference/createwebhook: Asana makes the signing secret on the way
    Door(
        "asana",
        in_address,
        f"{_IN_ADDRESS}; then also HMAC-SHA256 of the body, with what its handshake held, in"
        " X-Hook-Signature",
        (
            "With Asana's interface: POST /api/1.0/webhooks, this address as target.",
            "One a project; its handshake is answered where the address holds the secret, and what"
            " comes after it has to be signed with what the handshake held.",
        ),
        secret_in_address=True,
        handshake="x-hook-secret",
        signature=mac("x-hook-signature"),
        taken=200,
    ),
    # cloud.google.com/pubsub/docs/push; learn.microsoft.com/azure/azure-monitor (action groups);
    # plugins.jenkins.io/notification; tekton.dev/docs/pipelines/events: an address, and no header
    *(
        Door(
            kind,
            either(in_address, bearer_or_basic),
            f"{_IN_ADDRESS}; or {_PLAIN}",
            steps,
            secret_in_address=True,
        )
        for kind, steps in {
            "gcp": (
                "Logging, Log router, a sink to a Pub/Sub topic; a push subscription on it.",
                "This address as the endpoint; payload unwrapping on.",
            ),
            "azure": (
                "Monitor, Alerts, an activity log alert; its action group calls this webhook.",
                "Common alert schema on.",
            ),
            "gcp-monitoring": (
                "Monitoring, Alerting, Notification channels, Webhooks, Add new.",
                "This address.",
            ),
            "statuspage": ("Subscribe to updates, Webhook.", "This address."),
            "jenkins": (
                "Plugin Notification: in the job, Job Notifications, Add Endpoint, JSON and HTTP.",
                "This address as its URL; event: job finalized.",
            ),
            "tekton": (
                "In the ConfigMap config-defaults of tekton-pipelines: default-cloud-events-sink.",
                "This address as its value.",
            ),
            "pingdom": ("Integrations, Add integration, Webhook.", "This address."),
            "cloudwatch": (
                "A rule of EventBridge with an API destination as its target.",
                "Its connection: API key, Authorization, Bearer and the secret.",
            ),
        }.items()
    ),
)

_BY_KIND = {door.kind: door for door in LISTED}


def door_of(name: str) -> Door | None:
    """The door of a kind, by its name or an alias; None for what is no kind of payload.

    A listed door comes first, then what the kind's own mapping says, then the plain one.
    """
    try:
        found = kind_named(name)
    except Refusal as refusal:  # a mapping of the company's own cannot be read
        logger.warning("nothing is delivered to a kind that is not known: %s", refusal.why)
        return None
    if found is None or found.name == NO_WEBHOOK:
        return None
    listed = _BY_KIND.get(found.name)
    if listed is not None:
        return listed
    said = found.authentication if isinstance(found, Kind) else None
    return plain_door(found.name) if said is None else mapped_door(found.name, said)


def door_named(name: str) -> Door:
    """Raises WrongUsage for what is no kind of payload."""
    found = door_of(name)
    if found is None:
        known = ", ".join(kind for kind in KINDS if kind != NO_WEBHOOK)
        raise WrongUsage(
            "The source was not connected.",
            where=name[:60] or "KIND",
            why=f'"{name[:60]}" is no kind of payload that comes by webhook',
            cure=f"Name one of: {known}.",
        )
    return found


def doors() -> tuple[Door, ...]:
    """Every kind's door, by name; families have none of their own."""
    names = [name for name in KINDS if not isinstance(kind_named(name), Family)]
    return tuple(door for name in sorted(names) if (door := door_of(name)) is not None)
