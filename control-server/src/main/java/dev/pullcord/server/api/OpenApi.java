package dev.pullcord.server.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The description of the people's API, written by hand and held to the routes by a test. */
final class OpenApi {
  static final String RESOURCE = "openapi.json";

  private OpenApi() {}

  static byte[] document() throws IOException {
    try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
      return Objects.requireNonNull(in, RESOURCE).readAllBytes();
    }
  }

  static void serve(Context ctx) throws IOException {
    ctx.contentType("application/json").result(document());
  }
}
