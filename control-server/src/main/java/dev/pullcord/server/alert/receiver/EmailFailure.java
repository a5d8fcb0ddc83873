package dev.pullcord.server.alert.receiver;

import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.base.tls.CertificateFault;
import dev.pullcord.server.alert.outbox.Delivery;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/** Says in words why a mail server did not take a message, and whether another try is of use. */
final class EmailFailure {
  private static final int REASON_MAX = 300;

  private EmailFailure() {}

  static Delivery of(String host, MessagingException e) {
    if (e instanceof SendFailedException some && sent(some)) {
      return new Delivery.Done(line(host, addresses(refused(e)) + "; the others have the mail"));
    }
    String reason = line(host, words(e));
    return permanent(e) ? new Delivery.Refused(reason) : new Delivery.Later(reason);
  }

  private static boolean sent(SendFailedException e) {
    Address[] sent = e.getValidSentAddresses();
    return sent != null && sent.length > 0;
  }

  private static String line(String host, String words) {
    return TerminalText.cut(host + ": " + TerminalText.clean(words), REASON_MAX);
  }

  /** Whom the mail server did not take, and what it said of the first. */
  private static String addresses(List<SMTPAddressFailedException> refused) {
    return "it does not take mail for "
        + refused.stream().map(a -> a.getAddress().getAddress()).collect(Collectors.joining(", "))
        + refused.stream().findFirst().map(a -> ": " + text(a)).orElse("");
  }

  private static String text(MessagingException e) {
    return e.getMessage() == null ? "" : e.getMessage().strip().replaceAll("\\s+", " ");
  }

  private static String words(MessagingException e) {
    String text = text(e);
    List<SMTPAddressFailedException> refused = refused(e);
    if (!refused.isEmpty() && !(e instanceof SMTPSendFailedException)) {
      return addresses(refused);
    }
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

  /**
   * Whether the message itself is the cause: an address that is not there, a text not taken. If the
   * mail server answered to the text, that answer counts, and else those to the addresses: one that
   * it may take later is worth another try.
   */
  private static boolean permanent(MessagingException e) {
    if (e instanceof SMTPSendFailedException send) {
      return permanent(send.getReturnCode());
    }
    List<SMTPAddressFailedException> refused = refused(e);
    return refused.stream().anyMatch(a -> permanent(a.getReturnCode()))
        && refused.stream().noneMatch(a -> a.getReturnCode() < 500);
  }

  private static boolean permanent(int code) {
    return code >= 550 && code < 560;
  }

  private static List<SMTPAddressFailedException> refused(MessagingException e) {
    List<SMTPAddressFailedException> all = new ArrayList<>();
    for (Exception at = e; at != null; at = next(at)) {
      if (at instanceof SMTPAddressFailedException address) {
        all.add(address);
      }
    }
    return all;
  }

  private static @Nullable Exception next(Exception at) {
    return at instanceof MessagingException more ? more.getNextException() : null;
  }
}
