"""A TCP proxy that cuts connections or passes nothing on, in front of a real server."""

import contextlib
import socket
import threading


class Proxy:
    """Passes bytes on to `host:port`; cuts each connection after `limit` bytes from the client (None: never).

    While `passing` is not set, nothing is passed on, and what came meanwhile goes nowhere: a server that hangs.
    """

    def __init__(self, host, port):
        self._target = (host, port)
        self.limit = None
        self.cut = 0
        self.passing = threading.Event()
        self.passing.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, contextlib.suppress(OSError), socket.create_connection(self._target) as server:
            back = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
            back.start()
            self._pass_on(client, server, limited=True)
            back.join()

    def _pass_on(self, source, target, *, limited=False):
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                passed += len(data)
                if limited and self.limit is not None and passed > self.limit:
                    self.cut += 1
                    break
                if not self.passing.is_set():
                    self.passing.wait()
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        """Accept no more."""
        self._server.close()
