package dev.pullcord.server.mirror;

import static dev.pullcord.server.mirror.MirrorRig.ADA;
import static dev.pullcord.server.mirror.MirrorRig.BAD;
import static dev.pullcord.server.mirror.MirrorRig.GOOD;
import static dev.pullcord.server.mirror.MirrorRig.config;
import static dev.pullcord.server.mirror.MirrorRig.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import dev.pullcord.server.store.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mirror makes of an upstream, with the real git on the other side. */
@SuppressWarnings("NullAway.Init")
class UpstreamMirrorTest {
  @TempDir Path directory;
  private MirrorRig rig;

  @BeforeEach
  void make() throws IOException {
    rig = new MirrorRig(directory);
    rig.fleet.node("web-1", "main");
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void movesTheBranchToWhereTheUpstreamHasItAndSaysWho() {
    String first = rig.push(GOOD, "one");
    assertThat(rig.fetch().state()).isEqualTo("ok");
    assertThat(rig.head("main")).isEqualTo(first);
    String second = rig.push(GOOD, "two");
    UpstreamView view = rig.fetch();
    assertThat(rig.head("main")).isEqualTo(second);
    assertThat(ref(view, "main"))
        .isEqualTo(
            new UpstreamView.Ref(
                "main", new CommitId(second), true, "", new CommitId(second), false));
    assertThat(rig.repository.pushedBy("main", new CommitId(second))).isEqualTo("upstream");
    assertThat(view.lastFetch()).isEqualTo(rig.clock.instant());
  }

  @Test
  void aFetchThatIsAskedForWhileTheServerStopsIsNotCalledBusy() {
    UpstreamMirror mirror = rig.mirror();
    mirror.close();

    assertThatThrownBy(mirror::fetch)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("STOPPING"));
  }

  @Test
  void keepsABadCommitFromEveryNodeAndSaysWhereItIsWrong() {
    String good = rig.push(GOOD, "one");
    rig.fetch();
    String bad = rig.push(BAD, "two");
    UpstreamView view = rig.fetch();
    assertThat(rig.head("main")).isEqualTo(good);
    UpstreamView.Ref row = ref(view, "main");
    assertThat(row.deployable()).isFalse();
    assertThat(row.problem())
        .startsWith(bad.substring(0, 7) + " is not deployed: ")
        .contains("pullcord.yaml:2:10");
    assertThat(rig.mirror().alarms())
        .singleElement()
        .asString()
        .contains(CodedText.sentence(row.problem()));

    String repaired = rig.push(GOOD, "three");
    assertThat(ref(rig.fetch(), "main").deployable()).isTrue();
    assertThat(rig.head("main")).isEqualTo(repaired);
    assertThat(rig.mirror().alarms()).isEmpty();
  }

  @Test
  void isNotOkWhileNoBranchIsMirrored() {
    rig.push(GOOD, "one");
    rig.remote.git("push", "-q", "origin", "main:dev");
    rig.mirror(config(rig.remote.url(), List.of("release/*"), List.of()));
    UpstreamView view = rig.fetch();
    assertThat(view.state()).isEqualTo("refused");
    assertThat(view.reason())
        .isEqualTo(
            "UPSTREAM_BRANCHES  no branch of the upstream matches upstream.branches; it has: dev,"
                + " main; set upstream.branches");
    assertThat(rig.mirror().alarms())
        .containsExactly("upstream: " + CodedText.sentence(view.reason()));

    rig.remote.git("tag", "v1");
    rig.remote.git("push", "-q", "origin", "v1");
    rig.mirror(config(rig.remote.url(), List.of("release/*"), List.of("v*")));
    assertThat(rig.fetch().state()).as("a tag is no branch").isEqualTo("refused");

    rig.remote.git("--git-dir=" + rig.remote.bare(), "symbolic-ref", "HEAD", "refs/heads/trunk");
    rig.mirror(config(rig.remote.url(), List.of(), List.of()));
    assertThat(rig.fetch().reason())
        .isEqualTo(
            "UPSTREAM_BRANCHES  HEAD of the upstream names no branch that it has; it has: dev,"
                + " main; set upstream.branches");

    rig.mirror(config(rig.remote.url(), List.of("dev"), List.of()));
    assertThat(rig.fetch().state()).isEqualTo("ok");
    assertThat(rig.mirror().alarms()).isEmpty();
  }

  @Test
  void isNotOkWhileItsOwnRefCannotBeMoved() throws IOException {
    String first = rig.push(GOOD, "one");
    rig.fetch();
    Path lock =
        rig.repository
            .repository()
            .getDirectory()
            .toPath()
            .resolve("refs/upstream/heads/main.lock");
    Files.writeString(lock, "");
    String second = rig.push(GOOD, "two");
    UpstreamView view = rig.fetch();
    assertThat(view.state()).isEqualTo("unreachable");
    assertThat(view.reason())
        .startsWith(
            "REF_LOCK  refs/upstream/heads/main is locked by refs/upstream/heads/main.lock");
    assertThat(rig.head("main")).isEqualTo(first);

    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(90)));
    assertThat(rig.fetch().state()).isEqualTo("ok");
    assertThat(rig.head("main")).isEqualTo(second);
    assertThat(lock).doesNotExist();
  }

  @Test
  void aRewindMovesNothingUntilSomebodyAcceptsIt() {
    String first = rig.push(GOOD, "one");
    String second = rig.push(GOOD, "two");
    rig.fetch();
    rig.remote.git("push", "-q", "-f", "origin", first + ":refs/heads/main");
    UpstreamView view = rig.fetch();
    assertThat(view.state()).isEqualTo("rewritten");
    assertThat(rig.head("main")).isEqualTo(second);
    assertThat(ref(view, "main"))
        .satisfies(
            r -> assertThat(r.commit()).isEqualTo(new CommitId(first)),
            r -> assertThat(r.deployed()).isEqualTo(new CommitId(second)),
            r -> assertThat(r.rewritten()).isTrue());

    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("main", " ", null)))
        .hasMessageContaining("reason");
    UpstreamView accepted = rig.mirror().acceptRewind(ADA, accept("main", "one was right", null));
    assertThat(accepted.state()).isEqualTo("ok");
    assertThat(rig.head("main")).isEqualTo(first);
    assertThat(rig.repository.pushedBy("main", new CommitId(first))).isEqualTo("ada");
    assertThat(rig.store.read(t -> t.audit().newest(1)).getFirst())
        .satisfies(
            e -> assertThat(e.what()).isEqualTo("rewind.accept"),
            e -> assertThat(e.before()).isEqualTo(second.substring(0, 7)),
            e -> assertThat(e.after()).isEqualTo(first.substring(0, 7) + ": one was right"));
    assertThat(rig.fetch().state()).isEqualTo("ok");
    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("main", "again", null)))
        .hasMessageContaining("no ref that the upstream rewrote");
  }

  private static UpstreamView.Accept accept(String ref, String reason, @Nullable String seen) {
    return new UpstreamView.Accept(ref, reason, seen);
  }

  @Test
  void aRewindThatMovedOnMeanwhileIsNotAcceptedForTheCommitThatWasSeen() {
    String first = rig.push(GOOD, "one");
    String second = rig.push(GOOD, "two");
    String third = rig.push(GOOD, "three");
    rig.fetch();
    rig.remote.git("push", "-q", "-f", "origin", second + ":refs/heads/main");
    rig.fetch();
    rig.remote.git("push", "-q", "-f", "origin", first + ":refs/heads/main");
    rig.fetch();
    assertThatThrownBy(
            () -> rig.mirror().acceptRewind(ADA, accept("main", "two was right", second)))
        .hasMessageContaining("meanwhile the upstream has main at " + first.substring(0, 7));
    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("main", "gone", "deleted")))
        .hasMessageContaining("nothing was accepted");
    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("main", "short", "1234567")))
        .hasMessageStartingWith("seen: ");
    assertThat(rig.head("main")).isEqualTo(third);
    rig.mirror().acceptRewind(ADA, accept("main", "one was right", first));
    assertThat(rig.head("main")).isEqualTo(first);
  }

  @Test
  void anAcceptedRewindThatAKillCutShortIsDoneByTheNextLook() {
    String first = rig.push(GOOD, "one");
    rig.push(GOOD, "two");
    rig.fetch();
    rig.remote.git("push", "-q", "-f", "origin", first + ":refs/heads/main");
    rig.fetch();
    rig.store.write(t -> {
      var row = row(t, "refs/heads/main");
      t.mirror()
          .put(
              new MirroredRef(
                  row.ref(), row.commit(), row.standing(), "", row.commit(), row.since()));
      return 0;
    });
    rig.mirror(config(rig.remote.url(), List.of(), List.of()));
    assertThat(rig.fetch().state()).isEqualTo("ok");
    assertThat(rig.head("main")).isEqualTo(first);
  }

  @Test
  void aRewindToABadCommitIsNotAccepted() {
    rig.push(GOOD, "one");
    rig.fetch();
    rig.remote.git("checkout", "-q", "--orphan", "other");
    String bad = rig.remote.commit(Map.of("pullcord.yaml", BAD), "other");
    rig.remote.git("push", "-q", "-f", "origin", "HEAD:refs/heads/main");
    assertThat(rig.fetch().state()).isEqualTo("rewritten");
    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("main", "x", null)))
        .hasMessageContaining(bad.substring(0, 7) + " is not deployed: MANIFEST_");
  }

  @Test
  void aDeletedBranchStaysUntilNobodyFollowsItAndSomebodyAccepts() {
    String head = rig.push(GOOD, "one");
    rig.remote.push("side");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fleet.node("web-2", "side");
    rig.fetch();
    rig.remote.git("push", "-q", "origin", ":refs/heads/side");
    UpstreamView view = rig.fetch();
    assertThat(view.state()).isEqualTo("rewritten");
    assertThat(ref(view, "side").commit()).isNull();
    assertThat(rig.head("side")).isEqualTo(head);
    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("side", "gone", null)))
        .hasMessageContainingAll(
            "side cannot be deleted: 1 node follows it (web-2)", "pullcord follow web-2 BRANCH");
    rig.fleet.node("web-2", "main");
    assertThat(rig.mirror().acceptRewind(ADA, accept("side", "gone", null)).state())
        .isEqualTo("ok");
    assertThat(rig.head("side")).isNull();
  }

  @Test
  void anAcceptedDeletionThatCouldNotBeMadeIsMadeByTheNextLook() throws IOException {
    rig.push(GOOD, "one");
    rig.remote.push("side");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fetch();
    rig.remote.git("push", "-q", "origin", ":refs/heads/side");
    rig.fetch();
    Path git = rig.repository.repository().getDirectory().toPath();
    Path lock = Files.createFile(git.resolve("refs/heads/side.lock"));
    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("side", "gone", null)))
        .isInstanceOf(Refusal.class);
    assertThat(ref(rig.fetch(), "side").rewritten()).as("it is still said").isTrue();
    Files.delete(lock);

    UpstreamView view = rig.fetch();

    assertThat(rig.head("side")).isNull();
    assertThat(view.refs()).extracting(UpstreamView.Ref::ref).containsExactly("main");
  }

  @Test
  void anAcceptedDeletionThatAKillCutShortIsForgottenByTheNextLook() throws IOException {
    String head = rig.push(GOOD, "one");
    rig.remote.push("side");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fetch();
    rig.remote.git("push", "-q", "origin", ":refs/heads/side");
    rig.fetch();
    accepted("refs/heads/side", head);
    assertThat(rig.fetch().refs()).extracting(UpstreamView.Ref::ref).containsExactly("main");
    assertThat(rig.head("side")).isNull();
  }

  @Test
  void anAcceptedDeletionWaitsWhileNodesFollowTheBranchAgain() {
    String head = rig.push(GOOD, "one");
    rig.remote.push("side");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fetch();
    rig.remote.git("push", "-q", "origin", ":refs/heads/side");
    rig.fetch();
    accepted("refs/heads/side", head);
    rig.fleet.node("web-2", "side");
    rig.fetch();
    assertThat(rig.head("side")).isEqualTo(head);
  }

  @Test
  void anAcceptedRewindIsNoWordOnADeletionThatFollows() {
    String first = rig.push(GOOD, "one");
    rig.remote.push("side");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fetch();
    rig.push(GOOD, "two");
    rig.remote.push("side");
    rig.fetch();
    rig.remote.git("push", "-q", "-f", "origin", first + ":refs/heads/side");
    rig.fetch();
    rig.mirror().acceptRewind(ADA, accept("side", "one was right", null));
    rig.remote.git("push", "-q", "origin", ":refs/heads/side");
    rig.fetch();
    rig.fetch();
    assertThat(rig.head("side")).isEqualTo(first);
  }

  private static MirroredRef row(Tables tables, String ref) {
    List<MirroredRef> rows =
        tables.mirror().refs().stream().filter(row -> row.ref().equals(ref)).toList();
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  private void accepted(String ref, String commit) {
    rig.store.write(t -> {
      var row = row(t, ref);
      t.mirror()
          .put(
              new MirroredRef(
                  ref, row.commit(), row.standing(), "", new CommitId(commit), row.since()));
      return 0;
    });
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
  }

  @Test
  void aRenamedDefaultBranchIsSaidWithBothNames() {
    rig.push(GOOD, "one");
    rig.fetch();
    rig.remote.push("trunk");
    rig.remote.git(
        "--git-dir", rig.remote.bare().toString(), "symbolic-ref", "HEAD", "refs/heads/trunk");
    rig.remote.git("push", "-q", "origin", ":refs/heads/main");
    UpstreamView view = rig.fetch();
    assertThat(view.defaultBranch()).isEqualTo("trunk");
    assertThat(ref(view, "main").problem()).contains("default branch is trunk");
    assertThat(ref(view, "trunk").deployable()).isTrue();
    assertThat(rig.head("main")).isNotNull();
    rig.fleet.node("web-1", "trunk");
    rig.mirror().acceptRewind(ADA, accept("main", "renamed", null));
    assertThat(rig.repository.defaultBranch()).isEqualTo("trunk");
    assertThat(rig.head("main")).isNull();
  }

  @Test
  void nobodyIsToldToMoveNodesFromADefaultBranchThatStaysAnyway() {
    rig.push(GOOD, "one");
    rig.remote.push("other");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fetch();
    rig.remote.git(
        "--git-dir", rig.remote.bare().toString(), "symbolic-ref", "HEAD", "refs/heads/none");
    rig.remote.git("push", "-q", "origin", ":refs/heads/main");
    rig.fetch();
    assertThatThrownBy(() -> rig.mirror().acceptRewind(ADA, accept("main", "gone", null)))
        .hasMessageContaining("main is the default branch")
        .hasMessageNotContaining("pullcord follow");
  }

  @Test
  void beginsWithTheUpstreamsDefaultBranchWhateverItIsCalled() {
    rig.remote.commit(Map.of("pullcord.yaml", GOOD), "one");
    rig.remote.push("trunk");
    rig.remote.git(
        "--git-dir", rig.remote.bare().toString(), "symbolic-ref", "HEAD", "refs/heads/trunk");
    rig.fetch();
    assertThat(rig.repository.defaultBranch()).isEqualTo("trunk");
  }

  @Test
  void mirrorsTagsByPatternAndLeavesAMovedTagToAPerson() {
    String first = rig.push(GOOD, "one");
    rig.remote.git("tag", "v1");
    rig.remote.git("tag", "w1");
    rig.remote.git("push", "-q", "origin", "v1", "w1");
    rig.mirror(config(rig.remote.url(), List.of(), List.of("v*")));
    assertThat(rig.fetch().refs())
        .extracting(UpstreamView.Ref::ref)
        .containsExactly("main", "refs/tags/v1");
    rig.push(GOOD, "two");
    rig.remote.git("tag", "-f", "v1", "HEAD");
    rig.remote.git("push", "-q", "-f", "origin", "v1");
    // A tag that moves forward is as good as a branch that does.
    assertThat(ref(rig.fetch(), "refs/tags/v1").rewritten()).isFalse();
    rig.remote.git("tag", "-f", "v1", first);
    rig.remote.git("push", "-q", "-f", "origin", "v1");
    assertThat(ref(rig.fetch(), "refs/tags/v1").rewritten()).isTrue();
  }

  @Test
  void anEmptyUpstreamIsAStateOfItsOwn() {
    UpstreamView view = rig.fetch();
    assertThat(view.state()).isEqualTo("empty");
    assertThat(view.reason()).contains("no branch yet");
    rig.push(GOOD, "one");
    assertThat(rig.fetch().state()).isEqualTo("ok");
  }

  @Test
  void anUpstreamThatIsGoneIsStaleAfterTenMinutesAndNothingMoves() throws IOException {
    String head = rig.push(GOOD, "one");
    rig.fetch();
    Path aside = rig.remote.bare().resolveSibling("aside.git");
    Files.move(rig.remote.bare(), aside);
    UpstreamView view = rig.fetch();
    assertThat(view.state()).isEqualTo("unreachable");
    assertThat(view.reason()).startsWith("UPSTREAM_GONE  ");
    rig.clock.advance(Duration.ofMinutes(11));
    assertThat(rig.fetch().state()).isEqualTo("stale");
    assertThat(rig.mirror().alarms()).singleElement().asString().startsWith("mirror stale for 11m");
    assertThat(rig.head("main")).isEqualTo(head);
    Files.move(aside, rig.remote.bare());
    assertThat(rig.fetch().state()).isEqualTo("ok");
    assertThat(rig.mirror().alarms()).isEmpty();
  }

  @Test
  void aSubmoduleInABundleIsNotDeployed() {
    String good = rig.push(GOOD, "one");
    rig.fetch();
    rig.remote.git("update-index", "--add", "--cacheinfo", "160000," + good + ",app/lib");
    rig.remote.git("commit", "-q", "-m", "sub");
    rig.remote.push("main");
    assertThat(ref(rig.fetch(), "main").problem()).contains("SUBMODULE_UNSUPPORTED", "app/lib");
    assertThat(rig.head("main")).isEqualTo(good);
  }

  @Test
  void anLfsPointerIsDeployedAsOneAndSaidUntilItIsAFile() {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64);
    String commit = rig.remote.push(Map.of("pullcord.yaml", GOOD, "app/big", pointer), "a pointer");
    String note =
        "LFS_UNSUPPORTED  \"app/big\"  is a Git LFS pointer and is deployed as the pointer that it"
            + " is; to deploy the file, put the file itself into git";
    for (int look = 0; look < 2; look++) {
      UpstreamView view = rig.fetch();
      assertThat(view.state()).isEqualTo("ok");
      assertThat(ref(view, "main").deployable()).isTrue();
      assertThat(ref(view, "main").problem()).isEqualTo(note);
      assertThat(rig.head("main")).isEqualTo(commit);
      assertThat(rig.mirror().alarms()).isEmpty();
    }
    rig.remote.push(Map.of("app/big", "the file"), "a file");
    assertThat(ref(rig.fetch(), "main").problem()).isEmpty();
  }

  @Test
  void objectsThatAPushMayNotHaveKeepTheirBranchOnly() throws IOException {
    String good = rig.push(GOOD, "one");
    rig.remote.push("side");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fetch();
    hostile("side", good);
    String next = rig.push(GOOD, "two");
    UpstreamView view = rig.fetch();
    assertThat(rig.head("main")).isEqualTo(next);
    assertThat(rig.head("side")).isEqualTo(good);
    assertThat(ref(view, "side").problem()).contains("is not deployed: TREE_PATH");
    assertThat(rig.fetch().refs()).isEqualTo(view.refs());
  }

  @Test
  void aBranchThatCannotBeDecidedOnKeepsNoOtherFromItsNodes() throws IOException {
    rig.push(GOOD, "one");
    rig.remote.push("side");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    rig.fleet.node("web-1", "main");
    rig.fetch();
    rig.fleet.unreadable.add("side");
    String next = rig.push(GOOD, "two");
    rig.remote.push("side");
    rig.remote.push("zz");

    UpstreamView view = rig.fetch();

    assertThat(rig.head("main")).isEqualTo(next);
    assertThat(rig.head("zz")).isEqualTo(next);
    assertThat(rig.fleet.deployments(null, Long.MAX_VALUE, 1).getFirst().commit())
        .as("nodes are told of it")
        .isEqualTo(new CommitId(next));
    assertThat(ref(view, "side").deployable()).isFalse();
    assertThat(ref(view, "side").problem()).contains("is not deployed: the server cannot read it");
    rig.fleet.unreadable.clear();
    assertThat(ref(rig.fetch(), "side").deployable()).isTrue();
  }

  @Test
  void filesThatCouldNotBeReadAreReadByTheNextLook() {
    String head = rig.push(GOOD, "one");
    rig.fetch();
    rig.store.write(t -> {
      var row = row(t, "refs/heads/main");
      String problem = "the server cannot read its files: the server may open no more files";
      t.mirror()
          .put(
              new MirroredRef(
                  row.ref(), new CommitId(head), row.standing(), problem, null, row.since()));
      return 0;
    });
    rig.mirror(config(rig.remote.url(), List.of(), List.of()));

    assertThat(ref(rig.fetch(), "main").problem()).isEmpty();
  }

  @Test
  void whatMovedIsDeployedAlsoIfTheStoreDoesNotKeepTheLook() {
    rig.push(GOOD, "one");
    rig.fleet.node("web-1", "main");
    rig.fetch();
    String next = rig.push(GOOD, "two");
    rig.disk.full = true;
    rig.fetch();

    assertThat(rig.head("main")).isEqualTo(next);
    assertThat(rig.fleet.deployments(null, Long.MAX_VALUE, 1).getFirst().commit())
        .isEqualTo(new CommitId(next));
    rig.disk.full = false;
    assertThat(rig.fetch().state()).isEqualTo("ok");
  }

  @Test
  void aBranchOfOursIsNotTouchedByTheUpstream() {
    rig.push(GOOD, "one");
    rig.remote.push("pullcord/try");
    rig.mirror(config(rig.remote.url(), List.of("*"), List.of()));
    assertThat(rig.fetch().refs()).extracting(UpstreamView.Ref::ref).containsExactly("main");
  }

  @Test
  void oneLookIsEnoughForManyThatAskAtOnce() {
    rig.push(GOOD, "one");
    var first = rig.mirror().soon();
    for (int i = 0; i < 100; i++) {
      var _ = rig.mirror().soon();
    }
    rig.mirror().fetch();
    assertThat(first).isCompleted();
    assertThat(rig.head("main")).isNotNull();
  }

  /** A commit that git's own commands do not make: its tree has a file named {@code .git}. */
  private void hostile(String branch, String parent) throws IOException {
    try (FileRepository bare = new FileRepository(rig.remote.bare().toFile());
        ObjectInserter inserter = bare.newObjectInserter()) {
      TreeFormatter tree = new TreeFormatter();
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, new byte[] {1});
      tree.append(".git", FileMode.REGULAR_FILE, blob);
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(tree));
      commit.setParentId(ObjectId.fromString(parent));
      commit.setAuthor(new PersonIdent("Eve", "eve@example.org"));
      commit.setCommitter(new PersonIdent("Eve", "eve@example.org"));
      commit.setMessage("hostile");
      ObjectId made = inserter.insert(commit);
      inserter.flush();
      RefUpdate update = bare.updateRef("refs/heads/" + branch);
      update.setNewObjectId(made);
      update.forceUpdate();
    }
  }
}
