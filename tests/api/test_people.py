"""People over the API: the same rules, answered as problems."""


def test_added_given_taken_left(caller, instance):
    administrator, other = caller("administrator"), caller("change_manager")
    said = {"email": "nora@example.com", "roles": ["requester"]}
    assert other.post("/api/people", said).status_code == 403
    added = administrator.post("/api/people", said)
    assert added.status_code == 201
    nora = added.json()["name"]
    again = administrator.post("/api/people", said)
    assert (again.status_code, again.json()["where"]) == (422, "email")
    role = {"person": nora, "role": "deployer"}
    assert administrator.post("/api/role-grants", role).status_code == 201
    deciding = {"person": nora, "role": "approver", "reason": "On call", "alone": True}
    assert administrator.post("/api/role-grants", deciding).status_code == 422  # on the host alone
    del deciding["alone"]
    asked = administrator.post("/api/role-grants", deciding).json()["name"]
    [waits] = administrator.get("/api/asked-roles").json()["items"]
    assert (waits["asked"], waits["account"], waits["state"]) == (asked, nora, "waits")
    yes = {"asked": asked}
    for somebody in (administrator, other, caller()):
        assert somebody.post("/api/role-confirmations", yes).status_code == 403
    assert administrator.post("/api/role-refusals", {**yes, "reason": "Wrong"}).status_code == 201
    assert administrator.post("/api/role-refusals", yes).status_code == 422
    own = {"person": administrator.account, "role": "approver"}
    assert administrator.post("/api/role-grants", own).status_code == 403
    held = {each["account"]: each["roles"] for each in other.get("/api/people").json()["items"]}
    assert [each["role"] for each in held[nora]] == ["deployer", "requester"]
    assert administrator.post("/api/role-ends", role).status_code == 201
    assert administrator.post("/api/departures", {"person": nora}).status_code == 201
    assert nora not in {each["account"] for each in other.get("/api/people").json()["items"]}
