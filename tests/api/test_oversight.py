"""Reviews, controls and acknowledgements over the API."""


def test_the_same_acts_as_on_the_page(caller, forge):
    manager, requester = caller("change_manager"), caller("requester")
    review = {"topic": "scope", "outcome": "kept", "reason": "All twelve repositories are in."}
    assert requester.post("/api/reviews-held", review).status_code == 403
    assert manager.post("/api/reviews-held", review).status_code == 201
    assert manager.post("/api/reviews-held", {**review, "system": "nothing"}).status_code == 422
    control = {"activity": "restore_test", "outcome": "passed", "found": "12 minutes"}
    assert manager.post("/api/controls-performed", control).status_code == 201
    long = {**control, "found": "x" * 201}
    assert manager.post("/api/controls-performed", long).json()["where"] == "found"
    assert requester.post("/api/policy-acknowledgements", {"version": 1}).status_code == 201
    assert requester.post("/api/policy-acknowledgements", {"version": 2}).status_code == 422
