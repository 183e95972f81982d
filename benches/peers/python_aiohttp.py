"""Creates clients with `aiohttp`, many at once: prints how many a second."""

import asyncio
import sys
import time

import aiohttp

url, token, payloads, count, at_once = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])


async def main():
    with open(payloads, "rb") as file:
        bodies = iter([line.rstrip(b"\n") for line, _ in zip(file, range(count))])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:

        async def worker():
            done = 0
            for body in bodies:
                async with session.post(url, data=body) as answer:
                    assert answer.status == 201, await answer.text()
                    await answer.json()
                done += 1
            return done

        begun = time.perf_counter()
        done = sum(await asyncio.gather(*(worker() for _ in range(at_once))))
        print(done / (time.perf_counter() - begun))


asyncio.run(main())
