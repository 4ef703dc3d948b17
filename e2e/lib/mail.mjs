// A mail server that takes every letter and keeps it, for tests to open the links that people receive.
import { createServer } from "node:net";

/** Turns a quoted-printable body into text. */
function plain(letter) {
  const bytes = letter.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/**
 * Starts the server on a free port of this machine.
 * @returns {Promise<{url: string, link: (to: string, path: string) => Promise<string>, stop: () => void}>} link waits for the next
 * letter to an address that was not asked for yet and holds a link whose path starts so.
 */
export async function mailServer() {
  const letters = [];
  const waiting = new Set();
  const server = createServer((socket) => {
    let rest = "";
    let to = "";
    let reading = false;
    const say = (line) => socket.write(`${line}\r\n`);
    socket.setEncoding("utf8").on("error", () => {});
    say("220 test");
    socket.on("data", (chunk) => {
      rest += chunk;
      for (;;) {
        const end = reading ? rest.indexOf("\r\n.\r\n") : rest.indexOf("\r\n");
        if (end < 0) return;
        const text = rest.slice(0, end);
        rest = rest.slice(end + (reading ? 5 : 2));
        if (reading) {
          reading = false;
          letters.push({ to, text: plain(text) });
          for (const look of waiting) look();
          say("250 kept");
        } else if (/^(EHLO|HELO)/i.test(text)) say("250 test");
        else if (/^RCPT TO:/i.test(text)) say(`250 ${(to = text.match(/<([^>]*)>/)[1])}`);
        else if (/^DATA/i.test(text)) (reading = true), say("354 go on");
        else if (/^QUIT/i.test(text)) say("221 bye"), socket.end();
        else say("250 ok");
      }
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const link = (address, path) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => (waiting.delete(look), reject(new Error(`no letter to ${address} with a link to ${path}`))), 60_000);
      const look = () => {
        const i = letters.findIndex((l) => l.to === address && l.text.includes(path));
        if (i < 0) return;
        clearTimeout(late);
        waiting.delete(look);
        const [letter] = letters.splice(i, 1);
        resolve(letter.text.match(new RegExp(`https?://[^\\s"<>]*${path}[^\\s"<>]*`))[0]);
      };
      waiting.add(look);
      look();
    });
  return { url: `smtp+plain://127.0.0.1:${server.address().port}`, link, stop: () => server.close() };
}
