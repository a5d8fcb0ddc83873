package dev.pullcord.base.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What checks find is shown whole, whatever becomes of one of them. */
class ExaminationTest {
  /** A check that says what it was made with. */
  private record Saying(String name, String wrong) implements DoctorCheck {
    @Override
    public Finding look() throws IOException {
      if (wrong.equals("throw")) {
        throw new IOException("the file is gone");
      }
      return wrong.isEmpty() ? Finding.good(this, "fine") : Finding.bad(this, wrong, "mend it");
    }
  }

  private static Examination of(DoctorCheck... checks) {
    return Examination.of(List.of(checks), e -> String.valueOf(e.getMessage()));
  }

  @Test
  void saysSoWhenNothingIsWrong() {
    Examination found = of(new Saying("disk", ""), new Saying("clock", ""));
    assertThat(found.allWell()).isTrue();
    assertThat(found.text())
        .isEqualTo("ok     disk        fine\nok     clock       fine\nnothing is wrong");
  }

  @Test
  void showsWhatToDoBelowWhatIsWrongAndNamesThatAtTheEnd() {
    Examination found =
        of(new Saying("disk", "no room\nnot even a little"), new Saying("clock", ""));
    assertThat(found.allWell()).isFalse();
    assertThat(found.text())
        .isEqualTo(
            """
            WRONG  disk        no room
                               not even a little
                               do: mend it
            ok     clock       fine
            1 of 2 wrong: disk\
            """);
  }

  @Test
  void aCheckThatThrowsIsAFindingAndKeepsNoOtherFromBeingMade() {
    Examination found = of(new Saying("disk", "throw"), new Saying("clock", ""));
    assertThat(found.checks()).extracting(Finding::ok).containsExactly(false, true);
    assertThat(found.text()).contains("could not be looked at: the file is gone");
  }

  @Test
  void whoMayNotLookIsToldWhoMay() {
    DoctorCheck closed =
        new DoctorCheck() {
          @Override
          public String name() {
            return "state";
          }

          @Override
          public Finding look() throws IOException {
            throw new AccessDeniedException("/state");
          }
        };
    assertThat(of(closed).checks().getFirst().fix()).startsWith("run this as root");
  }

  @Test
  void whatAServerSaidIsSafeForTheTerminal() {
    assertThat(of(new Saying("disk", "\u001b[2Jaway")).text()).doesNotContain("\u001b");
  }

  @Test
  void aNameThatIsLongerThanUsualHasItsGap() {
    assertThat(of(new Saying("worker-template", "")).text()).contains("worker-template fine");
  }
}
