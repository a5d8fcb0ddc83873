package dev.pullcord.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.openapi.JsonComplaint;
import dev.pullcord.server.refusal.Refusal;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads what an agent sends: bounded, as one of our records, with nothing missing. */
final class WireBody {
  private WireBody() {}

  static <T extends Record> T read(Context context, Class<T> type, int limitBytes) {
    try (InputStream in = context.bodyInputStream()) {
      int said = context.contentLength();
      byte[] body = in.readNBytes(said < 0 || said > limitBytes ? limitBytes + 1 : said);
      if (body.length > limitBytes) {
        throw new HttpResponseException(413, "at most " + limitBytes + " bytes expected");
      }
      return parse(body, type);
    } catch (IOException e) {
      throw new UncheckedIOException("the request's body could not be read", e);
    }
  }

  static <T extends Record> T parse(byte[] body, Class<T> type) {
    try {
      return PullcordJson.read(body, type);
    } catch (JsonProcessingException e) {
      throw new Refusal(
          Refusal.Kind.MALFORMED,
          JsonComplaint.isLimit(e) ? "JSON_LIMIT" : "JSON",
          JsonComplaint.text(e),
          null);
    }
  }
}
