// The page to try the control API.
"use strict";
SwaggerUIBundle({ url: document.getElementById("calls").dataset.description, dom_id: "#calls", defaultModelsExpandDepth: -1 });
