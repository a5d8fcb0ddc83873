// Goes on from a page that a link of another site led to, as a page of ours: then the browser sends
// the session's cookie. What stands behind the # goes along.
"use strict";

location.replace(document.querySelector("a").href + location.hash);
