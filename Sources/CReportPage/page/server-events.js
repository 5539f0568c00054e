// Server-sent events by `fetch`, which can show a token where the service asks for one; `EventSource` cannot.

/** The token for a service, for as long as the tab is open. */
class Token {
  static key = "scened token";

  static get value() { return sessionStorage.getItem(Token.key); }

  static set value(token) {
    if (token) sessionStorage.setItem(Token.key, token);
    else sessionStorage.removeItem(Token.key);
  }

  static get headers() { return Token.value ? { authorization: `Bearer ${Token.value}` } : {}; }
}

/**
 * A stream of events, read once. `handlers`: `open()`, `message({ type, data, id })`, and `closed(status)`: 0 where the
 * connection broke or ended, else the status with which the service refused.
 */
async function readServerEvents(url, handlers) {
  let status = 0;
  try {
    const answer = await fetch(url, { headers: { accept: "text/event-stream", ...Token.headers }, cache: "no-store" });
    if (!answer.ok || !answer.body) {
      status = answer.status;
      return;
    }
    handlers.open();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new ServerEventParser(handlers.message);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      parser.push(value);
    }
  } catch {
    // A network that fails is a connection that ended.
  } finally {
    handlers.closed(status);
  }
}

/** Text in pieces in, messages out (WHATWG HTML, 9.2.6). What an end of the stream breaks off is dropped. */
class ServerEventParser {
  constructor(message) {
    this.message = message;
    this.rest = "";
    this.reset();
  }

  reset() {
    this.type = "message";
    this.data = [];
  }

  push(text) {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop();
    for (const line of lines) this.take(line.endsWith("\r") ? line.slice(0, -1) : line);
  }

  take(line) {
    if (line === "") {
      if (this.data.length > 0) this.message({ type: this.type, data: this.data.join("\n"), id: this.id ?? "" });
      this.reset();
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.type = value;
    else if (name === "data") this.data.push(value);
    else if (name === "id") this.id = value;
  }
}
