// A cable between the browser and the program that a test can pull out, at once or after some bytes.
import net from "node:net";

/** Forwards a free port to the program. @returns {Promise<{url: string, pull: (after?: number) => void, plug: () => void, close: () => Promise<void>}>} */
export async function cable(base) {
  const { hostname, port } = new URL(base);
  const open = new Set();
  let left = Infinity; // bytes that the browser may still send
  const cut = () => open.forEach((socket) => socket.destroy());
  const server = net.createServer((here) => {
    if (left <= 0) return here.destroy();
    const there = net.connect(Number(port), hostname);
    for (const [socket, other] of [[here, there], [there, here]]) {
      open.add(socket);
      socket.on("error", () => other.destroy()).on("close", () => open.delete(socket) && other.destroy());
    }
    here.on("data", (chunk) => (left -= chunk.length) <= 0 && cut());
    here.pipe(there).pipe(here);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    pull: (after = 0) => {
      left = after;
      if (left <= 0) cut();
    },
    plug: () => (left = Infinity),
    close: () => new Promise((done) => cut() ?? server.close(done)),
  };
}
