// Events on their way to Python: numbered, kept over reloads, sent in order until acknowledged.

const RESEND_MS = 1500;

// A copied tab starts with a copy of the storage; only one tab may count on in its session.
let ownSession = null;

function claimSession() {
  ownSession ??= new Promise((claimed) => {
    const first = memory.read("session", null);
    if (first === null || !navigator.locks) claimed(first !== null);
    else holdLock(first, claimed, 5);
  });
  return ownSession;
}

function holdLock(session, claimed, tries) {
  // A page that is being reloaded holds its lock a moment longer.
  const again = () => setTimeout(() => holdLock(session, claimed, tries - 1), 100);
  const take = (lock) => {
    if (!lock) return void (tries > 1 ? again() : claimed(false));
    claimed(true);
    return new Promise(() => {});
  };
  navigator.locks.request(`desk.${session}`, { ifAvailable: true }, take).catch(() => claimed(true));
}

function newSession() {
  const session = base64(crypto.getRandomValues(new Uint8Array(12))).replace(/[+/]/g, "x");
  memory.write("session", session);
  memory.write("number", 0);
  memory.write("queue", []);
  navigator.locks?.request(`desk.${session}`, () => new Promise(() => {})).catch(() => {});
}

/** Open the queue; `desk.send` hands one event to Streamlit. */
function openScans(desk) {
  let session = null;
  let number = 0;
  let queue = [];
  let sent = { number: 0, at: 0 };
  let ack = null;
  const early = [];

  const save = () => {
    memory.write("number", number);
    memory.write("queue", queue);
  };

  function pump() {
    const oldest = queue[0];
    if (!oldest || desk.server.away()) return;
    const now = performance.now();
    if (sent.number === oldest.number && now - sent.at < RESEND_MS) return;
    sent = { number: oldest.number, at: now };
    desk.send(oldest);
  }

  function settle() {
    if (session === null || ack?.session !== session) return;
    number = Math.max(number, ack.number);
    const left = queue.filter((event) => event.number > ack.number);
    if (left.length === queue.length) return;
    queue = left;
    save();
  }

  function add(kind, fields) {
    number += 1;
    queue.push({ session, number, kind, ...fields });
    save();
    pump();
  }

  claimSession().then((ours) => {
    if (!ours) newSession();
    ownSession = Promise.resolve(true);
    session = memory.read("session", "0");
    number = memory.read("number", 0);
    queue = memory.read("queue", []);
    early.splice(0).forEach(([kind, fields]) => add(kind, fields));
    settle();
    pump();
  });
  desk.life.every(250, pump);

  return {
    push(kind, fields = {}) {
      if (session === null) early.push([kind, fields]);
      else add(kind, fields);
    },
    acknowledge(given) {
      ack = given;
      settle();
      pump();
    },
    waiting: () => queue.length,
  };
}
