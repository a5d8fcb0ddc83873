package dev.pullcord.server.operations;

import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Waker;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.view.FleetReader;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * The classes that take orders about nodes and rollouts, one for each subject. When a method of one
 * of them returns, its change is on disk, and the nodes that it concerns are woken. If the answer
 * is no, it throws a {@link Refusal}.
 */
public record Operations(
    PinOperations pins,
    NodeOperations nodes,
    WorkerOperations workers,
    SuspensionOperations suspensions,
    RolloutOperations rollouts,
    InvitationOperations invitations) {

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
   * The operations of a fleet.
   *
   * @param commits what pins and refs are looked up in
   * @param cutOff closes the connections of a node, by id
   */
  public static Operations of(Rooms rooms, CommitSource commits, Consumer<Long> cutOff) {
    NodeChanges changes =
        new NodeChanges(rooms.store(), rooms.decisions(), rooms.waker(), rooms.clock());
    VersionLookup versions = new VersionLookup(commits);
    FleetModel fleet = rooms.fleet();
    FleetReader views = rooms.views();
    NodeOperations nodes = new NodeOperations(changes, versions, fleet, views, cutOff);
    return new Operations(
        new PinOperations(changes, versions, fleet, views),
        nodes,
        new WorkerOperations(changes, versions, nodes),
        new SuspensionOperations(changes, fleet, nodes),
        new RolloutOperations(changes, fleet, views),
        new InvitationOperations(rooms.invitations(), versions));
  }
}
