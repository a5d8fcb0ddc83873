package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.base.disk.SecretText;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People by e-mail: one plain text to all of them. The library bounds each read, and not the whole
 * try: a server that sends a byte now and then, or without end, is left by closing the connection.
 */
final class EmailReceiver implements Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(EmailReceiver.class);
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s@<>,;\"]{1,64}@[^\\s@<>,;\"]{1,190}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");
  private static final int RECIPIENTS_MAX = 20;
  private static final int SUBMISSION = 587;
  private static final int IMPLICIT_TLS = 465;
  private static final int SUBJECT_MAX = 160;
  private static final String CONNECT_MILLIS = "10000";
  private static final String ANSWER_MILLIS = "20000";

  private static final Duration TRY_MAX = Duration.ofSeconds(60);

  private final Mail mail;
  private final Duration tryMax;

  private EmailReceiver(Mail mail, Duration tryMax) {
    this.mail = mail;
    this.tryMax = tryMax;
  }

  /** From whom to whom, and by which server. */
  private record Mail(String from, List<String> to, Smtp smtp) {}

  /**
   * The mail server.
   *
   * @param tls TLS from the first byte
   * @param startTls TLS after a few words in the clear
   * @param login a user with the file of the password; null where anybody may send
   */
  private record Smtp(
      String host,
      int port,
      boolean tls,
      boolean startTls,
      @Nullable Login login,
      @Nullable Path caFile) {}

  private record Login(String user, Path passwordFile) {}

  /** {@code kind: email}. */
  static final class Kind implements ReceiverKind {
    private final Duration tryMax;

    Kind() {
      this(TRY_MAX);
    }

    /** With that long for a try. */
    Kind(Duration tryMax) {
      this.tryMax = tryMax;
    }

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
              new ReceiverSettings(
                  word(), String.join(", ", m.to()), _ -> new EmailReceiver(m, tryMax)));
    }

    private static void checkAddress(Section section, String key, String text) {
      if (!ADDRESS.matcher(text).matches()) {
        ReceiverKeys.wrong(
            section, key, Quoted.of(text) + "; an address like ops@example.org expected");
      }
    }

    private static Optional<Smtp> smtp(Section section) {
      section.require("host");
      Optional<String> host = section.text("host");
      host.filter(h -> !HOST.matcher(h).matches())
          .ifPresent(
              h -> ReceiverKeys.wrong(section, "host", Quoted.of(h) + "; a host name expected"));
      long port = section.integer("port", 1, 65_535).orElse((long) SUBMISSION);
      boolean tls = section.flag("tls").orElse(port == IMPLICIT_TLS);
      boolean startTls = section.flag("starttls").orElse(!tls);
      Optional<String> user = section.text("user");
      Optional<Path> password = ReceiverKeys.path(section, "password-file");
      Optional<Path> ca = ReceiverKeys.path(section, "ca-file");
      if (section.node("user").isPresent() != section.node("password-file").isPresent()) {
        section
            .problems()
            .add("REQUIRED", section.mapping(), "user and password-file belong together");
      }
      if (tls && startTls) {
        ReceiverKeys.wrong(
            section,
            "starttls",
            "tls: true is TLS from the first byte, as is port 465; one of the two expected");
      }
      if (user.isPresent() && !startTls && !tls) {
        ReceiverKeys.wrong(
            section,
            "user",
            "the password would cross the network in the clear; starttls: true expected");
      }
      section.finish();
      Login login = user.flatMap(u -> password.map(p -> new Login(u, p))).orElse(null);
      return host.map(h -> new Smtp(h, (int) port, tls, startTls, login, ca.orElse(null)));
    }
  }

  @Override
  public Delivery deliver(NewMessage message) throws InterruptedException {
    CompletableFuture<Delivery> outcome = new CompletableFuture<>();
    MailSockets sockets = new MailSockets();
    try (sockets) {
      LastingThreads.brief(
          "mail",
          () -> {
            try {
              outcome.complete(sent(message, sockets));
            } catch (RuntimeException e) {
              outcome.completeExceptionally(e);
            }
          });
      return outcome.get(tryMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return new Delivery.Later(
          "%s: it has not taken the mail within %s"
              .formatted(mail.smtp().host(), Durations.human(tryMax)));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException fault ? fault : new IllegalStateException(e);
    }
  }

  private Delivery sent(NewMessage message, MailSockets sockets) {
    try {
      Session session = Session.getInstance(properties(sockets));
      MimeMessage mime = mime(session, message);
      Transport transport = session.getTransport("smtp");
      try {
        Login login = mail.smtp().login();
        if (login == null) {
          transport.connect();
        } else {
          transport.connect(login.user(), SecretText.read(login.passwordFile()));
        }
        transport.sendMessage(mime, mime.getAllRecipients());
        return new Delivery.Done();
      } finally {
        close(transport);
      }
    } catch (SendFailedException e) {
      Delivery delivery = failed(e);
      if (delivery instanceof Delivery.Done done) {
        LOG.warn("alerts: message {}: {}", message.messageId(), done.note());
      }
      return delivery;
    } catch (MessagingException e) {
      return failed(e);
    } catch (IOException e) {
      return new Delivery.Later(e.getMessage() + "");
    }
  }

  /** What comes of the mail is known by now: a farewell that fails changes nothing of it. */
  private static void close(Transport transport) {
    try {
      transport.close();
    } catch (MessagingException e) {
      LOG.debug("the connection to the mail server did not end as it should", e);
    }
  }

  private Properties properties(MailSockets sockets) throws IOException {
    Smtp smtp = mail.smtp();
    Properties all = new Properties();
    all.put("mail.smtp.host", smtp.host());
    all.put("mail.smtp.port", Integer.toString(smtp.port()));
    all.put("mail.smtp.auth", Boolean.toString(smtp.login() != null));
    all.put("mail.smtp.starttls.enable", Boolean.toString(smtp.startTls()));
    all.put("mail.smtp.starttls.required", Boolean.toString(smtp.startTls()));
    all.put("mail.smtp.ssl.enable", Boolean.toString(smtp.tls()));
    all.put("mail.smtp.ssl.checkserveridentity", "true");
    all.put("mail.smtp.connectiontimeout", CONNECT_MILLIS);
    all.put("mail.smtp.timeout", ANSWER_MILLIS);
    all.put("mail.smtp.writetimeout", ANSWER_MILLIS);
    all.put("mail.smtp.allow8bitmime", "true");
    // One address that is no more keeps the mail from no other.
    all.put("mail.smtp.sendpartial", "true");
    // Where a connection fails, the library would try again with the system's authorities.
    all.put("mail.smtp.socketFactory.fallback", "false");
    all.put("mail.smtp.socketFactory", sockets.plain());
    if (smtp.caFile() != null) {
      all.put(
          "mail.smtp.ssl.socketFactory",
          sockets.over(HttpClients.tls(smtp.caFile()).getSocketFactory()));
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

  private Delivery failed(MessagingException e) {
    String host = mail.smtp().host();
    Login login = mail.smtp().login();
    if (e instanceof AuthenticationFailedException && login != null) {
      return new Delivery.Later(
          "%s does not accept user %s with the password of %s; put the right one there"
              .formatted(host, Quoted.of(login.user()), login.passwordFile()));
    }
    return EmailFailure.of(host, e);
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
