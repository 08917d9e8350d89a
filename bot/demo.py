"""`gleaner demo`."""


async def run(port: int) -> None:
    del port
