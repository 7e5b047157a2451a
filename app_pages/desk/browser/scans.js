// Events on their way to Python: numbered, kept over reloads, sent in order until acknowledged.

const RESEND_MS = 1500;
const LATE_MS = 3000;
const RESEND_MOST_MS = 6000;

// A copied tab starts with a copy of the storage; only one tab may count on in its session.
let ownSession = null;

async function claimSession() {
  const known = memory.read("session", null);
  if (known !== null && (await holdLock(known, 5))) return known;
  const session = base64(crypto.getRandomValues(new Uint8Array(12))).replace(/[+/]/g, "x");
  memory.write("session", session);
  memory.write("number", 0);
  memory.write("queue", []);
  await holdLock(session, 1);
  return session;
}

/** Hold a name as long as this page lives; false where another page holds it. */
async function holdLock(session, tries) {
  if (!navigator.locks) return true;
  for (let left = tries; left > 0; left -= 1) {
    const got = await new Promise((answer) => {
      const take = (lock) => {
        answer(lock !== null);
        return lock && new Promise(() => {});
      };
      navigator.locks.request(`desk.${session}`, { ifAvailable: true }, take).catch(() => answer(true));
    });
    if (got) return true;
    // A page that is being reloaded holds its lock a moment longer.
    await new Promise((later) => setTimeout(later, 100));
  }
  return false;
}

/** Open the queue; `desk.send` hands one event to Streamlit. */
function openScans(desk) {
  let session = null;
  let number = 0;
  let queue = [];
  let sent = { number: 0, again: 0, wait: 0 };
  let ack = null;
  const early = [];

  const save = () => {
    memory.write("number", number);
    memory.write("queue", queue);
  };

  function pump() {
    const oldest = queue[0];
    if (!oldest || !desk.server.ready()) return;
    const now = performance.now();
    const first = sent.number !== oldest.number;
    if (!first && now < sent.again) return;
    // A resend starts a slow run over again: each waits longer, so that one gets to its end.
    const wait = first ? RESEND_MS : Math.min(2 * sent.wait, RESEND_MOST_MS);
    sent = { number: oldest.number, again: now + wait, wait };
    desk.send({ ...oldest, sent: Date.now() }); // how long it waited is told by one clock, this one
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
    queue.push({ session, number, kind, at: Date.now(), by: desk.mark, ...fields });
    save();
    pump();
  }

  ownSession ??= claimSession();
  ownSession.then((own) => {
    session = own;
    number = memory.read("number", 0);
    queue = memory.read("queue", []).filter((event) => event.by === desk.mark);
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
    /** How many people's scans have no answer yet. */
    scans: () => queue.filter(({ kind }) => kind === "scan").length,
    /** Why somebody else comes: a scan that has no answer yet, also from before a reload, or a choice. */
    another() {
      const kept = session === null ? memory.read("queue", []).filter((event) => event.by === desk.mark) : queue;
      const coming = [...kept, ...early.map(([kind, fields]) => ({ kind, ...fields }))];
      if (coming.some(({ kind }) => kind === "scan")) return "scan";
      return coming.some(({ another }) => another) ? "chosen" : "";
    },
    /** True while a key or a choice, or what came before it, has no answer yet. */
    actWaits: () => queue.length > 0 || early.length > 0,
    /** True while something sent has not been acknowledged for longer than an answer takes. */
    late: () => queue.length > 0 && Date.now() - queue[0].at > LATE_MS,
  };
}
