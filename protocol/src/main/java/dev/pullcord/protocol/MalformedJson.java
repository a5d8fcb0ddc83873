package dev.pullcord.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.jspecify.annotations.Nullable;

/** JSON that can be read and is no message of ours. */
final class MalformedJson extends JsonProcessingException {
  private static final long serialVersionUID = 1;

  MalformedJson(String message, @Nullable Throwable cause) {
    super(message, null, cause);
  }
}
