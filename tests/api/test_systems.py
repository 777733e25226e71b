"""The register over the API: the same rules, answered as problems."""


def test_described_and_read(caller, instance):
    manager, reader = caller("change_manager"), caller("auditor")
    said = {
        "system": "shop",
        "data_classes": ["personal"],
        "categories": ["privacy"],
        "environments": [{"environment": "live", "purpose": "production"}],
    }
    assert reader.post("/api/system-descriptions", said).status_code == 403
    assert manager.post("/api/system-descriptions", said).status_code == 201
    [item] = reader.get("/api/systems").json()["items"]
    assert (item["system"], item["data_classes"], item["owner"]) == ("shop", ["personal"], None)
    assert item["environments"] == [
        {"environment": "live", "purpose": "production", "boundary": None}
    ]
    moved = {"system": "shop", "depends_on": ["mail"]}
    stale = manager.post("/api/system-descriptions", moved)
    assert (stale.status_code, stale.json()["where"]) == (422, "system")
    again = {**moved, "based_on": item["description"]}
    assert manager.post("/api/system-descriptions", again).status_code == 201
    [item] = reader.get("/api/systems").json()["items"]
    assert (item["depends_on"], item["data_classes"]) == (["mail"], [])
