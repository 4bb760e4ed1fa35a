"""A server with a known latency, run as a process of its own: ``slow_server.py`` prints its port.

``/fixed/MS`` answers after MS milliseconds. ``/stall/AT/SECONDS`` answers at once, but between second AT
and AT+SECONDS (from the first request on) the whole server stands still. ``/broken`` answers 500.
"""

import asyncio
import time

started: list[float] = []


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        _, path, _ = line.decode().split(" ", 2)
        length = 0
        while (header := await reader.readline()) not in (b"\r\n", b""):
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        await reader.readexactly(length)
        status = b"200 OK"
        match path.partition("?")[0].split("/")[1:]:
            case ["fixed", milliseconds]:
                await asyncio.sleep(float(milliseconds) / 1000)
            case ["stall", at, seconds]:
                started or started.append(time.monotonic())
                since = time.monotonic() - started[0]
                if float(at) <= since < float(at) + float(seconds):
                    time.sleep(float(at) + float(seconds) - since)  # everybody waits
            case ["broken"]:
                status = b"500 Internal Server Error"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
