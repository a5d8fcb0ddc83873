package dev.pullcord.server.alert.receiver;

import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.base.tls.CertificateFault;
import dev.pullcord.server.alert.outbox.Delivery;
import jakarta.mail.MessagingException;
import java.io.IOException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/** Says in words why a mail server did not take a message, and whether another try is of use. */
final class EmailFailure {
  private static final int REASON_MAX = 300;

  private EmailFailure() {}

  static Delivery of(String host, MessagingException e) {
    String reason = TerminalText.cut(host + ": " + TerminalText.clean(words(e)), REASON_MAX);
    return permanent(e) ? new Delivery.Refused(reason) : new Delivery.Later(reason);
  }

  private static String words(MessagingException e) {
    String text = e.getMessage() == null ? "" : e.getMessage().strip().replaceAll("\\s+", " ");
    if (text.contains("STARTTLS is required")) {
      return "it offers no STARTTLS; if it has a port with TLS from the first byte, often 465, set"
          + " smtp.port to it and smtp.tls to true";
    }
    return CertificateFault.reason(e, "smtp.ca-file").orElseGet(() -> network(e, text));
  }

  private static String network(MessagingException e, String text) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException broken) {
        return NetworkFailure.reason(broken);
      }
    }
    return text.isEmpty() ? "no answer" : text;
  }

  /** Whether the message itself is the cause: an address that is not there, a text not taken. */
  private static boolean permanent(MessagingException e) {
    for (Exception at = e; at != null; at = next(at)) {
      int code =
          switch (at) {
            case SMTPAddressFailedException address -> address.getReturnCode();
            case SMTPSendFailedException send -> send.getReturnCode();
            default -> 0;
          };
      if (code >= 550 && code < 560) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Exception next(Exception at) {
    return at instanceof MessagingException more ? more.getNextException() : null;
  }
}
