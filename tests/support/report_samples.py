"""One small report of every kind and shape, as its tool would write it."""

import json

from tests.support.reports import DIGEST, HEAD

PURL = "pkg:npm/left-pad@1.3.0"
SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "CodeQL"}},
            "versionControlProvenance": [{"revisionId": HEAD}],
            "invocations": [{"executionSuccessful": True, "endTimeUtc": "2026-01-02T03:04:05Z"}],
            "results": [{"ruleId": "A"}, {"ruleId": "B", "level": "note"}],
        }
    ],
}
TRIVY = {
    "SchemaVersion": 2,
    "CreatedAt": "2026-01-02T03:04:05.123456789Z",
    "ArtifactName": "registry.example.org/shop:1.2",
    "Metadata": {
        "ImageConfig": {"config": {"Labels": {"org.opencontainers.image.revision": HEAD}}}
    },
    "Results": [
        {
            "Target": "package-lock.json",
            "Class": "lang-pkgs",
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2026-1",
                    "PkgName": "left-pad",
                    "PkgIdentifier": {"PURL": PURL},
                    "Severity": "HIGH",
                    "PublishedDate": "2026-01-01T00:00:00Z",
                }
            ],
        },
        {"Target": "Dockerfile", "Class": "config", "Misconfigurations": [{"Status": "FAIL"}]},
        {"Target": "key", "Class": "secret", "Secrets": [{"RuleID": "x", "Match": "hunter2"}]},
    ],
}
TRIVY_LIST = [
    {"Target": "a", "Type": "npm", "Vulnerabilities": [{"VulnerabilityID": "CVE-2026-1"}]}
]
TRIVY_RESOURCE = {
    "apiVersion": "aquasecurity.github.io/v1alpha1",
    "kind": "VulnerabilityReport",
    "metadata": {"name": "shop", "namespace": "prod"},
    "report": {
        "updateTimestamp": "2026-01-02T03:04:05Z",
        "artifact": {"repository": "library/shop"},
        "vulnerabilities": [
            {"vulnerabilityID": "CVE-2026-1", "resource": "left-pad", "score": 9.1}
        ],
    },
}
GRYPE = {
    "matches": [
        {
            "vulnerability": {
                "id": "GHSA-aaaa-bbbb-cccc",
                "severity": "Critical",
                "knownExploited": [{"cve": "CVE-2026-1"}],
                "fix": {"available": [{"date": "2026-01-01"}]},
            },
            "relatedVulnerabilities": [{"id": "CVE-2026-1"}],
            "artifact": {"name": "left-pad", "purl": PURL},
        }
    ],
    "source": {"target": {"userInput": "registry.example.org/shop:1.2"}},
    "descriptor": {"timestamp": "2026-01-02T03:04:05Z"},
}
OSV_REPORT = {
    "results": [
        {
            "source": {"path": "/src/package-lock.json"},
            "packages": [
                {
                    "package": {"name": "left-pad", "ecosystem": "npm"},
                    "vulnerabilities": [
                        {
                            "id": "GHSA-aaaa-bbbb-cccc",
                            "aliases": ["CVE-2026-1"],
                            "published": "2026-01-01T00:00:00Z",
                            "severity": [
                                {
                                    "type": "CVSS_V3",
                                    "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                                }
                            ],
                        }
                    ],
                    "groups": [{"ids": ["GHSA-aaaa-bbbb-cccc"]}],
                }
            ],
        }
    ]
}
OSV_ADVISORY = {
    "id": "CVE-2026-1",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [{"ranges": [{"events": [{"introduced": "0"}, {"fixed": "1.3.1"}]}]}],
}
OSV_GROUPED = {
    "DisplayID": "CVE-2026-1",
    "PkgSource": [{"Package": {"name": "left-pad"}, "Source": {"path": "/src"}}],
    "AliasedVulns": {"CVE-2026-1": {"id": "CVE-2026-1"}},
}
SEMGREP = {
    "version": "1.100.0",
    "errors": [],
    "results": [
        {"check_id": "a", "extra": {"is_ignored": False}},
        {"check_id": "b", "extra": {"is_ignored": True}},
        {"check_id": "c", "extra": {"sca_info": {"reachable": True}}},
    ],
}
GITLEAKS = [{"RuleID": "aws", "Secret": "hunter2", "Match": "k=hunter2", "Commit": HEAD}]
GITLEAKS_6 = [{"rule": "aws", "offender": "hunter2", "line": "k=hunter2", "commit": HEAD}]
GITLEAKS_CSV = b"RuleID,Commit,File,Secret\r\naws,abc,a.py,hunter2\r\n"
GITLEAKS_JUNIT = b"""<testsuites><testsuite name="gitleaks" tests="1">
<testcase name="aws"><failure message="hunter2"/></testcase></testsuite></testsuites>"""
DEPENDENCY_CHECK = {
    "reportSchema": "1.1",
    "projectInfo": {"name": "shop", "reportDate": "2026-01-02T03:04:05Z"},
    "dependencies": [
        {
            "fileName": "left-pad",
            "packages": [{"id": PURL}],
            "vulnerabilities": [
                {
                    "name": "CVE-2026-1",
                    "severity": "LOW",
                    "cvssv3": {"baseScore": 8.8},
                    "knownExploitedVulnerability": {"dueDate": "2026-02-01"},
                }
            ],
        }
    ],
}
DEPENDENCY_CHECK_XML = b"""<analysis xmlns="https://jeremylong.github.io/dependency-check.4.0.xsd">
<projectInfo><name>shop</name><reportDate>2026-01-02T03:04:05Z</reportDate></projectInfo>
<dependencies><dependency><fileName>left-pad</fileName>
<identifiers><package><id>pkg:npm/left-pad@1.3.0</id></package></identifiers>
<vulnerabilities><vulnerability><name>CVE-2026-1</name><severity>LOW</severity>
<cvssV3><baseScore>8.8</baseScore></cvssV3><knownExploitedVulnerability/></vulnerability>
<suppressedVulnerability><name>CVE-2026-2</name></suppressedVulnerability>
</vulnerabilities></dependency></dependencies></analysis>"""
CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {
        "timestamp": "2026-01-02T03:04:05Z",
        "component": {
            "bom-ref": "shop",
            "name": "shop",
            "purl": "pkg:oci/shop@1.2",
            "hashes": [{"alg": "SHA-256", "content": DIGEST}],
            "properties": [{"name": "git:commit", "value": HEAD}],
        },
    },
    "components": [{"bom-ref": "1", "name": "left-pad", "purl": PURL}],
    "vulnerabilities": [
        {"id": "CVE-2026-1", "ratings": [{"severity": "high"}], "affects": [{"ref": "1"}]},
        {
            "id": "CVE-2026-2",
            "analysis": {"state": "not_affected", "justification": "code_not_reachable"},
            "affects": [{"ref": "1"}],
        },
    ],
}
CYCLONEDX_XML = b"""<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><metadata>
<timestamp>2026-01-02T03:04:05Z</timestamp><component type="container" bom-ref="shop">
<name>shop</name><purl>pkg:oci/shop@1.2</purl><hashes><hash alg="SHA-256">%b</hash></hashes>
<properties><property name="git:commit">%b</property></properties></component></metadata>
<components><component bom-ref="1"><name>left-pad</name><purl>pkg:npm/left-pad@1.3.0</purl>
</component></components><vulnerabilities><vulnerability><id>CVE-2026-1</id><ratings><rating>
<severity>high</severity></rating></ratings><affects><target><ref>1</ref></target></affects>
</vulnerability><vulnerability><id>CVE-2026-2</id><analysis><state>not_affected</state>
<justification>code_not_reachable</justification></analysis><affects><target><ref>1</ref></target>
</affects></vulnerability></vulnerabilities></bom>""" % (DIGEST.encode(), HEAD.encode())
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "name": "shop",
    "creationInfo": {"created": "2026-01-02T03:04:05Z"},
    "documentDescribes": ["SPDXRef-shop"],
    "packages": [
        {
            "name": "shop",
            "SPDXID": "SPDXRef-shop",
            "checksums": [{"algorithm": "SHA256", "checksumValue": DIGEST}],
        },
        {
            "name": "left-pad",
            "SPDXID": "SPDXRef-1",
            "externalRefs": [
                {"referenceType": "purl", "referenceLocator": PURL},
                {
                    "referenceType": "advisory",
                    "referenceLocator": "https://example.org/CVE-2026-12345",
                },
            ],
        },
    ],
}
SPDX_TAGS = f"""SPDXVersion: SPDX-2.3
DocumentName: shop
Created: 2026-01-02T03:04:05Z
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-shop
DocumentComment: <text>spans
PackageName: not a tag
</text>

PackageName: shop
SPDXID: SPDXRef-shop
PackageChecksum: SHA256: {DIGEST}

PackageName: left-pad
SPDXID: SPDXRef-1
ExternalRef: PACKAGE-MANAGER purl {PURL}
ExternalRef: SECURITY advisory https://example.org/CVE-2026-12345
""".encode()
SPDX_YAML = f"""spdxVersion: "SPDX-2.3"
name: shop
creationInfo:
  created: 2026-01-02T03:04:05Z
documentDescribes: [SPDXRef-shop]
packages:
- name: shop
  SPDXID: SPDXRef-shop
  checksums: [{{algorithm: SHA256, checksumValue: "{DIGEST}"}}]
- name: left-pad
  SPDXID: SPDXRef-1
  externalRefs:
  - {{referenceType: purl, referenceLocator: "{PURL}"}}
  - {{referenceType: advisory, referenceLocator: "https://example.org/CVE-2026-12345"}}
""".encode()
SPDX_XML = f"""<Document><spdxVersion>SPDX-2.3</spdxVersion><name>shop</name>
<creationInfo><created>2026-01-02T03:04:05Z</created></creationInfo>
<documentDescribes>SPDXRef-shop</documentDescribes>
<packages><name>shop</name><SPDXID>SPDXRef-shop</SPDXID><checksums><algorithm>SHA256</algorithm>
<checksumValue>{DIGEST}</checksumValue></checksums></packages>
<packages><name>left-pad</name><SPDXID>SPDXRef-1</SPDXID><externalRefs>
<referenceType>purl</referenceType><referenceLocator>{PURL}</referenceLocator></externalRefs>
<externalRefs><referenceType>advisory</referenceType>
<referenceLocator>https://example.org/CVE-2026-12345</referenceLocator></externalRefs>
</packages></Document>""".encode()
SPDX_RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://spdx.org/rdf/terms#"><SpdxDocument rdf:about="https://example.org/d#SPDXRef-DOCUMENT">
<specVersion>SPDX-2.3</specVersion><name>shop</name><creationInfo><CreationInfo>
<created>2026-01-02T03:04:05Z</created></CreationInfo></creationInfo>
<describesPackage rdf:resource="https://example.org/d#SPDXRef-shop"/></SpdxDocument>
<Package rdf:about="https://example.org/d#SPDXRef-shop"><name>shop</name><checksum><Checksum>
<algorithm rdf:resource="http://spdx.org/rdf/terms#checksumAlgorithm_sha256"/>
<checksumValue>{DIGEST}</checksumValue></Checksum></checksum></Package>
<Package rdf:about="https://example.org/d#SPDXRef-1"><name>left-pad</name>
<externalRef><ExternalRef><referenceType rdf:resource="http://spdx.org/rdf/references/purl"/>
<referenceLocator>{PURL}</referenceLocator></ExternalRef></externalRef>
<externalRef><ExternalRef><referenceType rdf:resource="http://spdx.org/rdf/references/advisory"/>
<referenceLocator>https://example.org/CVE-2026-12345</referenceLocator></ExternalRef></externalRef>
</Package></rdf:RDF>""".encode()
SPDX_3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
        {"type": "CreationInfo", "created": "2026-01-02T03:04:05Z"},
        {"type": "SpdxDocument", "rootElement": ["urn:shop"]},
        {
            "type": "software_Package",
            "spdxId": "urn:shop",
            "name": "shop",
            "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": DIGEST}],
        },
    ],
}
XCCDF = b"""<TestResult xmlns="http://checklists.nist.gov/xccdf/1.2" id="r"
 end-time="2026-01-02T03:04:05Z"><benchmark id="hardening"/><profile idref="server"/>
<target>web-1</target>
<rule-result idref="a"><result>pass</result></rule-result>
<rule-result idref="b" severity="high"><result>fail</result>
<ident system="http://cve.mitre.org">CVE-2026-1</ident></rule-result>
<rule-result idref="c"><result>notapplicable</result></rule-result></TestResult>"""
XCCDF_MAP = (
    b"apiVersion: v1\nkind: ConfigMap\ndata:\n  results: |\n    "
    + XCCDF.replace(b"\n", b"\n    ")
    + b"\n"
)
INSPEC = {
    "platform": {"name": "ubuntu", "target_id": "web-1"},
    "profiles": [
        {
            "name": "hardening",
            "controls": [
                {
                    "id": "a",
                    "impact": 0.7,
                    "results": [
                        {"status": "passed", "start_time": "2026-01-02T03:04:05Z"},
                        {"status": "failed", "start_time": "2026-01-02T03:04:06Z"},
                    ],
                },
                {"id": "b", "impact": 1, "results": [{"status": "passed"}]},
                {"id": "c", "impact": 0, "results": [{"status": "failed"}]},
                {
                    "id": "d",
                    "impact": 1,
                    "results": [{"status": "failed"}],
                    "waiver_data": {"skipped_due_to_waiver": True},
                },
            ],
        }
    ],
}
INSPEC_LINES = b"""{"id":"a","status":"failed","control_tags":{},"batch_runtime":"2026-01-02"}
{"id":"b","status":"passed","control_tags":{}}
"""
CHECKLIST = b"""<CHECKLIST><ASSET><HOST_NAME>web-1</HOST_NAME></ASSET><STIGS><iSTIG><STIG_INFO>
<SI_DATA><SID_NAME>stigid</SID_NAME><SID_DATA>hardening</SID_DATA></SI_DATA></STIG_INFO>
<VULN><STIG_DATA><VULN_ATTRIBUTE>Vuln_Num</VULN_ATTRIBUTE><ATTRIBUTE_DATA>V-1</ATTRIBUTE_DATA>
</STIG_DATA><STATUS>Open</STATUS></VULN>
<VULN><STIG_DATA><VULN_ATTRIBUTE>Vuln_Num</VULN_ATTRIBUTE><ATTRIBUTE_DATA>V-2</ATTRIBUTE_DATA>
</STIG_DATA><STATUS>Not_Reviewed</STATUS></VULN></iSTIG></STIGS></CHECKLIST>"""
ATTESTATIONS = b"""- control_id: a
  status: passed
  updated_by: somebody
"""
TAP = b"""TAP version 14
1..4
ok 1 - one
not ok 2 - two # TODO later
ok 3 # SKIP no network
    1..1
    not ok 1 - inner
ok 4 - outer
  ---
  not ok: in a block
  ...
"""
NUNIT = b"""<test-run start-time="2026-01-02 03:04:05Z" end-time="2026-01-02 03:04:06Z">
<test-suite name="shop.dll"><test-case result="Passed"/><test-case result="Failed"/>
<test-case result="Skipped"/></test-suite></test-run>"""

_DOCUMENTS = {
    "sarif": [SARIF],
    "trivy": [TRIVY, TRIVY_LIST, TRIVY_RESOURCE],
    "grype": [GRYPE],
    "osv": [OSV_REPORT, OSV_ADVISORY, OSV_GROUPED],
    "semgrep": [SEMGREP],
    "gitleaks": [GITLEAKS, GITLEAKS_6, GITLEAKS_CSV, GITLEAKS_JUNIT],
    "dependency-check": [DEPENDENCY_CHECK, DEPENDENCY_CHECK_XML],
    "cyclonedx": [CYCLONEDX, CYCLONEDX_XML],
    "spdx": [SPDX, SPDX_TAGS, SPDX_YAML, SPDX_XML, SPDX_RDF, SPDX_3],
    "xccdf": [XCCDF, XCCDF_MAP],
    "inspec-hdf": [INSPEC, INSPEC_LINES, CHECKLIST, ATTESTATIONS],
    "tap": [TAP],
    "junit": [NUNIT],
}
SAMPLES: list[tuple[str, bytes]] = [
    (kind, document if isinstance(document, bytes) else json.dumps(document).encode())
    for kind, documents in _DOCUMENTS.items()
    for document in documents
]
"""The kind and the bytes of each."""
