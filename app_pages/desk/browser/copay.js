// The co-payment of the year: its question is followed while its patient is on the screen, for as long
// as it takes, and told once; what is open or written meanwhile stays.

const COPAY_TICK_MS = 250;
const COPAY_AGAIN_MS = 3000; // what was told has changed nothing, or the server was away

function openCopay(desk) {
  let asks = false;
  let next = 0;

  /** Whom Python still waits for, where they are on the screen as drawn here. */
  function whom() {
    const id = desk.data.copay;
    return id && presentedOf(desk.view.answer()?.id) === id ? id : null;
  }

  async function ask(id) {
    asks = true;
    let ended = false;
    try {
      const headers = { "X-Kiosk-Token": desk.data.token };
      const reply = await fetch(`/kiosk/copay/${encodeURIComponent(id)}`, { cache: "no-store", headers, signal: AbortSignal.timeout(10000) });
      ended = reply.ok ? Boolean((await reply.json()).ended) : reply.status === 404; // lost: it is said
      if (!reply.ok) next = performance.now() + COPAY_AGAIN_MS;
    } catch {
      next = performance.now() + COPAY_AGAIN_MS; // the server is away: it is asked again
    }
    asks = false;
    if (!ended || id !== whom() || !desk.server.ready() || desk.scans.waiting() || desk.life.over) return;
    next = performance.now() + COPAY_AGAIN_MS;
    desk.push("copay", { id, answer: desk.view.answer().id });
  }

  desk.life.every(COPAY_TICK_MS, () => {
    const id = whom();
    if (id && !asks && performance.now() >= next && !desk.server.away()) ask(id);
  });
}
