"""Private state: who may sign in, with what secrets, and what people are called.

Never evidence (DESIGN.md section 1): what an account may do is read from the ledger. Everything
here can be forgotten without breaking a proof.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

ACCOUNT_LENGTH = 500
NAME_LENGTH = 200


class UserManager(BaseUserManager["User"]):
    """Makes users; roles are granted apart, as events."""

    def create_user(
        self, email: str, display_name: str, password: str | None = None, **fields: Any
    ) -> "User":
        """A user who may sign in; without a password only by link, or a passkey added later."""
        user = self.model(email=email.strip().lower(), display_name=display_name.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in here. The account that evidence names is `local:user/<pk>`."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    display_name = models.CharField("name", max_length=NAME_LENGTH)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)  # works on the machine, by the command line
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_operator"],
                condition=models.Q(is_operator=True),
                name="accounts_one_operator",
            )
        ]

    def __str__(self) -> str:
        return self.account

    @property
    def account(self) -> str:
        """The identifier under which evidence knows this user."""
        return f"local:user/{self.pk}"

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class ApiToken(models.Model):
    """A bearer token's digest; the token itself was shown once and is kept nowhere."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.TextField()  # words with spaces between
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix}…"


class SignInLink(models.Model):
    """A link that signs its bearer in, once, within minutes."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link of {self.user.account}"


class CalendarAddress(models.Model):
    """The private address under which a person's own calendar program reads what is planned.
    Only its digest is kept; a person has one, and a new one ends the old."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_address")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"calendar of {self.user.account}"


class DirectoryEntry(models.Model):
    """What the person behind an account is called; gone when they are forgotten."""

    account = models.CharField(max_length=ACCOUNT_LENGTH, primary_key=True)
    display_name = models.CharField(max_length=NAME_LENGTH)

    def __str__(self) -> str:
        return self.account


class DirectoryUser(models.Model):
    """Somebody as the company's directory keeps them (SCIM). `document` holds what it told of
    names and addresses; `user` is whom it signs in here, where it vouches for an address."""

    id = models.CharField(max_length=36, primary_key=True)
    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, related_name="directory_user"
    )
    user_name = models.CharField(max_length=320, unique=True)  # as compared: lower case
    document = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"scim:user/{self.pk}"


class DirectoryGroup(models.Model):
    """A group of the company's directory; what it gives stands in `issuers.yaml`."""

    id = models.CharField(max_length=36, primary_key=True)
    display_name = models.CharField(max_length=400)
    external_id = models.CharField(max_length=400, blank=True)
    members = models.ManyToManyField(DirectoryUser, related_name="directory_groups")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"scim:group/{self.pk}"
