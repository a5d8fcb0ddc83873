package dev.pullcord.agent.health;

import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.http.LoopbackHttp;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.manifest.HealthCheck;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Asks by HTTP: the status and, where one is given, a text in the answer. */
final class HttpProbe implements HealthProbe {
  private static final int SHOWN = 200;

  private final LoopbackHttp http;
  private final Masks masks;
  private final HealthCheck.Http check;
  private final @Nullable String text;

  /**
   * @param masks what is taken out of what is shown
   * @param environment of the generation, which knows its commit and its number
   */
  HttpProbe(
      LoopbackHttp http, Masks masks, HealthCheck.Http check, Map<String, String> environment) {
    this.http = http;
    this.masks = masks;
    this.check = check;
    this.text = check.body() == null ? null : filled(check.body(), environment);
  }

  private static String filled(String body, Map<String, String> environment) {
    return body.replace("{commit}", environment.getOrDefault("PULLCORD_COMMIT", ""))
        .replace("{generation}", environment.getOrDefault("PULLCORD_GENERATION", ""));
  }

  @Override
  public Attempt once(Duration atMost, BooleanSupplier pointless) {
    Duration timeout = atMost.compareTo(check.timeout()) < 0 ? atMost : check.timeout();
    String asked = "GET " + check.url() + ": ";
    return switch (http.get(check.url(), text, timeout, pointless)) {
      case LoopbackHttp.Reply.Abandoned abandoned -> new Attempt.CutShort("");
      case LoopbackHttp.Reply.Silent(String why) -> failed(asked + why);
      case LoopbackHttp.Reply.Answered answer -> judge(asked, answer);
    };
  }

  private Attempt judge(String asked, LoopbackHttp.Reply.Answered answer) {
    String status = asked + "status " + answer.status();
    boolean good =
        check.status() == null
            ? answer.status() / 100 == 2
            : answer.status() == check.status().intValue();
    if (!good) {
      String wanted = check.status() == null ? "200 to 299" : check.status().toString();
      String where =
          answer.location() == null
              ? ""
              : ", a redirect to " + shown(answer.location()) + " that is not followed";
      String said = answer.body().isBlank() ? "" : "; it says " + shown(answer.body());
      return failed(status + where + "; " + wanted + " is expected" + said);
    }
    if (text != null && !answer.body().contains(text)) {
      return failed(
          status + (", but \"" + shown(text) + "\" is not in the answer: ") + shown(answer.body()));
    }
    return new Attempt.Passed(status);
  }

  private static Attempt failed(String how) {
    return new Attempt.Failed(how, null, how);
  }

  private String shown(String text) {
    String masked = masks.mask(text);
    String line = masked.strip().lines().findFirst().orElse("an empty answer");
    return TerminalText.clean(line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line);
  }
}
