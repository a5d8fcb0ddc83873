package dev.pullcord.server.alert;

import dev.pullcord.protocol.api.AlertsView;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.outbox.Outbox;
import dev.pullcord.server.alert.outbox.OutboxSender;
import dev.pullcord.server.alert.outbox.Receiver;
import dev.pullcord.server.alert.receiver.AlertMessage;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.OutboxTable;
import dev.pullcord.server.store.OutboxTable.OutboxMessage;
import dev.pullcord.server.store.Store;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Everybody outside who is told, with what waits for him. */
public final class Alerts implements AutoCloseable {
  private static final int SHOWN = 200;

  private final Store store;
  private final InstantSource clock;
  private final AuditLog audit;
  private final Outbox outbox;
  private final Map<String, NamedReceiver> receivers;
  private final OutboxSender sender;

  /**
   * A receiver.
   *
   * @param kind as {@code server.yaml} names it
   * @param target where he is, for people
   * @param receiver sends
   */
  public record NamedReceiver(String kind, String target, Receiver receiver) {}

  /** Begins to send what waits. */
  public Alerts(
      Store store, InstantSource clock, AuditLog audit, Map<String, NamedReceiver> receivers) {
    this.store = store;
    this.clock = clock;
    this.audit = audit;
    this.outbox = new Outbox(store, clock);
    this.receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
    Map<String, Receiver> all = new LinkedHashMap<>();
    this.receivers.forEach((name, told) -> all.put(name, told.receiver()));
    this.sender = new OutboxSender(outbox, all);
  }

  /** There may be something to send. */
  public void wake() {
    sender.wake();
  }

  /** What people are shown. */
  public AlertsView view() {
    return store.read(tables -> {
      Map<String, Integer> waiting = tables.outbox().waiting();
      return new AlertsView(
          receivers.entrySet().stream()
              .map(e ->
                  new AlertsView.Receiver(
                      e.getKey(),
                      e.getValue().kind(),
                      e.getValue().target(),
                      waiting.getOrDefault(e.getKey(), 0)))
              .toList(),
          tables.outbox().newest(SHOWN).stream().map(Alerts::view).toList());
    });
  }

  private static AlertsView.Message view(OutboxMessage m) {
    boolean waits = m.trial().state() == OutboxTable.State.WAITING;
    return new AlertsView.Message(
        m.id(),
        m.message().receiver(),
        m.message().event(),
        m.message().title(),
        m.trial().state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        m.message().createdAt(),
        m.trial().tries(),
        m.trial().problem(),
        waits ? m.trial().nextAt() : null,
        m.trial().endedAt());
  }

  /** Sends one a message that says that this works, and says what came of it. */
  public AlertsView.Test test(Principal who, String name) {
    NamedReceiver told = receivers.get(name);
    if (told == null) {
      throw new Refusal(
          Refusal.Kind.NOT_FOUND,
          "RECEIVER_UNKNOWN",
          Quoted.of(name)
              + " is no receiver of alerts; alerts.receivers in server.yaml names: "
              + (receivers.isEmpty() ? "none" : String.join(", ", receivers.keySet())),
          "name");
    }
    AlertMessage message =
        new AlertMessage(
            AlertMessage.TEST,
            AlertMessage.State.NEWS,
            "This is a test: alerts of Pullcord reach this place",
            null,
            List.of(),
            List.of("Asked for by " + who.owner()),
            "",
            null,
            clock.instant());
    Delivery delivery = outbox.test(name, told.receiver(), AlertLoop.message(name, message));
    String problem =
        switch (delivery) {
          case Delivery.Done done -> done.note();
          case Delivery.Later later -> later.reason();
          case Delivery.Refused refused -> refused.reason();
        };
    audit.done(
        who.owner(), who.from(), "alert.test", name, null, problem.isEmpty() ? "told" : problem);
    return new AlertsView.Test(name, delivery instanceof Delivery.Done, problem);
  }

  /** Tries a message again, for another day. */
  public AlertsView.Message retry(Principal who, long id) {
    String receiver = outbox.find(id).orElseThrow(() -> unknown(id)).message().receiver();
    if (!receivers.containsKey(receiver)) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "RECEIVER_UNKNOWN",
          "message %d is to %s, and alerts.receivers in server.yaml names no such receiver"
              .formatted(id, receiver),
          "id");
    }
    OutboxMessage message = outbox.retry(id).orElseThrow(() -> unknown(id));
    if (message.trial().state() == OutboxTable.State.DELIVERED) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "MESSAGE_DELIVERED",
          "message " + id + " was delivered at " + message.trial().endedAt(),
          "id");
    }
    audit.done(
        who.owner(),
        who.from(),
        "alert.retry",
        message.message().receiver(),
        null,
        Long.toString(id));
    sender.wake();
    return view(message);
  }

  private static Refusal unknown(long id) {
    return new Refusal(
        Refusal.Kind.NOT_FOUND,
        "MESSAGE_UNKNOWN",
        "there is no message " + id + "; pullcord alerts lists them",
        "id");
  }

  @Override
  public void close() {
    sender.close();
  }
}
