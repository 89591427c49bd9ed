/* The page before the service: opens its link by itself, and leaves no trace in the history to come back to. */
"use strict";

location.replace(document.getElementById("fallbackLink").href);
