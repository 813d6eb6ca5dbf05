import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between the service and PostgreSQL, and breaks what is between them. */
export class TcpProxy {
  /** Called with each new connection. */
  onConnection: (() => void) | null = null;
  private readonly sockets = new Set<Socket>();
  private readonly upstreams = new Set<Socket>();
  private readonly server: Server;
  private mode: 'open' | 'cut' | 'silent' = 'open';

  private constructor(private readonly target: URL) {
    this.server = createServer((socket) => this.accept(socket));
  }

  /** @param target URL of the database */
  static async to(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(target));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The URL of the database behind the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Resets every connection, and each new one. */
  cut(): void {
    this.mode = 'cut';
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Keeps connections open and forwards nothing on them: what a lost network looks like from one end. */
  silence(): void {
    this.mode = 'silent';
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Forwards what the service says, and nothing that it is answered: it commits, and does not learn of it. */
  swallowAnswers(): void {
    for (const upstream of this.upstreams) upstream.unpipe().pause();
  }

  /** Serves new connections. Those that were silenced stay so for ever. */
  restore(): void {
    this.mode = 'open';
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket): void {
    this.track(socket);
    this.onConnection?.();
    if (this.mode === 'cut') socket.resetAndDestroy();
    if (this.mode !== 'open') return;
    const upstream = this.track(connect(Number(this.target.port), this.target.hostname));
    this.upstreams.add(upstream);
    socket.pipe(upstream).pipe(socket);
    socket.on('close', () => upstream.destroy());
    upstream.on('close', () => {
      this.upstreams.delete(upstream);
      socket.destroy();
    });
  }

  private track(socket: Socket): Socket {
    this.sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
  }
}
