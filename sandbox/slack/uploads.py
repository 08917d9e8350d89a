"""The addresses that a file's bytes are sent to, and read from."""

from aiohttp import web

from sandbox.slack.state import File, Workspace


class Uploads:
    """Serves /upload/v1/{file} and /files/{file}/{name}. An address takes bytes once, and as many as were promised."""

    def __init__(self, space: Workspace) -> None:
        self._space = space

    async def take(self, request: web.Request) -> web.Response:
        file, sent = self._file(request), await request.read()
        if file.content is not None or len(sent) != file.length:
            raise web.HTTPBadRequest(text="expected other bytes")
        file.content = sent
        return web.Response(text=f"OK - {len(sent)}")

    async def give(self, request: web.Request) -> web.Response:
        """For the page; Slack asks for the token here, which a page on loopback has no use for."""
        file = self._file(request)
        if file.content is None or not file.is_shared:
            raise web.HTTPNotFound
        disposition = {"Content-Disposition": "attachment"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=disposition)

    def _file(self, request: web.Request) -> File:
        file = self._space.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        return file
