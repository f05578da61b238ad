// A link into a folded box, or to it, opens it: who comes from the search wants to read there.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let box = target; (box = box?.closest("details")); box = box.parentElement) box.open = true;
};
addEventListener("DOMContentLoaded", unfold);
addEventListener("hashchange", unfold);
