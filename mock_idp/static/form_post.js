/* The answer to a client by form: it sends itself. */
"use strict";

document.getElementById("backToApplication").submit();
