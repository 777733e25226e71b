"""The workflow as a Django application: private state only."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Drafts and saved views; what somebody did is evidence and has no model."""

    name = "changeproof.workflow"
    label = "workflow"
    verbose_name = "Workflow"
