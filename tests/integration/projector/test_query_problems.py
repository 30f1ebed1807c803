"""Queries that cannot be answered, and what the application says of itself."""

import httpx

from stockledger_projector.api.application import query_application
from stockledger_projector.api.database import QueryDatabase
from stockledger_projector.settings import ProjectorSettings
from tests.support.projecting import no_worker

TENANT = "/v1/tenants/lamp-shop"
NO_DELIVERY = "WyIyMDI2LTExLTIxVDA5OjAwOjAwLjAwMDAwMFoiLCJQMSJd"
"""A cursor behind a time and a key that is no delivery's."""

INVALID = "INVENTORY_VALIDATION_ERROR"

REFUSED = (
    (f"{TENANT}/items/NORTH/TABLE", 404, "INVENTORY_NOT_FOUND", "no item TABLE in NORTH"),
    ("/v1/nothing", 404, "INVENTORY_NOT_FOUND", "Not Found"),
    (f"{TENANT}/levels?limit=501", 422, "INVENTORY_VALIDATION_ERROR", "query.limit"),
    (f"{TENANT}/levels?limit=0", 422, "INVENTORY_VALIDATION_ERROR", "query.limit"),
    (f"{TENANT}/levels?flag=PURPLE", 422, "INVENTORY_VALIDATION_ERROR", "query.flag"),
    (f"{TENANT}/levels?cursor=cGFzdGE", 422, "INVENTORY_VALIDATION_ERROR", "query.cursor"),
    (f"{TENANT}/levels?cursor=WzEsMl0", 422, "INVENTORY_VALIDATION_ERROR", "query.cursor"),
    (f"{TENANT}/movements?cursor=WyJ4IiwxXQ", 422, "INVENTORY_VALIDATION_ERROR", "cursor"),
    (f"{TENANT}/movements?from=yesterday", 422, "INVENTORY_VALIDATION_ERROR", "query.from"),
    (f"{TENANT}/movements?from=2026-11-21T09:00:00", 422, "INVENTORY_VALIDATION_ERROR", "from"),
    (f"{TENANT}/movements?from=0001-01-01T00:00:00%2B14:00", 422, INVALID, "query.from"),
    (
        f"{TENANT}/orders?to=9999-12-31T23:00:00-02:00",
        422,
        INVALID,
        "query.to: Value error, is out",
    ),
    (f"{TENANT}/reservations?expires_after=0001-01-01T00:00:00%2B14:00", 422, INVALID, "after"),
    (f"{TENANT}/fulfilment?from=0001-01-01T00:00:00%2B14:00", 422, INVALID, "query.from"),
    (f"{TENANT}/fulfilment?to=9999-12-31T23:30:00Z", 422, INVALID, "query.to: is out of range"),
    (f"{TENANT}/levels?category=%00", 422, "INVENTORY_VALIDATION_ERROR", "query.category"),
    (f"{TENANT}/reservations/R9", 404, "INVENTORY_NOT_FOUND", "no reservation R9"),
    (f"{TENANT}/reservations/R9/history", 404, "INVENTORY_NOT_FOUND", "no reservation R9"),
    (f"{TENANT}/orders/O9", 404, "INVENTORY_NOT_FOUND", "no order O9"),
    (f"{TENANT}/reservations?status=LOST", 422, "INVENTORY_VALIDATION_ERROR", "query.status"),
    (f"{TENANT}/reservations?cursor=WyJ4IiwieSJd", 422, "INVENTORY_VALIDATION_ERROR", "cursor"),
    (f"{TENANT}/reservations?cursor=WyJ4Il0", 422, "INVENTORY_VALIDATION_ERROR", "cursor"),
    (f"{TENANT}/reservations?cart_id=a%20b", 422, "INVENTORY_VALIDATION_ERROR", "cart_id"),
    (f"{TENANT}/reservations?expires_before=soon", 422, "INVENTORY_VALIDATION_ERROR", "before"),
    (
        f"{TENANT}/reservations/R9/history?cursor=WzBd",
        422,
        "INVENTORY_VALIDATION_ERROR",
        "curs",
    ),
    (f"{TENANT}/orders?status=LOST", 422, "INVENTORY_VALIDATION_ERROR", "query.status"),
    (f"{TENANT}/alerts?kind=LOST", 422, "INVENTORY_VALIDATION_ERROR", "query.kind"),
    (f"{TENANT}/alerts?sort=oldest", 422, "INVENTORY_VALIDATION_ERROR", "query.sort"),
    (
        f"{TENANT}/alerts?cursor=WyJXT1JTVCIsIjIwMjYtMTEtMjFUMDk6MDA6MDAuMDAwMDAwWiIsOV0",
        422,
        "INVENTORY_VALIDATION_ERROR",
        "cursor",
    ),
    (
        f"{TENANT}/alerts?cursor=WyJJTkZPIiwieCIsOV0",
        422,
        "INVENTORY_VALIDATION_ERROR",
        "cursor",
    ),
    (f"{TENANT}/alerts/response-times", 422, "INVENTORY_VALIDATION_ERROR", "query.from"),
    (f"{TENANT}/suppliers/S9", 404, "INVENTORY_NOT_FOUND", "no supplier S9"),
    (f"{TENANT}/supplier-orders/P9", 404, "INVENTORY_NOT_FOUND", "no order P9 to a supplier"),
    (f"{TENANT}/supplier-orders/P9/history", 404, "INVENTORY_NOT_FOUND", "no order P9"),
    (f"{TENANT}/notifications?status=LOST", 422, "INVENTORY_VALIDATION_ERROR", "query.status"),
    (f"{TENANT}/notifications?cursor={NO_DELIVERY}", 422, "INVENTORY_VALIDATION_ERROR", "curs"),
    (f"{TENANT}/movements?reference_type=count", 422, "INVENTORY_VALIDATION_ERROR", "31 days"),
    (f"{TENANT}/movements?kind=issued&clock=effective", 422, "INVENTORY_VALIDATION_ERROR", "31"),
    (f"{TENANT}/notifications?recipient_id=ANNA", 422, "INVENTORY_VALIDATION_ERROR", "31 days"),
    (
        f"{TENANT}/notifications?channel=SMS&status=DELIVERED",
        422,
        "INVENTORY_VALIDATION_ERROR",
        "31",
    ),
    ("/v1/tenants/a%20b/levels", 422, "INVENTORY_VALIDATION_ERROR", "path.tenant"),
    (f"{TENANT}/levels?min_position=-1", 422, "INVENTORY_VALIDATION_ERROR", "min_position"),
)
"""Queries, and the status, the code and a part of the sentence that they are refused with."""


async def test_a_query_that_cannot_be_answered_gets_a_problem(client: httpx.AsyncClient) -> None:
    for path, status, code, said in REFUSED:
        response = await client.get(path)

        assert response.headers["content-type"] == "application/problem+json", path
        problem = response.json()
        found = (response.status_code, problem["status"], problem["code"])
        assert found == (status, status, code), path
        assert said in problem["detail"], path


async def test_nothing_can_be_written(client: httpx.AsyncClient) -> None:
    response = await client.post(f"{TENANT}/levels", json={})

    assert (response.status_code, response.headers["allow"]) == (405, "GET")
    assert response.headers["content-type"] == "application/problem+json"


async def test_without_postgresql_a_problem_says_so(settings: ProjectorSettings) -> None:
    nowhere = settings.model_copy(
        update={"postgres_dsn": type(settings.postgres_dsn)("postgresql://127.0.0.1:1/none")}
    )
    app = query_application(QueryDatabase(nowhere), lifespan=no_worker, routes=[])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://stockledger"
    ) as client:
        response = await client.get(f"{TENANT}/summary")

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["code"] == "INVENTORY_DATABASE_ERROR"


async def test_a_question_that_finds_no_free_connection_is_put_off(
    settings: ProjectorSettings,
) -> None:
    one = settings.model_copy(update={"query_connections_max": 1})
    database = QueryDatabase(one, turn_seconds_max=0.05)
    app = query_application(database, lifespan=no_worker, routes=[])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://stockledger"
    ) as client:
        async with database.session("tent-shop"):
            put_off = await client.get(f"{TENANT}/summary")
        answered = await client.get(f"{TENANT}/summary")
    await database.close()

    assert (put_off.status_code, put_off.headers["retry-after"]) == (503, "1")
    assert "Too many questions at once" in put_off.json()["detail"]
    assert answered.status_code == 200


async def test_the_documents_name_no_foreign_address(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    page = (await client.get("/docs")).text

    questions = [each for path in document["paths"].values() for each in path.values()]
    assert len(questions) == 37
    for question in questions:
        assert question["description"]
        assert {"200", "422", "503", "504"} <= question["responses"].keys()
        shown = question["responses"]["422"]["content"]
        assert list(shown) == ["application/problem+json"]
    assert "POST /v1/tenants/{tenant}/availability" in page
    assert "Problem" in document["components"]["schemas"]
    for text in (page, str(document)):
        assert "http://" not in text
        assert "https://" not in text
