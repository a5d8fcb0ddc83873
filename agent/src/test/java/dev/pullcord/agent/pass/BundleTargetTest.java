package dev.pullcord.agent.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A link elsewhere on the host that points into what is active, over whole passes. */
class BundleTargetTest {
  @TempDir Path temp;
  private Rig rig;
  private Path target;

  @BeforeEach
  void open() throws IOException {
    temp = temp.toRealPath();
    rig = new Rig(temp);
    target = Files.createDirectory(temp.resolve("app")).resolve("search");
    rig.target = target.toString();
    rig.allowed = new AllowedWork(List.of(), List.of(), null, List.of(target.getParent() + "/"));
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
  }

  private String pattern() throws IOException {
    return Files.readString(target.resolve("one"));
  }

  @Test
  void followsWhatIsActiveAndGoesWithItsBundle() throws IOException {
    rig.push(rig.first());
    assertThat(pattern()).isEqualTo("first pattern\n");

    rig.push(rig.commit("search/one", "another\n"));
    assertThat(pattern()).isEqualTo("another\n");

    rig.target = null;
    assertThat(rig.push(rig.commit("search/one", "another\n")).state())
        .isEqualTo(NodeState.CONVERGED);
    assertThat(Files.exists(target, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void isAsItWasAfterACommitThatWentBack() throws IOException {
    rig.push(rig.first());
    Path second = target.resolveSibling("second");
    rig.target = second.toString();

    PassResult result = rig.push(rig.commit("search/one", "BAD\n"));

    assertThat(result.state()).isEqualTo(NodeState.ROLLED_BACK);
    assertThat(pattern()).isEqualTo("first pattern\n");
    assertThat(second).doesNotExist();
  }

  @Test
  void whatTheNodesOwnerDoesNotAllowIsHeld() throws IOException {
    rig.allowed = AllowedWork.ALL;

    PassResult result = rig.push(rig.first());

    assertThat(result.state()).isEqualTo(NodeState.HELD);
    assertThat(result.reason())
        .isEqualTo("agent.yaml does not allow target " + target + "; it has no targets");
    assertThat(target).doesNotExist();
    assertThat(rig.living()).isEmpty();
  }

  @Test
  void oneThatIsNotAllowedAnyMoreGoesAndIsNamed() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    rig.end();
    rig.allowed = AllowedWork.ALL;

    PassResult result = rig.push(first);

    assertThat(result.state()).isEqualTo(NodeState.FAILED);
    assertThat(result.reason()).startsWith("agent.yaml does not allow target " + target);
    assertThat(Files.exists(target, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(rig.living()).hasSize(1);
  }

  @Test
  void whatIsInTheWayIsFoundBeforeAnythingIsStoppedAndTriedAgain() throws IOException {
    rig.target = null;
    rig.push(rig.first());
    long worker = rig.living().getFirst();
    Files.writeString(target, "theirs");
    rig.target = target.toString();
    CommitId next = rig.commit("tasks/task", "another\n");

    PassResult failed = rig.push(next);

    assertThat(failed.state()).isEqualTo(NodeState.FAILED);
    assertThat(failed.reason())
        .startsWith("target " + target + ": a file is there; move it away")
        .contains("again in");
    assertThat(rig.living()).containsExactly(worker);
    assertThat(target).hasContent("theirs");

    Files.delete(target);
    rig.clockForward(Duration.ofMinutes(2));
    assertThat(rig.push(next).state()).isEqualTo(NodeState.CONVERGED);
    assertThat(pattern()).isEqualTo("first pattern\n");
  }

  @Test
  void oneThatWasReplacedLaterMakesTheNodeFailedAndComesBack() throws IOException {
    CommitId first = rig.first();
    rig.push(first);
    Files.delete(target);
    Files.writeString(target, "theirs");

    assertThat(rig.push(first).reason()).startsWith("target " + target + ": a file is there");
    Files.delete(target);

    assertThat(rig.push(first).state()).isEqualTo(NodeState.CONVERGED);
    assertThat(pattern()).isEqualTo("first pattern\n");
  }
}
