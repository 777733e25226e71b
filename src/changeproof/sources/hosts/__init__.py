"""Hosts: what a configuration tool set on them, and what an agent saw on them."""

from changeproof.sources.hosts.ansible import ANSIBLE
from changeproof.sources.hosts.osquery import OSQUERY

KINDS = (ANSIBLE, OSQUERY)
