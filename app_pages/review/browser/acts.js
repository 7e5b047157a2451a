// What the auditor does, on its way to Python: in order, one at a time, sent again until acknowledged.

const AGAIN_MS = 1500;
const AGAIN_MOST_MS = 6000;

/** Open the queue; `push` hands one act to Streamlit, which keeps the newer of two that come at once. */
function openActs(life, push) {
  const session = crypto.getRandomValues(new Uint32Array(2)).join("-");
  let count = 0;
  let queue = [];
  let sent = { number: 0, again: 0, wait: 0 };

  function pump() {
    const oldest = queue[0];
    const now = performance.now();
    const first = sent.number !== oldest?.number;
    if (!oldest || (!first && now < sent.again)) return;
    // what is sent again starts a slow run over: each waits longer, so that one gets to its end
    const wait = first ? AGAIN_MS : Math.min(2 * sent.wait, AGAIN_MOST_MS);
    sent = { number: oldest.number, again: now + wait, wait };
    push(oldest);
  }

  life.every(250, pump);
  return {
    add(act) {
      queue.push({ session, number: (count += 1), ...act });
      pump();
    },
    acknowledge(given) {
      queue = queue.filter((act) => act.number > (given[session] ?? 0));
      pump();
    },
    /** Tell whether a file was asked for here, and not in a page that was here before. */
    asked: (id) => id.startsWith(`${session} `),
  };
}
