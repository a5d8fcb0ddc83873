package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.base.disk.SecretText;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/** People by e-mail: one plain text to all of them. */
final class EmailReceiver implements Receiver {
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s@<>,;\"]{1,64}@[^\\s@<>,;\"]{1,190}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");
  private static final int RECIPIENTS_MAX = 20;
  private static final int SUBMISSION = 587;
  private static final int IMPLICIT_TLS = 465;
  private static final int SUBJECT_MAX = 160;
  private static final int REASON_MAX = 200;
  private static final String CONNECT_MILLIS = "10000";
  private static final String ANSWER_MILLIS = "20000";

  private final Mail mail;

  private EmailReceiver(Mail mail) {
    this.mail = mail;
  }

  /** From whom to whom, and by which server. */
  private record Mail(String from, List<String> to, Smtp smtp) {}

  /**
   * The mail server.
   *
   * @param login a user with the file of the password; null where anybody may send
   */
  private record Smtp(
      String host, int port, boolean startTls, @Nullable Login login, @Nullable Path caFile) {}

  private record Login(String user, Path passwordFile) {}

  /** {@code kind: email}. */
  static final class Kind implements ReceiverKind {
    @Override
    public String word() {
      return "email";
    }

    @Override
    public Optional<ReceiverSettings> read(Section section) {
      section.require("to", "from", "smtp");
      List<String> to = section.texts("to", RECIPIENTS_MAX).orElse(List.of());
      to.forEach(a -> checkAddress(section, "to", a));
      Optional<String> from = section.text("from");
      from.ifPresent(a -> checkAddress(section, "from", a));
      Optional<Smtp> smtp = section.section("smtp").flatMap(Kind::smtp);
      return from.flatMap(f -> smtp.map(s -> new Mail(f, to, s)))
          .filter(_ -> !to.isEmpty())
          .map(m ->
              new ReceiverSettings(word(), String.join(", ", m.to()), _ -> new EmailReceiver(m)));
    }

    private static void checkAddress(Section section, String key, String text) {
      if (!ADDRESS.matcher(text).matches()) {
        ReceiverKeys.wrong(
            section, key, Shown.of(text) + "; an address like ops@example.org expected");
      }
    }

    private static Optional<Smtp> smtp(Section section) {
      section.require("host");
      Optional<String> host = section.text("host");
      host.filter(h -> !HOST.matcher(h).matches())
          .ifPresent(
              h -> ReceiverKeys.wrong(section, "host", Shown.of(h) + "; a host name expected"));
      long port = section.integer("port", 1, 65_535).orElse((long) SUBMISSION);
      boolean startTls = section.flag("starttls").orElse(port != IMPLICIT_TLS);
      Optional<String> user = section.text("user");
      Optional<Path> password = ReceiverKeys.path(section, "password-file");
      Optional<Path> ca = ReceiverKeys.path(section, "ca-file");
      if (section.node("user").isPresent() != section.node("password-file").isPresent()) {
        section
            .problems()
            .add("REQUIRED", section.mapping(), "user and password-file belong together");
      }
      if (user.isPresent() && !startTls && port != IMPLICIT_TLS) {
        ReceiverKeys.wrong(
            section,
            "user",
            "the password would cross the network in the clear; starttls: true expected");
      }
      section.finish();
      Login login = user.flatMap(u -> password.map(p -> new Login(u, p))).orElse(null);
      return host.map(h -> new Smtp(h, (int) port, startTls, login, ca.orElse(null)));
    }
  }

  @Override
  public Delivery deliver(NewMessage message) {
    try {
      Session session = Session.getInstance(properties());
      MimeMessage mime = mime(session, message);
      try (Transport transport = session.getTransport("smtp")) {
        Login login = mail.smtp().login();
        if (login == null) {
          transport.connect();
        } else {
          transport.connect(login.user(), SecretText.read(login.passwordFile()));
        }
        transport.sendMessage(mime, mime.getAllRecipients());
      }
      return new Delivery.Done();
    } catch (AuthenticationFailedException _) {
      return new Delivery.Later(mail.smtp().host() + " did not take user and password");
    } catch (MessagingException e) {
      return permanent(e) ? new Delivery.Refused(reason(e)) : new Delivery.Later(reason(e));
    } catch (IOException e) {
      return new Delivery.Later(e.getMessage() + "");
    }
  }

  private Properties properties() throws IOException {
    Smtp smtp = mail.smtp();
    Properties all = new Properties();
    all.put("mail.smtp.host", smtp.host());
    all.put("mail.smtp.port", Integer.toString(smtp.port()));
    all.put("mail.smtp.auth", Boolean.toString(smtp.login() != null));
    all.put("mail.smtp.starttls.enable", Boolean.toString(smtp.startTls()));
    all.put("mail.smtp.starttls.required", Boolean.toString(smtp.startTls()));
    all.put("mail.smtp.ssl.enable", Boolean.toString(smtp.port() == IMPLICIT_TLS));
    all.put("mail.smtp.ssl.checkserveridentity", "true");
    all.put("mail.smtp.connectiontimeout", CONNECT_MILLIS);
    all.put("mail.smtp.timeout", ANSWER_MILLIS);
    all.put("mail.smtp.writetimeout", ANSWER_MILLIS);
    all.put("mail.smtp.allow8bitmime", "true");
    if (smtp.caFile() != null) {
      all.put("mail.smtp.ssl.socketFactory", HttpPost.trusting(smtp.caFile()).getSocketFactory());
    }
    return all;
  }

  private MimeMessage mime(Session session, NewMessage message) throws MessagingException {
    AlertMessage alert = AlertMessage.of(message);
    MimeMessage mime = new WithId(session, "<" + message.messageId() + "@pullcord>");
    mime.setFrom(new InternetAddress(mail.from()));
    for (String to : mail.to()) {
      mime.addRecipient(MimeMessage.RecipientType.TO, new InternetAddress(to));
    }
    mime.setSubject("[pullcord] " + TerminalText.cut(alert.title(), SUBJECT_MAX), UTF_8.name());
    mime.setSentDate(Date.from(alert.at()));
    mime.setHeader("Auto-Submitted", "auto-generated");
    mime.setText(alert.text() + "\n", UTF_8.name());
    return mime;
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

  private String reason(MessagingException e) {
    String text = e.getMessage() == null ? "" : e.getMessage().strip().replaceAll("\\s+", " ");
    return TerminalText.cut(
        mail.smtp().host() + ": " + TerminalText.clean(text.isEmpty() ? "no answer" : text),
        REASON_MAX);
  }

  /** A message whose id is the same at each try, so that a mailbox can tell. */
  private static final class WithId extends MimeMessage {
    private final String id;

    WithId(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
