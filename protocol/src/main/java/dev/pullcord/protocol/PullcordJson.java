package dev.pullcord.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one configured JSON mapper.
 *
 * <p>Instants are ISO 8601 in UTC, absent values are written as {@code null}. Between agent and
 * server unknown fields are ignored, so that N and N-1 interoperate ({@link #wire()}); what a
 * person sends is read strictly, so that a misspelt field is an error and not silence ({@link
 * #strict()}). Bounds: nesting 50, strings of 4 MiB, numbers of 100 digits.
 */
public final class PullcordJson {
  private static final int BUFFERS_KEPT = 16;
  private static final ObjectMapper WIRE = mapper(false);
  private static final ObjectMapper STRICT = mapper(true);

  private PullcordJson() {}

  /** For messages between agent and server, and for files of our own. */
  public static ObjectMapper wire() {
    return WIRE;
  }

  /**
   * For bodies that people and their scripts send: unknown fields and repeated keys are refused.
   */
  public static ObjectMapper strict() {
    return STRICT;
  }

  /** One line of JSON; the records of this module always have one, so a failure is our own bug. */
  public static String write(Object value) {
    try {
      return WIRE.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName(), e);
    }
  }

  /**
   * Reads a message of the other program, or a file of our own, to its end.
   *
   * @param utf8 JSON in UTF-8 and in no other encoding
   * @param type what is expected; every component that is not {@code @Nullable} is there afterwards
   * @throws JsonProcessingException for everything else, with what is wrong and where
   */
  public static <T> T read(byte[] utf8, Class<T> type) throws JsonProcessingException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedJson("this is not UTF-8", e);
    }
    return read(text, type);
  }

  /** As {@link #read(byte[], Class)}, of text. */
  public static <T> T read(String text, Class<T> type) throws JsonProcessingException {
    return complete(WIRE.readValue(text, type));
  }

  /** As {@link #read(String, Class)}, of what a person sends: {@link #strict()}. */
  public static <T> T readStrict(String text, Class<T> type) throws JsonProcessingException {
    return complete(STRICT.readValue(text, type));
  }

  private static <T> T complete(@Nullable T value) throws JsonProcessingException {
    if (value == null) {
      throw new MalformedJson("null stands here; an object is expected", null);
    }
    MissingPart missing = Completeness.missing(value);
    if (missing != null) {
      throw missing;
    }
    return value;
  }

  private static ObjectMapper mapper(boolean strict) {
    JsonFactory factory =
        JsonFactory.builder()
            // Those of a thread are never used again where each request has a thread of its own.
            .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_KEPT))
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(50)
                    .maxStringLength(4 << 20)
                    .maxNumberLength(100)
                    .build())
            .configure(
                com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
            .build();
    return JsonMapper.builder(factory)
        .addModule(new JavaTimeModule())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
        .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, true)
        .configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, strict)
        .configure(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION, false)
        .build();
  }
}
