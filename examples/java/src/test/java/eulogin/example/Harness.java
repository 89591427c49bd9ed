package eulogin.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The mock by its control API, as a JUnit extension: a world of its own for each test. Of a test that fails it prints what
 * EU Login refused.
 *
 * <p>EULOGIN_URL names the mock's desk, EULOGIN_TOKEN the token where it demands one. Calls and documents are described by
 * openapi.json of the mock.
 */
final class Harness implements BeforeEachCallback, AfterEachCallback {
    private static final String DESK = Optional.ofNullable(System.getenv("EULOGIN_URL")).orElse("http://localhost:8400");
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private JsonNode world;

    @Override
    public void beforeEach(ExtensionContext context) {
        world = call("POST", DESK + "/api/worlds", Map.of());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) printRefusals(context.getDisplayName());
        call("DELETE", DESK + "/api/worlds/" + name(), null);
    }

    String name() {
        return world.path("name").asText();
    }

    /** Where browsers find EU Login in this world. */
    String euLogin() {
        return world.path("addresses").path("idp").asText() + "/cas";
    }

    /** A call of the world: its path, and what it is sent. Throws AssertionError with the mock's reason. */
    JsonNode post(String path, Object body) {
        return call("POST", DESK + "/w/" + name() + path, body);
    }

    JsonNode get(String path) {
        return call("GET", DESK + "/w/" + name() + path, null);
    }

    private void printRefusals(String test) {
        for (JsonNode event : get("/api/events").path("items")) {
            if (event.hasNonNull("remedy")) {
                System.out.printf(
                        "EU Login refused in %s: %s: got %s; expected %s. What to do: %s.%n",
                        test,
                        event.path("type").asText(),
                        event.path("got").asText(),
                        event.path("expected").asText(),
                        event.path("remedy").asText());
            }
        }
    }

    private JsonNode call(String method, String url, Object body) {
        HttpResponse<String> answer = send(request(method, url, body));
        if (answer.statusCode() >= 400) throw new AssertionError(method + " " + url + ": " + answer.body());
        try {
            return JSON.readTree(answer.body());
        } catch (IOException wrong) {
            throw new AssertionError(method + " " + url + " answered no JSON: " + answer.body(), wrong);
        }
    }

    private HttpRequest request(String method, String url, Object body) {
        try {
            String content = body == null ? "" : JSON.writeValueAsString(body);
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json");
            String token = System.getenv("EULOGIN_TOKEN");
            if (token != null) request.header("Authorization", "Bearer " + token);
            return request.method(method, BodyPublishers.ofString(content)).build();
        } catch (IOException wrong) {
            throw new IllegalArgumentException("a body that is no JSON", wrong);
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException gone) {
            throw new AssertionError("no mock answers at " + DESK + ": start one with eulogin-harness serve", gone);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}
