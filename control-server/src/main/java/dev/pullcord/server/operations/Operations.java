package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Waker;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.view.FleetReader;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes every order and hands it to the class of its subject. Pins and suspensions also end here by
 * themselves.
 */
public final class Operations implements FleetOperations {
  private final PinOperations pins;
  private final WorkerOperations workers;
  private final NodeOperations nodes;
  private final InvitationOperations invitations;
  private final RolloutOperations rollouts;
  private final SuspensionOperations suspensions;

  /**
   * What operations work on.
   *
   * @param store holds it all
   * @param fleet is told after each commit
   * @param views shows the outcome
   * @param decisions settles what follows
   * @param waker tells the nodes
   * @param invitations makes join tokens
   * @param clock by which pins end
   */
  public record Rooms(
      Store store,
      FleetModel fleet,
      FleetReader views,
      Decisions decisions,
      Waker waker,
      Invitations invitations,
      InstantSource clock) {}

  /**
   * Operations.
   *
   * @param commits what pins and refs are looked up in
   * @param cutOff closes the connections of a node, by id
   */
  public Operations(Rooms rooms, CommitSource commits, Consumer<Long> cutOff) {
    NodeChanges changes =
        new NodeChanges(rooms.store(), rooms.decisions(), rooms.waker(), rooms.clock());
    VersionLookup versions = new VersionLookup(commits);
    pins = new PinOperations(changes, versions, rooms.fleet(), rooms.views());
    nodes = new NodeOperations(changes, versions, rooms.fleet(), rooms.views(), cutOff);
    suspensions = new SuspensionOperations(changes, rooms.fleet(), nodes);
    workers = new WorkerOperations(changes, versions, nodes);
    rollouts = new RolloutOperations(changes, rooms.fleet(), rooms.views());
    invitations = new InvitationOperations(rooms.invitations(), versions);
  }

  @Override
  public PinView pin(Principal who, NodeName node, PinView.Request request) {
    return pins.pin(who, node, request);
  }

  @Override
  public PinView foresee(Principal who, NodeName node, PinView.Request request) {
    return pins.foresee(who, node, request);
  }

  @Override
  public void unpin(Principal who, NodeName node) {
    pins.unpin(who, node);
  }

  @Override
  public NodeView retry(Principal who, NodeName node) {
    return nodes.retry(who, node);
  }

  @Override
  public NodeView order(
      Principal who, NodeName node, String worker, WorkerAct act, @Nullable String reason) {
    return workers.order(who, node, worker, act, reason);
  }

  @Override
  public NodeView suspend(Principal who, NodeName node, SuspensionView.Request request) {
    return suspensions.suspend(who, node, request);
  }

  @Override
  public void resumeNode(Principal who, NodeName node) {
    suspensions.resume(who, node);
  }

  @Override
  public NodeView kill(Principal who, NodeName node, long generation, @Nullable String reason) {
    return workers.kill(who, node, generation, reason);
  }

  @Override
  public RolloutView steer(Principal who, String ref, RolloutAct act, RolloutView.Request request) {
    return rollouts.order(who, ref, act, request);
  }

  @Override
  public NodeView follow(Principal who, NodeName node, String ref) {
    return nodes.follow(who, node, ref);
  }

  @Override
  public NodeView label(Principal who, NodeName node, Requests.Labels change) {
    return nodes.label(who, node, change);
  }

  @Override
  public void remove(Principal who, NodeName node) {
    nodes.remove(who, node);
  }

  @Override
  public Invitation invite(Principal who, Invitation.Request request) {
    return invitations.create(who, request);
  }

  /** Ends the pins whose time has come: at start, and every second. */
  public void expirePins() {
    pins.expire();
  }

  /** Ends the suspensions whose time has come: at start, and every second. */
  public void expireSuspensions() {
    suspensions.expire();
  }
}
