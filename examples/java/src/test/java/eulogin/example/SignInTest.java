package eulogin.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People sign in by CAS, read their mails, and time goes as the test says. */
class SignInTest {
    private static final String APP = "https://app.example/private";

    @RegisterExtension
    final Harness eulogin = new Harness();

    @Test
    void aTicketOfSomebodyWhoSignedInTellsWhoItIs() throws Exception {
        JsonNode ada = persona("registered");
        JsonNode session = eulogin.post("/api/personas/" + ada.path("id") + "/session", Map.of("service", APP));
        String answer = validate(session.path("ticket").asText());
        assertTrue(answer.contains("<cas:user>" + ada.path("uid").asText() + "</cas:user>"), answer);
        assertTrue(answer.contains(ada.path("email").asText()), answer);
    }

    @Test
    void aTicketIsTooOldAfterFiveMinutes() throws Exception {
        JsonNode ada = persona("registered");
        JsonNode session = eulogin.post("/api/personas/" + ada.path("id") + "/session", Map.of("service", APP));
        OffsetDateTime before = now();
        eulogin.post("/api/clock", Map.of("advance", "PT5M1S"));
        assertTrue(Duration.between(before, now()).toSeconds() >= 301);
        assertTrue(validate(session.path("ticket").asText()).contains("INVALID_TICKET"));
    }

    @Test
    void aPersonReadsThatTheAccessIsApproved() {
        JsonNode ada = persona("access_requested");
        String request = ada.path("requests").path(0).path("id").asText();
        eulogin.post("/api/access-requests/" + request + "/decide", Map.of("decision", "approve"));
        JsonNode mails = eulogin.get("/api/mails?wait=10&to=" + encoded(ada.path("email").asText())).path("items");
        assertEquals(1, mails.size());
        assertTrue(mails.path(0).path("subject").asText().contains("approved"));
    }

    private JsonNode persona(String stage) {
        return eulogin.post("/api/personas", Map.of("stage", stage, "first_name", "Ada"));
    }

    private OffsetDateTime now() {
        return OffsetDateTime.parse(eulogin.get("/api/clock").path("now").asText());
    }

    /** What an application calls when the browser comes back with a ticket: /laxValidate takes self-registered people. */
    private String validate(String ticket) throws IOException, InterruptedException {
        String query = "?userDetails=true&service=" + encoded(APP) + "&ticket=" + encoded(ticket);
        HttpRequest request = HttpRequest.newBuilder(URI.create(eulogin.euLogin() + "/laxValidate" + query)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
