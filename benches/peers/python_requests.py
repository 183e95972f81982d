"""Creates clients one after the other with `requests`, as a small script would: prints how many a second."""

import sys
import time

import requests

url, token, payloads, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
with open(payloads, "rb") as file:
    bodies = [line.rstrip(b"\n") for line, _ in zip(file, range(count))]
session = requests.Session()
session.trust_env = False
session.headers.update({"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
begun = time.perf_counter()
for body in bodies:
    answer = session.post(url, data=body)
    assert answer.status_code == 201, answer.text
    answer.json()
print(len(bodies) / (time.perf_counter() - begun))
