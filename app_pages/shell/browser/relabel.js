// What Streamlit draws by itself is English: each of its words that stands in the table is put into
// the page's language, as text, and where a screen reader or a hovering mouse finds it.

const SAID_IN = ["aria-label", "title", "placeholder"];
const PLAIN = "p, span, div, a, button, li";

/** Return the word in the page's language; a word that takes a rest, such as a key, ends in "*". */
function relabelled(text, words) {
  if (words[text]) return words[text];
  const begins = Object.keys(words).find((word) => word.endsWith("*") && text.startsWith(word.slice(0, -1)));
  return begins ? words[begins].replace("*", text.slice(begins.length - 1)) : null;
}

function relabel(node, words) {
  for (const name of SAID_IN) {
    const said = node.hasAttribute(name) && relabelled(node.getAttribute(name), words);
    if (said) node.setAttribute(name, said);
  }
  const [only] = node.childNodes;
  const said = node.childNodes.length === 1 && only.nodeType === 3 && node.matches(PLAIN)
    && relabelled(only.data.trim(), words);
  if (said) only.data = said;
}

/** Relabel what is there and what comes; end it by the function that is returned. */
function keepRelabelled(words) {
  const all = (node) => node.nodeType === 1 && [node, ...node.querySelectorAll("*")].forEach((one) => relabel(one, words));
  const watched = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") relabel(change.target, words);
      else change.addedNodes.forEach(all);
    }
  });
  all(document.body);
  watched.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: SAID_IN });
  return () => watched.disconnect();
}
