// Signs a screen on a wall in: /ui/wall#token=pct_… leads here, and what stands behind the # is sent
// to no server, and so is in no log. It is taken out of the address before it is used, and the
// server takes it only if it opens the wall and nothing else.
"use strict";

(() => {
  const given = /^#token=(pct_[0-9a-f_]+)$/.exec(location.hash);
  const form = document.getElementById("sign-in");
  if (!given) return;
  history.replaceState(null, "", location.pathname + location.search);
  if (!form) return;
  const screen = document.createElement("input");
  screen.type = "hidden";
  screen.name = "screen";
  screen.value = "yes";
  form.append(screen);
  form.elements.token.value = given[1];
  form.submit();
})();
