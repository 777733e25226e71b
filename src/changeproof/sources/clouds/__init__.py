"""What cloud providers log of who altered what: AWS, Google Cloud, Azure."""

from changeproof.sources.clouds.aws import AWS
from changeproof.sources.clouds.azure import AZURE
from changeproof.sources.clouds.google import GOOGLE
from changeproof.sources.kinds import Family

KINDS = (AWS, GOOGLE, AZURE)
FAMILY = Family("cloudtrail", "Cloud audit records", tuple(kind.name for kind in KINDS))
