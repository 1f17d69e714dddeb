import type { IncomingMessage, Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

export interface SocketPlace {
  readonly open: ReadonlySet<WebSocket>;
  close(): void;
}

/**
 * Long connections on the same port as a simulator's calls. `admit` answers the status to refuse with, or null to let the
 * connection in; it sees the request target exactly as sent.
 */
export function openSockets(
  server: Server,
  admit: (target: string, request: IncomingMessage) => number | null,
  connected: (socket: WebSocket, target: string) => void,
): SocketPlace {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, stream, head) => {
    const target = request.url ?? '/';
    const refused = admit(target, request);
    if (refused !== null) {
      stream.end(`HTTP/1.1 ${refused} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => connected(socket, target));
  });
  return {
    open: sockets.clients,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}
